"""Web servers as processes: ours and the peers', each measured in processor time of all that it started."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.account import AES_KEY, APP_ID, TOKEN, push

ROOT = Path(__file__).resolve().parent.parent
OURS = ROOT / ".venv" / "bin"
THEIRS = ROOT / ".venv" / "bench" / "bin"
NODE = ROOT / ".venv" / "bench" / "node"
PATIENCE = 60.0


class NotUpError(Exception):
    """A server did not answer."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server that answers on a port of this machine."""

    port: int
    process: int

    def ask(self, connection: http.client.HTTPConnection, openid: str, text: str, number: int) -> bytes:
        """One message and its answer."""
        path, body = push(openid, text, number)
        connection.request("POST", path, body, {"Content-Type": "text/xml"})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise NotUpError(f"{answer.status}: {said[:200]!r}")
        return said

    def connect(self) -> http.client.HTTPConnection:
        """A connection that is kept alive."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    @property
    def family(self) -> list[int]:
        """The process and all below it."""
        found = [self.process]
        for one in found:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        return found

    @property
    def processor(self) -> float:
        """Seconds of processor that all their threads had so far."""
        return (
            sum(
                int((task / "schedstat").read_text().split()[0])
                for one in self.family
                for task in Path(f"/proc/{one}/task").iterdir()
            )
            / 1e9
        )

    @property
    def memory(self) -> float:
        """Bytes that they hold and share with nobody, and their part of what they share."""
        return sum(
            int(line.split()[1]) * 1024
            for one in self.family
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            if line.startswith("Pss:")
        )


def gunicorn(app: str) -> list[str]:
    """The usual way: two processes of eight threads."""
    return [
        str(THEIRS / "gunicorn"), app, "--bind", "127.0.0.1:{port}", "--workers", "2", "--threads", "8",
        "--worker-class", "gthread", "--log-level", "error",
    ]  # fmt: skip


def granian(app: str, where: Path = THEIRS) -> list[str]:
    """The same number of processes and threads."""
    return [
        str(where / "granian"), app, "--interface", "wsgi", "--host", "127.0.0.1", "--port", "{port}",
        "--workers", "2", "--blocking-threads", "8", "--no-ws", "--log-level", "error",
    ]  # fmt: skip


def node(script: str) -> list[str]:
    """One process, which is node's way."""
    return ["node", str(ROOT / "bench" / "peers" / script), TOKEN, APP_ID, AES_KEY, "{port}"]


@contextmanager
def serving(
    commands: Mapping[str, tuple[Sequence[str], Mapping[str, str]]],
) -> Iterator[dict[str, Server]]:
    """All of them at once, each by its command and what it needs in its environment."""
    with ExitStack() as all_:
        yield {
            name: all_.enter_context(_one(command, environment))
            for name, (command, environment) in commands.items()
        }


@contextmanager
def _one(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Server]:
    port = _free_port()
    child = subprocess.Popen(
        [part.format(port=port) for part in command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NODE_PATH": str(NODE / "node_modules"), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Server(port, child.pid)
    try:
        _wait_for(server)
        yield server
    finally:
        child.terminate()
        child.wait(20)


def _wait_for(server: Server) -> None:
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", server.port), 1).close()
        except OSError:
            if time.monotonic() > give_up:
                raise NotUpError(f"nothing answers on {server.port}") from None
            time.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
