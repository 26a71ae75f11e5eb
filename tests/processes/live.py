"""The real demo as a child: its processes by name, and people who text it through the sandbox."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from redis import Redis

from tests.bot import pushes
from tests.stories.world import Person, World

HERE = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds for whatever must come to be: how soon it does is decided under a played clock (tests/bot/test_tick.py)."""


@dataclass(frozen=True)
class Process:
    """One process of the demo; the time of its start tells it from a later one with the same number."""

    pid: int
    parent: int
    command: str
    began: str

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    @property
    def lives(self) -> bool:
        found = _look(self.pid)
        return found is not None and found.began == self.began


class Demo(World):
    """`python -m bot.demo` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.people: dict[str, Person] = {}
        self._read = 0

    def start(self, **different: str) -> None:
        """Until everything is well. Raises AssertionError with the log."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        # Two demos that start at once would find the same ports free.
        ports = {"PORT": str(_free_port()), "WECHAT_API_BASE": f"http://127.0.0.1:{_free_port()}"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.demo"],
                env={
                    **kept,
                    "PYTHONPATH": str(HERE),
                    "DEMO_DIR": str(self.folder / "demo"),
                    **ports,
                    **different,
                },
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self._runs, self.said)
        lines = (self.folder / "demo" / "env").read_text().splitlines()
        self.env = {
            name: "".join(shlex.split(value)) for name, _, value in (line.partition("=") for line in lines)
        }
        self._address = self.env["WECHAT_API_BASE"]
        self.bot = self.env["BOT_URL"]
        until(self.is_well, self.said)
        self.people = {
            one["name"]: Person(self, one["name"], one["openid"]) for one in self.get("people")["people"]
        }

    def _runs(self) -> bool:
        assert self.process.poll() is None, f"the demo ended with {self.process.returncode}\n{self.said()}"
        return "The demo is running" in self.said()[self._read :]

    def forget_the_log(self) -> None:
        """What was written so far is no sign that the next start is done."""
        self._read = len(self.said())

    def said(self) -> str:
        """Everything that the demo wrote."""
        return self.log.read_text(errors="replace")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it; gives what it ended with. It is killed, with all its own, when it does not."""
        everybody = self.tree()
        self.forget_the_log()
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            for process in everybody:
                if process.lives:
                    process.signal(signal.SIGKILL)
            self.process.wait(30)
            raise

    def clean_up(self) -> None:
        """Nothing may be left, whatever a test did."""
        everybody = self.tree()
        try:
            if self.process.poll() is None:
                self.stop()
        finally:
            for process in everybody:
                if process.lives:
                    process.signal(signal.SIGKILL)

    def tree(self) -> list[Process]:
        """The demo and all that it started, the oldest first."""
        everybody = [
            found for entry in os.listdir("/proc") if entry.isdigit() and (found := _look(int(entry)))
        ]
        known = {self.process.pid}
        for _ in range(4):
            known |= {one.pid for one in everybody if one.parent in known}
        return sorted((one for one in everybody if one.pid in known), key=lambda one: one.pid)

    def processes(self, words: str) -> list[Process]:
        """Those whose command line holds these words."""
        return [one for one in self.tree() if words in one.command]

    def one(self, words: str) -> Process:
        """The first of those, as soon as there is one."""
        return until(lambda: next(iter(self.processes(words)), None), self.said)

    def web_workers(self) -> list[Process]:
        """granian's workers."""
        master = self.one("granian")
        return [one for one in self.tree() if one.parent == master.pid]

    def is_well(self) -> bool:
        try:
            return requests.get(f"{self.bot}/healthz", timeout=10).status_code == 200
        except requests.RequestException:
            return False

    def get(self, path: str) -> dict[str, Any]:
        """Ask the sandbox."""
        return self._asked("GET", path)

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Tell the sandbox."""
        return self._asked("POST", path, body)

    def _asked(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer = requests.request(method, f"{self._address}/sandbox/api/{path}", json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def redis(self) -> Redis:
        return Redis.from_url(self.env["REDIS_URL"])

    def work(self) -> None:
        """Workers and tick are processes here: they work by themselves."""

    def open_shop(self) -> None:
        """老板 scans the code that the demo printed."""
        scene = next(one["scene"] for one in self.get("codes")["codes"] if one["scene"].startswith("m:"))
        self.person("老板").scans(scene)

    def pictures_of(self, name: str) -> int:
        return len(self.person(name).pictures())

    def pushed_to(self, name: str) -> int:
        """How many messages were pushed to this person."""
        return len([one for one in self.person(name).chat() if one["via"] == "kf"])

    def fault(self, path: str, **how: Any) -> None:
        """The next calls of this path go wrong."""
        self._asked("POST", "faults", {"path": path, **how})

    def struck(self) -> bool:
        """Every fault has met its call."""
        return not self.get("faults")["faults"]

    def at_rest(self) -> bool:
        """No row of the outbox is in a worker's hands or due."""
        now = int(time.time() * 1000)
        busy = "SELECT count(*) FROM outbox WHERE state = 'sending' OR (state = 'ready' AND due_at <= ?)"
        with closing(sqlite3.connect(self.folder / "demo" / "data" / "promoter.db")) as book:
            return bool(book.execute(busy, (now,)).fetchone()[0] == 0)

    def knock(self, xml: str, *, timeout: float = 30) -> requests.Response:
        """A push straight to the bot's door, as Tencent would send it."""
        body, query = pushes.push(
            xml,
            at=datetime.now(UTC),
            token=self.env["WECHAT_TOKEN"],
            key=self.env["WECHAT_AES_KEY"],
            app_id=self.env["WECHAT_APP_ID"],
        )
        return requests.post(f"{self.bot}/wechat", data=body, params=query, timeout=timeout)

    def text_of(self, name: str, words: str) -> str:
        """The XML of a text message of this person's, sent now."""
        return pushes.fields_xml(
            ToUserName="gh_demo",
            FromUserName=self.person(name).openid,
            CreateTime=str(int(time.time())),
            MsgType="text",
            Content=words,
            MsgId=str(zlib.crc32(f"{words}{time.time()}".encode())),
        )

    def opened(self, answer: requests.Response) -> Mapping[str, Any]:
        """The fields of a passive reply."""
        import xmltodict
        from wechatpy.crypto import WeChatCrypto

        assert answer.status_code == 200, answer.text
        envelope = xmltodict.parse(answer.content)["xml"]
        crypto = WeChatCrypto(self.env["WECHAT_TOKEN"], self.env["WECHAT_AES_KEY"], self.env["WECHAT_APP_ID"])
        xml = crypto.decrypt_message(
            answer.content, envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"]
        )
        fields: Mapping[str, Any] = xmltodict.parse(xml)["xml"]
        return fields


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(found: Callable[[], Any], told: Callable[[], str]) -> Any:
    """What is found at last. Raises AssertionError with the log's end."""
    give_up = time.monotonic() + PATIENCE
    while not (value := found()):
        assert time.monotonic() < give_up, (
            f"not within {PATIENCE:.0f} s; the demo's log ends with\n{told()[-3000:]}"
        )
        time.sleep(0.1)
    return value


def _look(pid: int) -> Process | None:
    """A process that lives; a zombie does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if stat[0] == "Z" else Process(pid, int(stat[1]), command, stat[19])
