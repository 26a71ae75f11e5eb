"""Who waits for the writer's lock gets it in the order in which he came."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from pathlib import Path

import pytest

from engine.errors import StoreBusyError
from engine.store.filelock import ROOMS, FileLock

PATIENCE = 60.0


def test_first_come_first_served(tmp_path: Path) -> None:
    lock, served = FileLock(f"{tmp_path}/writer"), list[int]()
    *rooms, _ = reversed(lock.files[:-1])

    def comes(number: int) -> None:
        with lock.held(time.monotonic() + PATIENCE):
            served.append(number)

    waiting = []
    with lock.held(time.monotonic() + PATIENCE):
        for number, room in enumerate(rooms):
            waiting.append(threading.Thread(target=comes, args=(number,)))
            waiting[-1].start()
            _wait_until_taken(room)
        assert served == []
    for one in waiting:
        one.join(PATIENCE)

    assert served == list(range(ROOMS - 1))


def test_who_gives_up_leaves_his_room(tmp_path: Path) -> None:
    lock = FileLock(f"{tmp_path}/writer")
    with lock.held(time.monotonic() + PATIENCE):
        for _ in range(2 * ROOMS):
            with pytest.raises(StoreBusyError), lock.held(time.monotonic()):
                raise AssertionError("two at once")

    with lock.held(time.monotonic()):
        assert all(_is_free(room) for room in lock.files[:-1])


def _wait_until_taken(room: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while _is_free(room):
        assert time.monotonic() < give_up, "nobody came"
        time.sleep(0.001)


def _is_free(room: str) -> bool:
    handle = os.open(room, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
