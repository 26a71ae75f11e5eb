"""A reason (理由, 原因), as whoever decides about somebody else has to write it."""

from __future__ import annotations

LONGEST_REASON = 60


def reason_in(typed: str) -> str:
    """The reason on one line; empty if there is none, or if it is longer than one may be."""
    reason = " ".join(typed.split())
    return reason if len(reason) <= LONGEST_REASON else ""
