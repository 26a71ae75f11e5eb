"""素材文案: the list, and one piece of it: its text with the promoter's own link, its pictures, his poster."""

from __future__ import annotations

from engine.errors import Refusal
from handlers.customer.prices import search
from handlers.lists import itemised
from handlers.paging import leaf, page_of
from handlers.promoter.pictures import barred
from handlers.texts import goods
from handlers.texts import materials as texts
from handlers.texts.refusals import sorry
from handlers.types import Ask, Picture, Reply, Text


def everything(ask: Ask) -> Reply:
    """素材文案, the newest first."""
    read = ask.desk.materials.shown
    return barred(ask) or itemised(texts.listing(leaf(page_of(ask), lambda skip, most: read("", skip, most))))


def of_product(ask: Ask) -> Reply:
    """商品素材 ‹商品›: by number or title; a single piece is handed out at once."""
    stopped = barred(ask)
    if stopped:
        return stopped
    found = search(ask, ask.got("what"), promoted_only=True)
    if not found:
        return Text(goods.nothing(ask.got("what"), goods.PROMOTED))
    product, read = found[0].product, ask.desk.materials.shown
    page = leaf(page_of(ask), lambda skip, most: read(product.sku, skip, most))
    if len(page.rows) == 1 and page.number == 1:
        return _handed_out(ask, page.rows[0].code)
    return itemised(texts.of_product(product.title, product.sku, page))


def one(ask: Ask) -> Reply:
    """素材 ‹素材号›"""
    return barred(ask) or _handed_out(ask, ask.got("code"))


def words(ask: Ask) -> Reply:
    """素材 ‹素材号› 文案: nothing but what is passed on."""
    stopped = barred(ask)
    if stopped:
        return stopped
    try:
        row = ask.desk.materials.get_shown(ask.got("code"))
    except Refusal as refusal:
        return Text(sorry(refusal))
    return Text(texts.copied(row, ask.home, ask.desk.promoters.mine().code), alone=True)


def picture(ask: Ask) -> Reply:
    """素材 ‹素材号› 图 ‹第几张›"""
    stopped = barred(ask)
    if stopped:
        return stopped
    code, number = ask.got("code").upper(), int(ask.got("number"))
    try:
        ask.desk.materials.picture(code, number)
    except Refusal:
        return Text(texts.NO_SUCH_PICTURE)
    return Picture("material", f"{code} {number}", texts.PICTURE_COMES)


def _handed_out(ask: Ask, code: str) -> Reply:
    """The text comes as a message of its own, and a picture or two; all the rest is on the page."""
    try:
        return Text(texts.item(ask.desk.materials.pass_on(code), ask.home))
    except Refusal as refusal:
        return Text(sorry(refusal))
