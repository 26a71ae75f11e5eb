"""The values of settings: in words, out of what a person typed, and what each setting takes."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

from engine.money import Money, Rate, half_width
from engine.programme.modes import EarnTo, LockMode, PayoutMode, PosterLook, SelfPurchase, SettleMode
from engine.programme.settings import DEFAULTS, SPECS, Kind, OutOfRange
from engine.programme.wording import LONGEST_QUESTION, MOST_QUESTIONS
from handlers.texts.marks import folded, plain

_OPTIONS: dict[Enum, str] = {
    LockMode.ON_VISIT: "访问锁定",
    LockMode.ON_PURCHASE: "购买锁定",
    LockMode.SINGLE_SHOT: "购买单次锁定",
    SelfPurchase.NONE: "不计佣",
    SelfPurchase.COMMISSION: "计佣金",
    SelfPurchase.DISCOUNT: "自购省",
    EarnTo.NOBODY: "没有人",
    EarnTo.PROMOTERS: "推广员",
    EarnTo.ALL: "所有人",
    SettleMode.PAID: "付款后",
    SettleMode.SHIPPED: "发货后",
    SettleMode.RECEIVED: "收货后",
    PosterLook.PLAIN: "素雅",
    PosterLook.WARM: "暖橙",
    PosterLook.JADE: "墨绿",
    PosterLook.NIGHT: "夜蓝",
    PayoutMode.ONLINE: "线上提现",
    PayoutMode.OFFLINE: "线下结算",
}
_ALSO_OPTIONS: dict[str, dict[str, Enum]] = {
    "lock_mode": {
        "访问": LockMode.ON_VISIT, "购买": LockMode.ON_PURCHASE,
        "单次": LockMode.SINGLE_SHOT, "购买单次": LockMode.SINGLE_SHOT, "单次锁定": LockMode.SINGLE_SHOT,
    },
    "self_purchase": {
        "无": SelfPurchase.NONE, "关": SelfPurchase.NONE, "不算佣金": SelfPurchase.NONE,
        "计佣": SelfPurchase.COMMISSION, "佣金": SelfPurchase.COMMISSION, "算佣金": SelfPurchase.COMMISSION,
        "省": SelfPurchase.DISCOUNT, "立减": SelfPurchase.DISCOUNT,
    },
    "earn_to": {
        "无": EarnTo.NOBODY, "不显示": EarnTo.NOBODY, "只给推广员": EarnTo.PROMOTERS, "全部": EarnTo.ALL,
        "客户": EarnTo.ALL,
    },
    "settle_mode": {
        "付款": SettleMode.PAID, "支付后": SettleMode.PAID, "发货": SettleMode.SHIPPED,
        "收货": SettleMode.RECEIVED, "确认收货后": SettleMode.RECEIVED,
    },
    "payout_mode": {
        "线上": PayoutMode.ONLINE, "线上打款": PayoutMode.ONLINE, "提现": PayoutMode.ONLINE,
        "线下": PayoutMode.OFFLINE, "线下打款": PayoutMode.OFFLINE,
    },
}  # fmt: skip
_ON = frozenset({"开", "打开", "开启", "启用", "on"})
_OFF = frozenset({"关", "关闭", "关掉", "停用", "off"})
_NOUGHT: dict[str, frozenset[str]] = {
    "lock_days": frozenset({"永久", "长期", "一直", "永远", "不限"}),
    "daily_limit": frozenset({"不限", "无", "无上限", "不限制"}),
}
_EMPTY = frozenset({"空", "清空", "无"})
_EVERY, _NONE = "都可以选", "不让选"
_ALL = frozenset({"全部", "都", "都可以", "所有", _EVERY})
_DEFAULT = frozenset({"默认", "恢复默认"})
_DAYS = re.compile(r"(\d{1,9})\s*(?:天|日)?", re.ASCII)
_RECEIVED = re.compile(r"(?:确认)?收货(?:后)?\s*(\d{1,3})\s*(?:天|日)", re.ASCII)


def said(key: str, value: Any) -> str:
    """A value in words."""
    if value is None:
        return "未设置"
    match value:
        case bool():
            return "开" if value else "关"
        case Enum():
            return _OPTIONS[value]
        case tuple():
            every = len(value) == len(SPECS[key].choice or ())
            return _EVERY if every else "、".join(_OPTIONS[one] for one in value) or _NONE
        case Money():
            return "不限" if key == "daily_limit" and not value else str(value)
        case Rate():
            return str(value)
        case int():
            return "永久" if key == "lock_days" and not value else f"{value} 天"
    if SPECS[key].kind is Kind.PICTURE:
        return "已有图片" if value else "空着"
    return plain(str(value), 40) or ("用店名" if key == "poster_title" else "空着")


def said_again(key: str, kept: str) -> str:
    """A value in words, from the one word that a code or the log kept of it."""
    spec = SPECS.get(key)
    if spec is None or not kept:
        return said(key, None if spec and spec.optional else () if key == "poster_looks" else "")
    if spec.kind is Kind.SWITCH:
        return said(key, kept in ("True", "true", "1", "on"))
    if spec.kind is Kind.SEVERAL:
        return said(key, tuple(map(spec.choice, kept.split(",")))) if spec.choice else ""
    if spec.choice:
        return said(key, spec.choice(kept))
    if spec.kind is Kind.RATE:
        return said(key, Rate(int(kept)))
    if spec.kind is Kind.MONEY:
        return said(key, Money(int(kept)))
    return said(key, int(kept) if spec.kind is Kind.NUMBER else kept)


def heard(key: str, typed: str) -> str:
    """What the engine takes for what a person typed, forgiving. Raises OutOfRange."""
    spec, word = SPECS[key], folded(typed)
    default = getattr(DEFAULTS, key)
    if word in _DEFAULT and default is not None and spec.kind is not Kind.SEVERAL:
        return _as_typed(default)
    if spec.kind is Kind.SWITCH:
        return _switch(key, word, typed)
    if spec.kind is Kind.SEVERAL:
        return _several(key, word, typed)
    if spec.choice:
        return _choice(key, spec.choice, word, typed)
    if word in _NOUGHT.get(key, ()):
        return "0"
    if spec.kind is Kind.NUMBER:
        days = _DAYS.fullmatch(word)
        return days.group(1) if days else typed
    if spec.kind is Kind.PICTURE:
        if word not in _EMPTY:
            raise OutOfRange(key, typed)
        return ""
    if spec.kind is Kind.TEXT:
        return "" if spec.low == 0 and word in _EMPTY else typed
    return half_width(typed)


def received_days(typed: str) -> str | None:
    """The days of `收货后7天`, which sets two settings at once."""
    found = _RECEIVED.fullmatch(folded(typed))
    return found.group(1) if found else None


def _switch(key: str, word: str, typed: str) -> str:
    if word in _ON:
        return "on"
    if word in _OFF:
        return "off"
    raise OutOfRange(key, typed)


def _choice(key: str, options: type[Enum], word: str, typed: str) -> str:
    known = {_OPTIONS[option]: option for option in options} | _ALSO_OPTIONS.get(key, {})
    if word not in known:
        raise OutOfRange(key, typed)
    return str(known[word].value)


def _several(key: str, word: str, typed: str) -> str:
    if word in _EMPTY | _OFF | _DEFAULT | {_NONE}:
        return ""
    options = {_OPTIONS[option]: str(option.value) for option in SPECS[key].choice or ()}
    wanted = list(options) if word in _ALL else re.split(r"[ ,、，]+", word)
    if not set(wanted) <= set(options):
        raise OutOfRange(key, typed)
    return ",".join(options[name] for name in wanted)


def _as_typed(value: Any) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case Enum():
            return str(value.value)
        case Money():
            return str(value)
    return str(value)


# -- ranges ----------------------------------------------------------------------------------------


def options_of(key: str) -> tuple[str, ...]:
    """The words that can be chosen between; empty for what is typed."""
    spec = SPECS[key]
    if spec.kind is Kind.SWITCH:
        return "开", "关"
    if spec.kind is Kind.SEVERAL:
        return _EVERY, _NONE
    if spec.choice:
        return tuple(_OPTIONS[option] for option in spec.choice)
    return ()


def look_name(look: PosterLook) -> str:
    """What a look of posters is called."""
    return _OPTIONS[look]


def range_of(key: str) -> str:
    """What the setting takes, in words."""
    spec, options = SPECS[key], options_of(key)
    if spec.kind is Kind.SEVERAL:
        return f"{'、'.join(_OPTIONS[option] for option in spec.choice or ())}中的几个，或{_NONE}"
    if options:
        return "、".join(options)
    if spec.kind is Kind.RATE:
        return f"{Rate(spec.low)} 到 {Rate(spec.high)}，最多两位小数"
    if spec.kind is Kind.MONEY:
        least = "0（不限）" if key == "daily_limit" else f"{Money(spec.low)} "
        return f"{least}到 {Money(spec.high)}"
    if spec.kind is Kind.PICTURE:
        return "一张图片，可以空着"
    if spec.kind is Kind.NUMBER:
        if key == "lock_days":
            return f"永久，或 1 到 {spec.high} 天"
        return f"{spec.low} 到 {spec.high} 天"
    return letters(key)


def kind_of(key: str) -> str:
    """What kind of value it is, in words."""
    return {
        Kind.SWITCH: "开关", Kind.CHOICE: "选项", Kind.RATE: "百分比", Kind.NUMBER: "天数", Kind.MONEY: "金额",
        Kind.TEXT: "文字", Kind.SEVERAL: "几个选项", Kind.PICTURE: "图片",
    }[SPECS[key].kind]  # fmt: skip


def letters(key: str) -> str:
    """How long a text may be, in words."""
    spec = SPECS[key]
    if key == "questions":
        return f"最多 {MOST_QUESTIONS} 个问题，每个 {LONGEST_QUESTION} 字，可以空着"
    return f"{spec.low} 到 {spec.high} 字" if spec.low else f"最多 {spec.high} 字，可以空着"
