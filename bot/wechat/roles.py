"""Exactly one of the tags 推广员 and 商家 per person: the menu goes by it."""

from __future__ import annotations

from bot.wechat.client import WeChat
from bot.wechat.errors import TAG_EXISTS, WeChatRefused
from engine.programme.who import Who

PROMOTER = "推广员"
MERCHANT = "商家"


def tag_of(who: Who) -> str | None:
    """The tag that this person should carry."""
    if who.is_staff:
        return MERCHANT
    return PROMOTER if who.promoter else None


def tag_ids(wechat: WeChat) -> dict[str, int]:
    """The ids of our two tags, made where they are missing."""
    found = {tag.name: tag.id for tag in wechat.list_tags() if tag.name in (PROMOTER, MERCHANT)}
    for name in (PROMOTER, MERCHANT):
        if name not in found:
            found[name] = _made(wechat, name)
    return found


def label(wechat: WeChat, openid: str, who: Who) -> None:
    """Give the person the right tag and take the other away."""
    wanted, ids = tag_of(who), tag_ids(wechat)
    for name, number in ids.items():
        if name != wanted:
            wechat.untag(openid, number)
    if wanted:
        # Last, because of several tags the last one put on decides the menu.
        wechat.tag(openid, ids[wanted])


def _made(wechat: WeChat, name: str) -> int:
    """A new tag's id, or its id if another worker was faster."""
    try:
        return wechat.create_tag(name).id
    except WeChatRefused as refused:
        others = {tag.name: tag.id for tag in wechat.list_tags()} if refused.errcode == TAG_EXISTS else {}
        if name not in others:
            raise
        return others[name]
