"""Bad weather on demand: the next calls to a path fail in a chosen way, or the next template messages never arrive."""

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

BLOCKED = "failed:user block"
ENDINGS = (BLOCKED, "failed: system failed")
"""How a template message that was taken can end nevertheless; the two are not spelled alike."""


@dataclass
class Fault:
    """What happens to the next `times` calls of a path (`*` is every path); `ending`: to what the call had sent."""

    path: str
    times: int = 1
    errcode: int | None = None
    errmsg: str = ""
    hang: float = 0.0
    half: bool = False
    status: int = 0
    ending: str = ""


class Faults:
    """The faults that wait to happen, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let this happen to the next calls."""
        with self._lock:
            self._waiting.append(fault)

    def take(self, path: str) -> Fault | None:
        """The fault for this call, used up by one."""
        return self._use(lambda fault: not fault.ending and fault.path in ("*", path))

    def ending(self) -> str:
        """How the template message that is on its way ends, if it does not arrive."""
        fault = self._use(lambda fault: bool(fault.ending))
        return fault.ending if fault else ""

    def waiting(self) -> list[dict[str, Any]]:
        """Those that have not happened yet."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def clear(self) -> None:
        """Good weather again."""
        with self._lock:
            self._waiting.clear()

    def _use(self, fits: Callable[[Fault], bool]) -> Fault | None:
        with self._lock:
            for fault in self._waiting:
                if fits(fault):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None
