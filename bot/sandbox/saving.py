"""The world kept in one JSON file, written whole and at once, a moment after it changed."""

import json
import os
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.sandbox.state import (
    ConditionalMenu,
    Grant,
    Medium,
    Message,
    Order,
    Person,
    QrCode,
    Tag,
    Template,
    World,
)

FILE = "sandbox.json"
DELAY = 0.4
LATER = ("day", "used", "limits", "cleared", "late_menus")
"""What a world saved by an older sandbox lacks."""


def to_json(world: World) -> str:
    """The whole world as JSON."""
    return json.dumps(asdict(world), ensure_ascii=False)


def from_json(text: str) -> World:
    """The world that to_json wrote."""
    data: dict[str, Any] = json.loads(text)
    return World(
        people={key: _person(row) for key, row in data["people"].items()},
        messages={key: [Message(**row) for row in rows] for key, rows in data["messages"].items()},
        media={key: Medium(**row) for key, row in data["media"].items()},
        codes={key: QrCode(**row) for key, row in data["codes"].items()},
        tags={int(key): Tag(**row) for key, row in data["tags"].items()},
        menu=data["menu"],
        menuid=data["menuid"],
        conditional=[ConditionalMenu(**row) for row in data["conditional"]],
        orders={key: Order(**row) for key, row in data["orders"].items()},
        sent_templates=data["sent_templates"],
        templates={key: Template(**row) for key, row in data.get("templates", {}).items()},
        **{name: data[name] for name in LATER if name in data},
        serial=data["serial"],
    )


def load(folder: Path | None) -> World:
    """The saved world of a folder, or a new one; an unreadable file is put aside, not lost."""
    path = folder / FILE if folder else None
    if path is None or not path.exists():
        return World()
    try:
        return from_json(path.read_text("utf-8"))
    except (ValueError, KeyError, TypeError):
        path.replace(path.with_suffix(".unreadable.json"))
        return World()


class Saver:
    """Writes the world soon after it changed, many changes in one write."""

    def __init__(self, folder: Path | None, snapshot: Callable[[], str]) -> None:
        self._folder = folder
        self._snapshot = snapshot
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def soon(self) -> None:
        """Ask for a write within half a second."""
        if self._folder is None:
            return
        with self._lock:
            if self._timer is None:
                self._timer = threading.Timer(DELAY, self.now)
                self._timer.daemon = True
                self._timer.start()

    def now(self) -> None:
        """Write beside the file, then put it in place."""
        if self._folder is None:
            return
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if not self._folder.exists():
                return
            fresh = self._folder / (FILE + ".new")
            fresh.write_text(self._snapshot(), "utf-8")
            os.replace(fresh, self._folder / FILE)


def _person(row: dict[str, Any]) -> Person:
    grants = {name: Grant(**row[name]) if row[name] else None for name in ("after_message", "after_tap")}
    return Person(**{**row, **grants})
