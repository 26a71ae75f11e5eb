"""Running shops, each made once for all tests of a process: later ones are the first one's database put back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Protocol


class Put(Protocol):
    """A world that can say how it stands beside its database, and be put there."""

    def standing(self) -> Any: ...

    def stand(self, standing: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class _Beginning:
    pages: sqlite3.Connection
    standing: Any


class Beginnings:
    """Of one SQLite file, which belongs to one test at a time."""

    def __init__(self, path: str) -> None:
        self._file = sqlite3.connect(path)
        self._file.execute("PRAGMA synchronous=OFF")
        self._made: dict[Hashable, _Beginning] = {}

    def give(self, world: Put, wanted: Hashable, make: Callable[[], object]) -> None:
        """Bring a world that has done nothing yet to where `make` brings it."""
        found = self._made.get(wanted)
        if found is None:
            make()
            pages = sqlite3.connect(":memory:")
            self._file.backup(pages)
            self._made[wanted] = _Beginning(pages, world.standing())
        else:
            found.pages.backup(self._file)
            world.stand(found.standing)

    def close(self) -> None:
        for beginning in self._made.values():
            beginning.pages.close()
        self._file.close()
