"""A lock between processes and threads of one machine: who holds the file may write."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import StoreBusyError

_AT_THE_DOOR = 0.001
_NEXT = 0.0003
"""Seconds between two looks at a lock that is taken."""


class FileLock:
    """flock on files of its own, waited for in short naps.

    Whoever gives a lock back and wants it again at once would always be faster than those who nap (seen: one
    writer of four waited for six seconds). So there are two: a door, and behind it room for the one who is
    next; he alone waits for the lock itself, and everybody else, the last holder too, for the door.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    @contextmanager
    def held(self, give_up: float) -> Iterator[None]:
        """Hold the lock. Raises StoreBusyError at the monotonic instant `give_up`."""
        door = _open(f"{self._path}.next")
        try:
            _wait(door, give_up, _AT_THE_DOOR)
            handle = _open(self._path)
            try:
                _wait(handle, give_up, _NEXT)
                fcntl.flock(door, fcntl.LOCK_UN)
                yield
            finally:
                os.close(handle)  # which also unlocks
        finally:
            os.close(door)


def _open(path: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreBusyError("the database's folder cannot be written") from error


def _wait(handle: int, give_up: float, nap: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= give_up:
                raise StoreBusyError("the database was locked for too long") from None
            time.sleep(nap)
