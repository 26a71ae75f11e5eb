"""开张: the owner of a new shop is led to where the programme can be switched on."""

from __future__ import annotations

from engine.people.authority import Right
from handlers.texts.merchant import opening as texts
from handlers.types import Ask, Reply, Text


def steps(ask: Ask) -> Reply:
    """开张"""
    return Text(texts.steps(ask.desk.settings.now(), ask.desk.settings.readiness()))


def closed(ask: Ask) -> str:
    """A word on the programme to the owner while it is off; empty otherwise."""
    off = ask.who.may(Right.OWNER) and not ask.desk.settings.now().programme
    return texts.CLOSED if off else ""
