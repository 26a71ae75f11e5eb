"""素材管理: text, then pictures, then on the shelf; every step is kept at once, whatever comes in between."""

from __future__ import annotations

from engine.errors import Refusal
from engine.people.authority import Right
from engine.programme.materials import BadMaterial
from engine.programme.products import Product
from engine.programme.wording import BannedWording
from handlers.lists import Of, as_typed, beside, closing, listed
from handlers.matching import said
from handlers.merchant import goods
from handlers.paging import leaf, page_of
from handlers.texts.merchant import materials as texts
from handlers.texts.refusals import sorry_staff
from handlers.types import Ask, Reply, Text

TEXT, WORDS, PICTURES = "material.text", "material.words", "material.pictures"
"""The open questions: the text of a new one, another text, its pictures."""


def everything(ask: Ask) -> Reply:
    """素材管理"""
    read = ask.desk.materials.all
    page = leaf(page_of(ask), lambda skip, most: read("", skip, most))
    shown = texts.listing(page, may_change=_may_change(ask))
    return listed(shown, Of.MATERIALS, [row.code for row in page.rows], page.first)


def of_product(ask: Ask) -> Reply:
    """商品 ‹编号› 素材"""
    try:
        product = goods.find(ask, ask.got("sku"))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    read = ask.desk.materials.all
    page = leaf(page_of(ask), lambda skip, most: read(product.sku, skip, most))
    shown = texts.of_product(product, page, may_change=_may_change(ask))
    return listed(shown, Of.MATERIALS, [row.code for row in page.rows], page.first)


def tapped(ask: Ask) -> Reply:
    """素材管理 ‹素材号›"""
    return item(ask, ask.got("code"))


def item(ask: Ask, code: str) -> Reply:
    """One piece of material."""
    try:
        row = ask.desk.materials.get(code)
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))
    return closing(ask, texts.item(row, ask.home, may_change=_may_change(ask)), PICTURES)


# -- a new one -------------------------------------------------------------------------------------


def add(ask: Ask) -> Reply:
    """加素材 ‹文字›, 商品 ‹编号› 加素材 ‹文字›: with the text at once, or it is asked for."""
    try:
        product = goods.find(ask, ask.got("sku")) if ask.got("sku") else None
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    words = as_typed(ask, "words")
    return _add(ask, words, product.sku if product else "") if words else _ask_text(product)


def text_told(ask: Ask) -> Reply:
    """The text of a new one."""
    return _add(ask, ask.text, ask.remembered("sku"))


def text_first(ask: Ask) -> Reply:
    """A picture where the text was asked for."""
    return Text(texts.ask_text_first(), state=TEXT, memory=ask.talk.memory)


def ask_text_again(ask: Ask) -> Reply:
    """The question that was open."""
    sku = ask.remembered("sku")
    return _ask_text(ask.desk.products.get(sku) if sku else None)


def _ask_text(product: Product | None) -> Reply:
    memory = {"sku": product.sku} if product else {}
    return Text(texts.ask_text(product), state=TEXT, memory=memory)


def _add(ask: Ask, words: str, sku: str) -> Reply:
    try:
        row = ask.desk.materials.add(words, sku)
    except (BadMaterial, BannedWording) as refusal:
        return Text(sorry_staff(refusal), state=TEXT, memory={"sku": sku} if sku else {})
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return Text(texts.added(row), state=PICTURES, memory={"code": row.code})


# -- its pictures ----------------------------------------------------------------------------------


def pictures(ask: Ask) -> Reply:
    """素材管理 ‹素材号› 图片"""
    return _ask_pictures(ask, ask.got("code"))


def picture_sent(ask: Ask) -> Reply:
    """One more picture: a worker fetches it, and says so if it cannot be used."""
    code = ask.remembered("code")
    try:
        row = ask.desk.materials.give(code, ask.message.picture)
    except Refusal as refusal:
        return Text(sorry_staff(refusal), state=PICTURES, memory={"code": code})
    return Text(texts.picture_received(row), state=PICTURES, memory={"code": code})


def pictures_told(ask: Ask) -> Reply:
    """完成, or the question again."""
    code = ask.remembered("code")
    return _put_up(ask, code) if said(ask.text) == texts.DONE else _ask_pictures(ask, code)


def ask_pictures_again(ask: Ask) -> Reply:
    """The question that was open."""
    return _ask_pictures(ask, ask.remembered("code"))


def clear(ask: Ask) -> Reply:
    """素材管理 ‹素材号› 清空图片"""
    try:
        row = ask.desk.materials.clear(ask.got("code"))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))
    return Text(texts.cleared(row), state=PICTURES, memory={"code": row.code})


def _ask_pictures(ask: Ask, code: str) -> Reply:
    try:
        row = ask.desk.materials.get(code)
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return Text(texts.ask_pictures(row), state=PICTURES, memory={"code": row.code})


# -- changes ---------------------------------------------------------------------------------------


def put_up(ask: Ask) -> Reply:
    """素材管理 ‹素材号› 上架"""
    return _put_up(ask, ask.got("code"))


def take_down(ask: Ask) -> Reply:
    """素材管理 ‹素材号› 下架"""
    try:
        return beside(ask, texts.taken_down(ask.desk.materials.take_down(ask.got("code"))))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def rewrite(ask: Ask) -> Reply:
    """素材管理 ‹素材号› 改 ‹文字›: with the text at once, or it is asked for."""
    words = as_typed(ask, "words")
    return _rewrite(ask, ask.got("code"), words) if words else _ask_words(ask, ask.got("code"))


def words_told(ask: Ask) -> Reply:
    """The new text."""
    return _rewrite(ask, ask.remembered("code"), ask.text)


def ask_words_again(ask: Ask) -> Reply:
    """The question that was open."""
    return _ask_words(ask, ask.remembered("code"))


def assign(ask: Ask) -> Reply:
    """素材管理 ‹素材号› 商品 ‹编号›, 素材管理 ‹素材号› 全店"""
    try:
        sku = goods.find(ask, ask.got("sku")).sku if ask.got("sku") else ""
        return beside(ask, texts.assigned(ask.desk.materials.assign(ask.got("code"), sku)))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def ask_delete(ask: Ask) -> Reply:
    """素材管理 ‹素材号› 删除"""
    try:
        return beside(ask, texts.ask_delete(ask.desk.materials.get(ask.got("code"))))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def delete(ask: Ask) -> Reply:
    """素材管理 ‹素材号› 确认删除"""
    try:
        ask.desk.materials.delete(ask.got("code"))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))
    return closing(ask, texts.deleted(), PICTURES)


def _put_up(ask: Ask, code: str) -> Reply:
    try:
        row = ask.desk.materials.put_up(code)
    except Refusal as refusal:
        return closing(ask, sorry_staff(refusal), PICTURES)
    return closing(ask, texts.put_up(row), PICTURES)


def _ask_words(ask: Ask, code: str) -> Reply:
    try:
        row = ask.desk.materials.get(code)
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))
    return Text(texts.ask_words(row), state=WORDS, memory={"code": row.code})


def _rewrite(ask: Ask, code: str, words: str) -> Reply:
    try:
        row = ask.desk.materials.rewrite(code, words)
    except (BadMaterial, BannedWording) as refusal:
        return Text(sorry_staff(refusal), state=WORDS, memory={"code": code.upper()})
    except Refusal as refusal:
        return closing(ask, sorry_staff(refusal), WORDS)
    return closing(ask, texts.rewritten(row), WORDS)


def _may_change(ask: Ask) -> bool:
    return ask.who.may(Right.OWNER)
