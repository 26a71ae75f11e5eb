"""ROUTES: one ordered table, read top to bottom; the first match wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.matching import By, Handler, Route, State
from handlers.types import Ask

ROUTES: tuple[Route, ...] = (
    # -- merchant: words and patterns of the staff --------------------------------------------------
    # -- promoter -----------------------------------------------------------------------------------
    # -- customer -----------------------------------------------------------------------------------
    # -- anyone: scans, follows, help, cancel, continue ---------------------------------------------
    # -- answers to open questions ------------------------------------------------------------------
)


@dataclass(frozen=True, slots=True)
class Found:
    """The route that a message takes."""

    do: Handler
    match: Mapping[str, str]
    answers: bool
    """It answers the open question."""


def find(ask: Ask) -> Found | None:
    """The first route that fits the message and its sender; None for an unknown word."""
    for route in ROUTES:
        match = route.when.match(ask)
        if match is None:
            continue
        if route.is_for(ask):
            return Found(route.do, match, isinstance(route.when, State))
        if ask.who.is_staff and route.by is not By.PROMOTER:
            return None  # replaced by the answer "你没有…权限" of handlers.merchant
    return None
