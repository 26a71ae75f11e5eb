"""Why a setting was not changed."""

from __future__ import annotations

from engine.programme.settings import (
    SPECS,
    DailyLimitBelowMinimum,
    Kind,
    MinimumAboveMaximum,
    NothingChanged,
    OutOfRange,
    ProgrammeNotReady,
    Settings,
)
from handlers.texts.marks import plain, tap
from handlers.texts.settings.catalogue import WORDS, name_of
from handlers.texts.settings.screens import value
from handlers.texts.settings.values import letters, options_of, range_of


def out_of_range(refusal: OutOfRange) -> str:
    """The value is none that the setting takes."""
    if refusal.key not in WORDS:
        return unknown(refusal.key)
    words, spec = WORDS[refusal.key], SPECS[refusal.key]
    if spec.kind is Kind.TEXT and not options_of(refusal.key):
        long = len(refusal.typed.strip())
        return f"没有改：{words.name}要 {letters(refusal.key)}，你发来的是 {long} 字。请改短一些再发。"
    return (
        f"没有改：{words.name}不能是“{plain(refusal.typed, 20)}”。\n可填：{range_of(refusal.key)}\n"
        f"例如：设置 {words.name} {words.example}"
    )


def nothing_changed(refusal: NothingChanged, rules: Settings) -> str:
    """It has this value already."""
    if refusal.key not in WORDS:
        return "现在就是这样，没有改动。"
    return f"{name_of(refusal.key)}现在就是「{value(refusal.key, rules, 30)}」，没有改动。"


def not_ready(refusal: ProgrammeNotReady) -> str:
    """What is still missing before the programme can start, and how to do it."""
    missing = []
    if refusal.rate_missing:
        missing.append(f"还没有佣金比例，请回复：设置 佣金比例 10%\n{tap('设置 佣金比例', '去设置佣金比例')}")
    if refusal.product_missing:
        missing.append(f"还没有推广产品，请回复：商品 加 SKU1 护手霜 100 实物\n{tap('商品 加', '去加商品')}")
    return "推广计划还不能开启：\n" + "\n".join(missing)


def crossed(refusal: MinimumAboveMaximum) -> str:
    """The smallest withdrawal would be larger than the largest."""
    return f"没有改：最低提现（{refusal.minimum}）不能高于最高提现（{refusal.maximum}）。\n请先改另一个。"


def limit_too_low(refusal: DailyLimitBelowMinimum) -> str:
    """With so low a daily limit nothing could ever be paid."""
    return (
        f"没有改：每日打款上限（{refusal.limit}）不能低于最低提现（{refusal.minimum}），不然哪一笔都打不了。\n"
        "请先改另一个，或把上限设为 不限。"
    )


def unknown(named: str) -> str:
    """There is no such setting."""
    return f"没有叫“{plain(named, 20)}”的设置。\n{tap('规则设置', '看全部设置')}"
