"""为什么 ‹单号›: for the staff about every order, for a promoter about those that concern him."""

from __future__ import annotations

from engine.orders.views import NoSuchOrder
from handlers.texts import why as texts
from handlers.texts.refusals import sorry
from handlers.typed import forgiven
from handlers.types import Ask, Reply, Text


def why(ask: Ask) -> Reply:
    """Who gets how much of this order, and what it rests on."""
    try:
        return Text(texts.explained(ask.desk.why.of(forgiven(ask.got("code")))))
    except NoSuchOrder as no:
        return Text(sorry(no))
