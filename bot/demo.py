"""`make demo`: everything on this machine in one command; what dies is started again, Ctrl-C ends it all."""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests

from bot import demo_templates, embedded
from bot.seed import seed
from bot.settings import SettingsError, load
from bot.wiring import House
from engine.store.setup import upgrade

FOLDER = Path(os.environ.get("DEMO_DIR", ".demo"))
"""Keys, Redis and data of the demo."""
_BIN = Path(sys.executable).parent
_STEADY = 10.0
"""A process that lived this long may be started again at once."""


class CannotStart(Exception):
    """What keeps the demo from starting, in one sentence."""


@dataclass
class Child:
    """One process of the demo."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0

    def start(self) -> None:
        """Start it, apart from the terminal's signals."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(self.command, start_new_session=True)

    def tend(self) -> None:
        """Start it again if it died; a little later each time it dies young."""
        if self.process is None or self.process.poll() is None:
            return
        lived = time.monotonic() - self.started_at
        self.failures = 0 if lived > _STEADY else self.failures + 1
        if lived > min(self.failures, 10):
            print(f"demo: {self.name} ended with {self.process.returncode}, starting it again", flush=True)
            self._kill_all()
            self.start()

    def end(self) -> None:
        """Ask it to end."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def bury(self) -> None:
        """Wait for its end, and insist after ten seconds."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self._kill_all()
        self.process.wait()

    def _kill_all(self) -> None:
        """It and its own children: a server that died leaves its workers behind, and they keep the port."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Family:
    """All processes of the demo."""

    children: list[Child] = field(default_factory=list)
    redis: Child | None = None
    """Runs already, and is ended by who started it: the others still need it while they end."""

    def run(self, stop: threading.Event) -> None:
        """Start all, keep them alive, end them all in the other direction."""
        kept = [*([self.redis] if self.redis else []), *self.children]
        try:
            for child in self.children:
                child.start()
            while not stop.wait(0.5):
                for child in kept:
                    child.tend()
        finally:
            for child in reversed(self.children):
                child.end()
            for child in reversed(self.children):
                child.bury()


def main() -> int:
    """Run the demo; 2 when it cannot start."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    # SIGHUP: the terminal was closed.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    with (FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"demo: it runs in {FOLDER}/ already; DEMO_DIR names another folder", file=sys.stderr)
            return 2
        return _demo(stop)


def _demo(stop: threading.Event) -> int:
    redis = None
    try:
        redis_url = os.environ.get("REDIS_URL", "")
        if not redis_url:
            redis, redis_url = _own_redis()
        environment = _environment(redis_url)
        os.environ.update(environment)
        _write_environment(environment)
        house = House(load())
        if not house.settings.on_sandbox:
            raise CannotStart("WECHAT_API_BASE is not on this machine: the demo plays WeChat itself")
        _prepare(house)
        _run(house, redis, stop)
    except (embedded.NoRedisError, TimeoutError, SettingsError, CannotStart) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    finally:
        if redis:
            redis.end()
            redis.bury()
    return 0


def _own_redis() -> tuple[Child, str]:
    """A Redis of the demo's, running, which is looked after like all others."""
    folder = FOLDER / "redis"
    started, address = embedded.start(folder)
    command = embedded.arguments(folder.resolve(), Path(address.removeprefix("unix://")), durable=True)
    return Child("redis", command, started, time.monotonic()), address


