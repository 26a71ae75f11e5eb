"""What the log hears of a bug: its place and no words."""

from __future__ import annotations

import traceback
from pathlib import Path


def place(bug: BaseException) -> str:
    """The type of an error and where it was raised. Its text is left out: it may hold what people typed."""
    frames = traceback.extract_tb(bug.__traceback__)[-6:]
    where = "<".join(f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in reversed(frames))
    return f"error={type(bug).__name__} at={where}"
