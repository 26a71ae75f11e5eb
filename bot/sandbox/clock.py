"""The demo's clock: real time plus the offset that the bot keeps and the sandbox may move."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import requests

BEIJING = timezone(timedelta(hours=8))
PATIENCE = 2.0


class ClockError(RuntimeError):
    """The clock could not be moved, and why."""


class BotClock:
    """Follows the bot's clock door; without the bot it shows real time."""

    def __init__(self, bot_url: str) -> None:
        self._door = bot_url + "/demo/clock"
        self._offset_ms = 0
        self._told: Callable[[], None] = lambda: None
        self.connected = False

    @property
    def offset_ms(self) -> int:
        """How far ahead of real time the demo is."""
        return self._offset_ms

    def now(self) -> float:
        """Virtual epoch seconds."""
        return time.time() + self._offset_ms / 1000

    def refresh(self) -> bool:
        """Read the bot's offset; False while the bot cannot be reached."""
        try:
            answer = requests.get(self._door, timeout=PATIENCE)
            self._take(answer)
        except (requests.RequestException, ClockError):
            self.connected = False
        return self.connected

    def move(self, add_ms: int) -> None:
        """Move the bot's clock, and this one with it."""
        try:
            answer = requests.post(self._door, json={"add_ms": add_ms}, timeout=PATIENCE)
        except requests.RequestException as error:
            self.connected = False
            raise ClockError("连不上机器人，时钟没有移动") from error
        self._take(answer)

    def follow(self, told: Callable[[], None]) -> None:
        """Keep reading in the background: often until the bot answers, then now and then."""
        self._told = told
        threading.Thread(target=self._watch, name="clock", daemon=True).start()

    def _watch(self) -> None:
        while True:
            before = (self._offset_ms, self.connected)
            self.refresh()
            if before != (self._offset_ms, self.connected):
                self._told()
            time.sleep(10 if self.connected else 2)

    def _take(self, answer: requests.Response) -> None:
        if answer.status_code != 200:
            self.connected = False
            raise ClockError(f"机器人没有打开时钟接口（HTTP {answer.status_code}）")
        try:
            data: dict[str, Any] = answer.json()
            self._offset_ms = int(data["offset_ms"])
        except (ValueError, KeyError, TypeError) as error:
            self.connected = False
            raise ClockError("机器人的时钟接口答得不对") from error
        self.connected = True


class GivenClock:
    """A clock that somebody else holds, as tests do."""

    connected = True

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    @property
    def offset_ms(self) -> int:
        """How far ahead of real time the given clock is."""
        return round((self._now() - time.time()) * 1000)

    def now(self) -> float:
        """Virtual epoch seconds."""
        return self._now()

    def refresh(self) -> bool:
        """Nothing to read."""
        return True

    def move(self, add_ms: int) -> None:
        """Not ours to move."""
        raise ClockError(f"时钟由外面掌握，不能从这里移动 {add_ms} 毫秒")

    def follow(self, told: Callable[[], None]) -> None:
        """Nothing to follow."""


Clock = BotClock | GivenClock


def beijing(epoch: float) -> str:
    """RFC 3339 with milliseconds and Beijing's offset."""
    return datetime.fromtimestamp(epoch, BEIJING).isoformat(timespec="milliseconds")
