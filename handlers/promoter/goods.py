"""推广商品: what can be promoted, what it earns, and the code to pass on."""

from __future__ import annotations

from handlers.customer.prices import search
from handlers.lists import itemised
from handlers.paging import ROWS, page_of, turn
from handlers.promoter.pictures import barred
from handlers.texts import goods as texts
from handlers.texts.earnings import POSTER
from handlers.types import Ask, Picture, Reply, Text


def everything(ask: Ask) -> Reply:
    """推广商品"""
    return barred(ask) or Text(
        texts.promoted(turn(page_of(ask), lambda most: ask.desk.quotes.offers("", most, promoted_only=True)))
    )


def one(ask: Ask) -> Reply:
    """推广商品 ‹商品›: by number or title; several that fit are listed."""
    return barred(ask) or _found(ask, ask.got("what"))


def poster(ask: Ask) -> Reply:
    """商品海报 ‹商品›: by number or title; several that fit are listed."""
    stopped = barred(ask)
    if stopped:
        return stopped
    found = search(ask, ask.got("what"), promoted_only=True)
    if len(found) != 1:
        return _found(ask, ask.got("what"))
    return Picture("product", f"{ask.who.promoter} {found[0].product.sku}", POSTER)


def _found(ask: Ask, typed: str) -> Text:
    found = search(ask, typed, promoted_only=True)
    if not found:
        return itemised(texts.nothing(typed, texts.PROMOTED))
    if len(found) > 1:
        return Text(texts.found_promoted(typed, found[:ROWS], len(found) > ROWS))
    material = bool(ask.desk.materials.shown(found[0].product.sku, 0, 1))
    return Text(texts.promotable(found[0], ask.desk.promoters.mine().code, ask.home, material=material))
