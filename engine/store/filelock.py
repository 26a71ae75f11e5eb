"""A lock between processes and threads of one machine: who holds the file may write."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from engine.errors import StoreBusyError

ROOMS = 4
"""How many may wait in the order in which they came; whoever comes while all rooms are taken waits outside."""

_NEXT = 0.0003
_BEHIND = 0.001
"""Seconds between two looks at a room that is taken: for him who is next, and for those behind him."""


class FileLock:
    """flock on files of its own, waited for in short naps, first come, first served.

    Whoever gives a lock back and wants it again at once would always be faster than those who nap (seen: one
    writer of four waited for six seconds), and of those who nap any may be first. So there is a row of rooms
    before the lock, each with place for one: he goes on as soon as the next one is free, and nobody passes him.
    """

    def __init__(self, path: str) -> None:
        self.files = (*(f"{path}.{number}" for number in range(ROOMS, 0, -1)), path)
        """The rooms from the outermost on, then the lock itself."""

    @contextmanager
    def held(self, give_up: float) -> Iterator[None]:
        """Hold the lock. Raises StoreBusyError at the monotonic instant `give_up`."""
        left: int | None = None
        with ExitStack() as opened:
            for file in self.files:
                room = _open(file)
                opened.callback(os.close, room)  # which also unlocks, whatever breaks in here
                _wait(room, give_up, _NEXT if file == self.files[-1] else _BEHIND)
                if left is not None:
                    fcntl.flock(left, fcntl.LOCK_UN)
                left = room
            yield


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
