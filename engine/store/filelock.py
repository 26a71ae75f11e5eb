"""A lock between processes and threads of one machine: who holds the file may write."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import StoreBusyError


class FileLock:
    """flock on a file of its own, waited for in short naps."""

    def __init__(self, path: str) -> None:
        self._path = path

    @contextmanager
    def held(self, give_up: float) -> Iterator[None]:
        """Hold the lock. Raises StoreBusyError at the monotonic instant `give_up`."""
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreBusyError("the database's folder cannot be written") from error
        try:
            self._wait(handle, give_up)
            yield
        finally:
            os.close(handle)  # which also unlocks

    @staticmethod
    def _wait(handle: int, give_up: float) -> None:
        nap = 0.0002
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= give_up:
                    raise StoreBusyError("the database was locked for too long") from None
                time.sleep(nap)
                nap = min(nap * 1.5, 0.004)