def _environment(redis_url: str) -> dict[str, str]:
    """Every setting: the environment's, else the demo's own, which stay the same from start to start."""
    given = os.environ
    port = given.get("PORT") or str(_free_port(8000))
    api_base = given.get("WECHAT_API_BASE") or f"http://127.0.0.1:{_free_port(8090)}"
    own = {
        "WECHAT_APP_ID": "wxdemo0000000000",
        "WECHAT_APP_SECRET": _kept("app_secret", lambda: secrets.token_hex(16)),
        "WECHAT_TOKEN": _kept("token", lambda: secrets.token_hex(8)),
        "WECHAT_AES_KEY": _kept("aes_key", lambda: base64.b64encode(secrets.token_bytes(32)).decode()[:43]),
        "WECHAT_API_BASE": api_base,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "REDIS_URL": redis_url,
        "ORDER_WEBHOOK_SECRET": _kept(
            "webhook_secret", lambda: "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        ),
        "DATA_KEY": _kept("data_key", lambda: base64.b64encode(secrets.token_bytes(32)).decode()),
        "DATA_DIR": str(FOLDER / "data"),
        "HOST": "127.0.0.1",
        "PORT": port,
        "SHOP_NAME": "青禾小店",
        "SHOP_URL_TEMPLATE": f"{api_base}/shop?ref={{code}}&sku={{sku}}",
        **demo_templates.environment(),
    }
    environment = {name: given.get(name) or value for name, value in own.items()}
    environment["BOT_URL"] = f"http://127.0.0.1:{environment['PORT']}"
    environment["FLASK_APP"] = "bot.cli"
    return environment


def _kept(name: str, make: Callable[[], str]) -> str:
    """A secret of the demo's, made at its first start."""
    path = FOLDER / "keys" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(0o600)
        path.write_text(make())
    return path.read_text()


def _write_environment(environment: Mapping[str, str]) -> None:
    """For the operator's commands in another terminal: `set -a; . .demo/env; set +a`."""
    path = FOLDER / "env"
    path.touch(0o600)
    path.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in environment.items()))


def _prepare(house: House) -> None:
    house.settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(house.engine.store.engine)
    seed(house.operator)
    house.engine.store.close()


def _run(house: House, redis: Child | None, stop: threading.Event) -> None:
    settings = house.settings
    flask = str(_BIN / "flask")
    family = Family(
        [
            Child("sandbox", [sys.executable, "-m", "bot.sandbox"]),
            Child("bot", web_command(settings.host, settings.port, settings.web_workers)),
            Child("messages", [flask, "work", "messages"]),
            Child("pictures", [flask, "work", "pictures"]),
            Child("tick", [flask, "tick"]),
        ],
        redis,
    )
    threading.Thread(
        target=_welcome, args=(settings.wechat_api_base, settings.port, stop), daemon=True
    ).start()
    family.run(stop)


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The web server. Without respawning, one dead worker would end the whole server."""
    return [
        str(_BIN / "granian"), "wsgi:app", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "16", "--respawn-failed-workers", "--no-ws",
        "--log-level", "error",
    ]  # fmt: skip


def _welcome(sandbox: str, port: int, stop: threading.Event) -> None:
    """Once everything answers: people to play with, the owner's QR, the menus; then the address."""
    if not _answers(f"{sandbox}/sandbox/api/state", stop) or not _answers(
        f"http://127.0.0.1:{port}/healthz", stop
    ):
        return
    people = requests.get(f"{sandbox}/sandbox/api/people", timeout=5).json()
    if not (people["people"] if isinstance(people, dict) else people):
        for name in ("老板", "王小明", "李小红", "陈大文"):
            requests.post(f"{sandbox}/sandbox/api/people", json={"name": name}, timeout=5)
        subprocess.run([str(_BIN / "flask"), "merchant", "invite"], check=False, stdout=subprocess.DEVNULL)
    subprocess.run([str(_BIN / "flask"), "menu", "publish"], check=False, stdout=subprocess.DEVNULL)
    print(
        f"\n  The demo is running. Open  {sandbox}/\n\n"
        "  First let 老板 scan the owner's QR code (商家邀请) on that page.\n"
        f"  Ctrl-C ends everything; the data stays in {FOLDER}/\n",
        flush=True,
    )


def _answers(url: str, stop: threading.Event, seconds: float = 90) -> bool:
    give_up = time.monotonic() + seconds
    while not stop.is_set() and time.monotonic() < give_up:
        try:
            if requests.get(url, timeout=2).status_code == 200:
                return True
        except requests.RequestException:
            pass
        stop.wait(0.3)
    if not stop.is_set():
        print(
            f"demo: {urlsplit(url).netloc} does not answer; its messages stand above",
            file=sys.stderr,
            flush=True,
        )
    return False


def _free_port(first: int) -> int:
    """The first port from here on that nobody listens on."""
    for port in range(first, first + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise CannotStart(f"no port from {first} on is free")


if __name__ == "__main__":
    sys.exit(main())
