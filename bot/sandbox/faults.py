"""Bad weather on demand: the next calls to a path fail in a chosen way."""

import threading
from dataclasses import asdict, dataclass
from typing import Any


@dataclass
class Fault:
    """What happens to the next `times` calls of a path (`*` is every path)."""

    path: str
    times: int = 1
    errcode: int | None = None
    errmsg: str = ""
    hang: float = 0.0
    half: bool = False
    status: int = 0


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
        with self._lock:
            for fault in self._waiting:
                if fault.path in ("*", path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None

    def waiting(self) -> list[dict[str, Any]]:
        """Those that have not happened yet."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def clear(self) -> None:
        """Good weather again."""
        with self._lock:
            self._waiting.clear()
