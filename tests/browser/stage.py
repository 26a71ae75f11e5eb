"""The real demo in a child process, and a browser to look at it with."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from bot.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
WIDE = {"width": 1400, "height": 900}
NARROW = {"width": 390, "height": 844}
_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
_PATIENCE = 180.0


def chromium() -> str | None:
    """The browser of this machine, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def browser() -> Iterator[Browser]:
    """A chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium(), args=_ARGUMENTS)
        try:
            yield found
        finally:
            found.close()


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """`make demo` with a folder and ports of its own; gives the page's address. Ends every process of it."""
    folder.mkdir(parents=True, exist_ok=True)
    sandbox = f"http://127.0.0.1:{_free_port()}"
    with (folder / "output").open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "bot.demo"],
            cwd=ROOT,
            env=_environment(folder, sandbox, _free_port()),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(child, folder / "output")
        yield sandbox
    finally:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(60)
        left = _left(folder)
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        child.wait(30)
    assert not left, f"processes of the demo outlived it: {left}"


def _environment(folder: Path, sandbox: str, port: int) -> dict[str, str]:
    """This process's environment without any setting of a bot, so that the demo is a fresh one."""
    settings = {name.upper() for name in Settings.model_fields} | {"BOT_URL", "FLASK_APP"}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in settings}
    own = {"DEMO_DIR": str(folder), "WECHAT_API_BASE": sandbox, "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    return {**kept, **own}


def _wait(child: subprocess.Popen[bytes], output: Path) -> None:
    """Until it says that it runs: then people, the owner's QR and the menus are there."""
    give_up = time.monotonic() + _PATIENCE
    while "The demo is running" not in (said := output.read_text(errors="replace")):
        assert child.poll() is None, f"the demo ended with {child.returncode}:\n{said}"
        assert time.monotonic() < give_up, f"the demo did not come up in {_PATIENCE:.0f} s:\n{said}"
        time.sleep(0.1)


def _left(folder: Path) -> list[int]:
    """Processes that were started with this folder, and still are."""
    mark = f"DEMO_DIR={folder}\0".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "environ").read_bytes():
                found.append(int(process.name))
    return [pid for pid in found if pid != os.getpid()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def codes(sandbox: str) -> list[dict[str, object]]:
    """The QR codes that the account has made."""
    found: list[dict[str, object]] = requests.get(f"{sandbox}/sandbox/api/codes", timeout=20).json()["codes"]
    return found
