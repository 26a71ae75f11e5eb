"""海报招募: posters of all kinds; a picture that was sent is looked at on samples before it is live."""

from __future__ import annotations

from contextlib import suppress

from engine.errors import Refusal
from engine.programme.backdrops import KEYS, KIND_OF, NoDraft
from engine.programme.modes import PosterKind
from engine.programme.settings import NothingChanged
from handlers.lists import beside, closing, itemised
from handlers.paging import leaf, page_of
from handlers.texts.merchant import posters as texts
from handlers.texts.refusals import sorry_staff
from handlers.typed import code
from handlers.types import Ask, Picture, Reply, Text

BACKDROP = "backdrop.picture"
"""The open question: which picture, and is it to be used?"""
_DEFAULT = frozenset({"恢复默认", "默认", "清空"})


def everything(ask: Ask) -> Reply:
    """海报招募"""
    return Text(texts.everything(ask.desk.settings.now()))


def one(ask: Ask) -> Reply:
    """海报招募 ‹店铺、商品或邀请›"""
    return Text(texts.one(_named(ask), ask.desk.settings.now()))


def samples(ask: Ask) -> Reply:
    """海报样张 ‹店铺、商品或邀请›"""
    return Picture("preview", _named(ask), texts.DRAWING)


def ask_backdrop(ask: Ask) -> Reply:
    """海报底图 ‹店铺、商品或邀请›"""
    return asked(_named(ask))


def asked(kind: PosterKind) -> Reply:
    """Ask for the picture of this kind."""
    return Text(texts.ask_backdrop(kind), state=BACKDROP, memory={"kind": kind})


def ask_again(ask: Ask) -> Reply:
    """Which picture was to be sent?"""
    return asked(_remembered(ask) or "shop")


def picture_sent(ask: Ask) -> Reply:
    """A picture: a worker fetches it and draws samples; another one may follow at once."""
    kind = _remembered(ask) or "shop"
    ask.desk.pictures.give(KEYS[kind], ask.message.picture)
    return Text(texts.received(kind), state=BACKDROP, memory={"kind": kind})


def words_instead(ask: Ask) -> Reply:
    """Words where a picture was asked for: 恢复默认, or the question again."""
    kind = _remembered(ask) or "shop"
    return _default(ask, kind) if ask.text.strip() in _DEFAULT else asked(kind)


def default(ask: Ask) -> Reply:
    """海报底图 ‹店铺、商品或邀请› 恢复默认"""
    return _default(ask, _named(ask))


def use(ask: Ask) -> Reply:
    """用: the picture whose samples were seen goes live."""
    try:
        return closing(ask, texts.used(ask.desk.backdrops.use(ask.remembered("kind"))), BACKDROP)
    except NothingChanged as same:
        return closing(ask, texts.used_already(KIND_OF[same.key]), BACKDROP)
    except NoDraft as none:
        said = sorry_staff(none)
    if ask.talk.state == BACKDROP:
        return Text(said, state=BACKDROP, memory=ask.talk.memory)
    return beside(ask, said)


def another(ask: Ask) -> Reply:
    """换: another picture for the kind that was being looked at."""
    kind, draft = _remembered(ask), ask.desk.backdrops.waiting()
    if kind is None and draft is None:
        return everything(ask)
    return asked(kind or (draft.kind if draft else "shop"))


def cancel(ask: Ask) -> Reply:
    """取消, while a picture is looked at: it goes, and what was live stays."""
    kind = _remembered(ask) or "shop"
    with suppress(NoDraft):
        ask.desk.backdrops.drop(kind)
    return Text(texts.dropped(kind), ends=True)


def data(ask: Ask) -> Reply:
    """全店海报数据"""
    return itemised(texts.data(leaf(page_of(ask), ask.desk.points.everywhere)))


def poster_of(ask: Ask) -> Reply:
    """推广员 ‹推荐码› 海报: his poster as customers see it."""
    try:
        found = ask.desk.promoters.by_code(code(ask.got("code")))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return Picture("poster", found.id, texts.HIS_POSTER)


def take_down(ask: Ask) -> Reply:
    """移除头像 ‹推荐码›"""
    try:
        return beside(ask, texts.portrait_down(ask.desk.wishes.take_down(code(ask.got("code")))))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def _default(ask: Ask, kind: PosterKind) -> Reply:
    try:
        ask.desk.settings.change(KEYS[kind], "")
    except NothingChanged:
        return closing(ask, texts.default_already(kind), BACKDROP)
    return closing(ask, texts.default(kind), BACKDROP)


def _named(ask: Ask) -> PosterKind:
    return texts.NAMED[ask.got("kind")]


def _remembered(ask: Ask) -> PosterKind | None:
    return next((kind for kind in KEYS if kind == ask.remembered("kind")), None)
