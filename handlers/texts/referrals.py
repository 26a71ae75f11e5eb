"""What a customer hears about who recommended the shop to him. Never a word about rewards."""

from __future__ import annotations

from datetime import datetime

from engine.orders.attribution import Basis
from engine.orders.views import OrderView
from engine.programme.members import MemberInvitation
from engine.programme.modes import LockMode
from engine.programme.settings import Settings
from engine.referrals.visits import Effect, Receipt, Referrer
from handlers.paging import Page
from handlers.texts.marks import CANCEL, clip, paragraphs, plain, tap
from handlers.texts.money import OWN_TRANSFER
from handlers.texts.people import called
from handlers.texts.times import date, moment

ASK_CODE = "请回复 6 位推荐码（字母和数字，不分大小写）。不填了，回复 " + CANCEL + "。"
NO_REFERRER = f"你还没有推荐人。\n{tap('填写推荐码', '填写推荐码')}"
_NOT_HIM = tap("不是", "不是 TA 推荐的？回复 不是")
_APPLY = tap("申请推广员", "申请推广员")
_NO_ORDERS = "这里还没有你的订单。付款后稍等一会儿再来看。"
_HOW = {Basis.OWN_TRANSFER: "，商家自行转账", Basis.PROXY: "，代下单"}
_RECRUIT_BYTES, _RECRUIT_SHORT_BYTES = 1550, 900
"""All of 500 汉字, and what has room under a receipt."""


def receipt(found: Receipt, shop: str) -> str:
    """Who recommended the shop, and what that means; with the way to say that it is wrong."""
    return "\n".join((_recommended(found, shop), tap("商品与价格", "看商品与价格"), _NOT_HIM))


def referrer(found: Referrer) -> str:
    """我的推荐人"""
    if found.holder:
        return f"你的推荐人是 {called(found.holder)}（{_until(found.until)}）。"
    if found.last_visit and found.last_visit_at:
        seen = f"最近一次是 {called(found.last_visit)} 在 {moment(found.last_visit_at)} 推荐的。"
        return f"你还没有固定的推荐人。{seen}"
    return NO_REFERRER


def undone(who: str, now: Referrer) -> str:
    """不是; what made him the referrer before, or an order since, is not taken back by it."""
    said = f"好的，这次不算 {who} 推荐的。"
    if now.holder is None:
        return f"{said}你现在没有推荐人。"
    if called(now.holder) != who:
        return f"{said}你现在的推荐人是 {called(now.holder)}。"
    return f"{said}你的推荐人仍是 {who}：下过的单、商家的分配都不变。要改请联系客服。\n{tap('联系客服', '联系客服')}"


def looks_like_code(code: str) -> str:
    """Something of a code's shape that is nothing of his."""
    return f"「{code}」不是推荐码，也不是你的单号，请核对一下。\n{tap('帮助', '看看能做什么')}"


def known_nowhere(code: str) -> str:
    """The same to the staff, who may open everybody's."""
    return f"没有推荐码或单号是「{code}」，请核对一下。\n{tap('帮助', '看看能做什么')}"


def recruit(rules: Settings, *, may_apply: bool) -> str:
    """招募说明"""
    text = clip(paragraphs(rules.recruit_text), _RECRUIT_BYTES)
    return f"{_recruits(rules)}\n\n{text}" + (f"\n\n{_APPLY}" if may_apply else "")


def invited(found: Receipt, rules: Settings) -> str:
    """To somebody who opened an invitation: the receipt, and what he is invited to."""
    whole = paragraphs(rules.recruit_text)
    text = clip(whole, _RECRUIT_SHORT_BYTES)
    taps = _APPLY if text == whole else f"{tap('招募说明', '看全文')}\n{_APPLY}"
    return f"{_recommended(found, rules.shop_name)}\n{_NOT_HIM}\n\n{_recruits(rules)}\n{text}\n\n{taps}"


def invited_by_merchant(found: MemberInvitation, rules: Settings) -> str:
    """To somebody whom the merchant himself invited."""
    into = f"，通过后加入「{plain(found.group, 12)}」" if found.group else ""
    whole = paragraphs(rules.recruit_text)
    text = clip(whole, _RECRUIT_SHORT_BYTES)
    taps = _APPLY if text == whole else f"{tap('招募说明', '看全文')}\n{_APPLY}"
    return f"{plain(rules.shop_name)}邀请你做推广员{into}。\n\n{text}\n\n{taps}"


def orders(page: Page[OrderView], *, promotes: bool = False) -> str:
    """我的订单; who promotes reads which of them earn nobody anything."""
    if not page.rows:
        return _NO_ORDERS
    rows = [_order(number, order) for number, order in enumerate(page.rows, page.first)]
    transferred = any(order.basis is Basis.OWN_TRANSFER for order in page.rows)
    note = [f"（{OWN_TRANSFER}）"] if promotes and transferred else []
    more = [tap(f"我的订单 {page.number + 1}", "更早的订单")] if page.more else []
    return "\n".join(["我的订单", *rows, *note, *more])


def goods(order: OrderView) -> str:
    """What was bought, in a few words."""
    title = plain(order.title, 12) or "商品"
    return f"{title}等{order.lines}款" if order.lines > 1 else title


def _recommended(found: Receipt, shop: str) -> str:
    who = called(found.promoter)
    return f"{who} 向你推荐了{plain(shop)}。{_effect(found, who)}"


def _recruits(rules: Settings) -> str:
    return f"{plain(rules.shop_name)}招募推广员"


def _order(number: int, order: OrderView) -> str:
    refunded = f"，已退 {order.refunded}" if order.refunded else ""
    how = _HOW.get(order.basis, "") if order.basis else ""
    return (
        f"{number}. {moment(order.paid_at)} {goods(order)}\n"
        f"　实付 {order.paid}{refunded}{how} · {tap(f'我的订单 {order.code}', f'单号 {order.code}')}"
    )


def _effect(found: Receipt, who: str) -> str:
    if found.effect is Effect.LOCKED:
        return f"{who} 现在是你的推荐人（{_until(found.until)}）。"
    if found.effect is Effect.HIS_ALREADY:
        return "TA 已经是你的推荐人。"
    if found.effect is Effect.ANOTHERS and found.holder:
        return _anothers(found, who, called(found.holder))
    if not found.window_days:
        return f"推荐已记下；从 {who} 的链接下单，{who} 就是你的推荐人。"
    return f"{found.window_days} 天内下单，{who} 就是你的推荐人。"


def _anothers(found: Receipt, who: str, holder: str) -> str:
    if found.mode is not LockMode.SINGLE_SHOT:
        return f"你的推荐人还是 {holder}。"
    if not found.window_days:
        return f"你的推荐人还是 {holder}；从 {who} 的链接下单，推荐人就换成 {who}。"
    return f"你的推荐人还是 {holder}；{found.window_days} 天内下单，推荐人就换成 {who}。"


def _until(until: datetime | None) -> str:
    return f"到 {date(until)}" if until else "长期有效"
