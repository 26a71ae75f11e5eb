"""The door at which the shop asks a price: `/prices`, signed as the order feed is (docs/prices.md)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from flask import Blueprint, Response

from bot.doors.price_schema import PriceQuestion, answer, parse
from bot.doors.schema import Invalid
from bot.doors.signed import SignedDoor, check_shop, invalid, told
from engine.orders.quoting import Quotes

_log = logging.getLogger(__name__)


def prices_door(secrets: Sequence[str], quotes: Callable[[], Quotes], shop: str) -> Blueprint:
    """The blueprint of `/prices`. Asking books nothing, so that it may be asked as often as one likes."""
    signed = SignedDoor("prices", secrets, _log)

    def price(document: object) -> Response:
        question = _parsed(document)
        check_shop(question.shop, shop)
        return told(answer(quotes().price(*question.asked())))

    blueprint = Blueprint("prices", __name__)
    blueprint.add_url_rule("/prices", "ask", lambda: signed.answer(price), methods=["POST"])
    return blueprint


def _parsed(document: object) -> PriceQuestion:
    try:
        return parse(document)
    except Invalid as wrong:
        raise invalid(wrong.problems) from None
