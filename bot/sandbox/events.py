"""What changed, told at once to every open page."""

import json
import queue
import threading
from collections.abc import Iterator
from typing import Any

BACKLOG = 2000
HEARTBEAT = 15.0


class Hub:
    """Hands every event to every listener; a listener that sleeps too long is let go."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[queue.Queue[str | None]] = []

    def tell(self, kind: str, **data: Any) -> None:
        """Tell all listeners that something of this kind changed."""
        line = json.dumps({"kind": kind, **data}, ensure_ascii=False)
        with self._lock:
            for listener in list(self._listeners):
                try:
                    listener.put_nowait(line)
                except queue.Full:
                    self._listeners.remove(listener)

    def stream(self) -> Iterator[str]:
        """Server-sent events from now on, with a heartbeat that finds closed pages."""
        listener: queue.Queue[str | None] = queue.Queue(BACKLOG)
        with self._lock:
            self._listeners.append(listener)
        try:
            yield "retry: 1000\n\n: hello\n\n"
            while True:
                try:
                    line = listener.get(timeout=HEARTBEAT)
                except queue.Empty:
                    yield ": still here\n\n"
                    continue
                if line is None:
                    return
                yield f"data: {line}\n\n"
        finally:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

    def close(self) -> None:
        """End every stream."""
        with self._lock:
            for listener in self._listeners:
                try:
                    listener.put_nowait(None)
                except queue.Full:
                    continue
