"""商品与价格 and 价格 ‹商品›: what things cost this person."""

from __future__ import annotations

from unicodedata import normalize

from engine.errors import Refusal
from engine.orders.quoting import Offer
from handlers.lists import itemised
from handlers.paging import ROWS, page_of, turn
from handlers.texts import goods as texts
from handlers.texts.refusals import sorry
from handlers.typed import pieces
from handlers.types import Ask, Reply, Text


def everything(ask: Ask) -> Reply:
    """商品与价格"""
    page = turn(page_of(ask), lambda most: ask.desk.quotes.offers("", most, promoted_only=False))
    return itemised(texts.prices(page, promotes=_promotes(ask)))


def one(ask: Ask) -> Reply:
    """价格 ‹商品› ‹件数›"""
    typed = ask.got("what")
    found, quantity = search(ask, typed, promoted_only=False), 1
    several = pieces(typed)
    if several and not _is_called(typed, found):
        # A title may end in a number of its own: what is called so as a whole comes first.
        named = search(ask, several[0], promoted_only=False)
        if named:
            found, (typed, quantity) = named, several
    if not found:
        return itemised(texts.nothing(typed, texts.PRICES))
    if len(found) > 1:
        return Text(texts.found(typed, found[:ROWS], len(found) > ROWS, promotes=_promotes(ask)))
    try:
        offer = ask.desk.quotes.offer(found[0].product.sku, quantity)
    except Refusal as refusal:
        return Text(sorry(refusal))
    return Text(texts.price(offer, promotes=_promotes(ask)))


def search(ask: Ask, typed: str, *, promoted_only: bool) -> tuple[Offer, ...]:
    """What is called exactly so, else whatever holds it in number or title: up to one more than a screen."""
    found = ask.desk.quotes.offers(typed, ROWS + 1, promoted_only=promoted_only)
    if not found:
        typed = normalize("NFKC", typed)
        found = ask.desk.quotes.offers(typed, ROWS + 1, promoted_only=promoted_only)
    return found[:1] if _is_called(typed, found) else found


def _is_called(typed: str, found: tuple[Offer, ...]) -> bool:
    """The nearest stands first; a title that several products bear names none of them."""
    called = [typed.casefold() in (one.product.sku.casefold(), one.product.title.casefold()) for one in found]
    return called[:1] == [True] and (sum(called) == 1 or found[0].product.sku.casefold() == typed.casefold())


def _promotes(ask: Ask) -> bool:
    return ask.who.promoter is not None
