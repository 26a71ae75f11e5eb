"""The settings (规则设置) in words: what each is called, takes and does, and what becomes of older orders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from engine.money import Money, Rate, half_width
from engine.people.confirmations import Confirmation
from engine.programme.modes import EarnTo, LockMode, PayoutMode, PosterLook, SelfPurchase, SettleMode
from engine.programme.settings import (
    ACKNOWLEDGEMENT,
    SPECS,
    Change,
    DailyLimitBelowMinimum,
    Kind,
    MinimumAboveMaximum,
    NothingChanged,
    OutOfRange,
    ProgrammeNotReady,
    Settings,
    Spec,
)
from handlers.texts.marks import folded, plain, tap
from handlers.texts.money import ON_ORDERS_ONLY

_ORDERS_DECIDED = "已有订单不变，只管改后付款的订单。"
_ORDERS_UNTOUCHED = "不影响任何订单。"


@dataclass(frozen=True, slots=True)
class Words:
    """One setting in words."""

    name: str
    does: str
    """What it is for."""
    orders: str
    """What a change means for orders that exist."""
    example: str
    """What could be typed after the name."""
    also: tuple[str, ...] = ()
    """Other names it answers to."""


WORDS: dict[str, Words] = {
    "programme": Words(
        "推广计划", "总开关。关着的时候不招募、不记访问，新订单不计佣。", _ORDERS_DECIDED, "开",
        ("总开关", "推广", "推广开关"),
    ),
    "recruiting": Words("招募", "关着的时候不收新的推广员申请。", _ORDERS_UNTOUCHED, "关", ("招募开关", "招募推广员")),
    "review": Words(
        "审核", "开着的时候，申请要你通过才生效；关着的时候，申请即成为推广员。解约过的人再申请，总要审核。",
        _ORDERS_UNTOUCHED, "关", ("审核开关", "推广员审核"),
    ),
    "lock_mode": Words(
        "锁定方式",
        "客户归谁。访问锁定：谁先带来归谁；购买锁定：带来后买了才归谁，有归属的不换人；"
        "购买单次锁定：下单时谁带来的归谁，可换人。",
        _ORDERS_DECIDED, "购买锁定", ("锁客方式", "锁定模式"),
    ),
    "lock_days": Words(
        "锁定有效期", "客户归属保留多久。改后新锁定的客户才用新的有效期。", _ORDERS_DECIDED, "30天",
        ("锁客有效期", "有效期"),
    ),
    "visit_window": Words(
        "访问有效期",
        "订单没带推荐码时，看客户付款前几天内最后扫了谁的码。0 天：只认订单带来的推荐码。访问锁定时用不到。",
        _ORDERS_DECIDED, "7天", ("访问窗口", "访问天数"),
    ),
    "level1": Words(
        "佣金比例", "客户成交，推广员得实付的百分之几。商品可以另设。", _ORDERS_DECIDED, "12%",
        ("一级", "一级比例", "一级佣金", "佣金"),
    ),
    "level2": Words(
        "邀请奖励比例",
        f"推广员的客户成交，他的邀请人得实付的百分之几。{ON_ORDERS_ONLY}。二级分销生效时才计。",
        _ORDERS_DECIDED, "3%", ("二级", "二级比例", "二级佣金", "邀请奖励"),
    ),
    "two_level": Words(
        "二级分销",
        f"开着且店主回复过「{ACKNOWLEDGEMENT}」，才计邀请奖励；关着时只计一级，与下级有关的菜单都不出现。",
        "已有订单不变，只管改后付款的订单。上下级关系会保留。", "关", ("两级分销", "二级开关"),
    ),
    "self_purchase": Words(
        "自购",
        "推广员自己买怎么算。不计佣：和普通客户一样，自己不得佣金；计佣金：自己得一级佣金；自购省：价格直接减去一级佣金，不再另给。"
        "替客户下单（代下单）总是按减过的价。",
        _ORDERS_DECIDED, "计佣金", ("自购方式",),
    ),
    "earn_shown": Words(
        "显示赚多少", "商品后面写不写「赚 ¥x」：按零售价和一级佣金算。", _ORDERS_UNTOUCHED, "关",
        ("显示佣金", "赚"),
    ),
    "earn_to": Words(
        "赚给谁看", "「赚 ¥x」给谁看。所有人：客户也看得到推广可赚多少。", _ORDERS_UNTOUCHED, "所有人", ("佣金给谁看",),
    ),
    "settle_mode": Words(
        "结算时间", "佣金什么时候变成可提现。发货 15 天后没确认的，算收货。", _ORDERS_DECIDED, "收货后7天",
        ("结算方式", "结算"),
    ),
    "settle_days": Words(
        "结算天数", "结算时间选「收货后」时，收货满几天可提现。", _ORDERS_DECIDED, "7天", ("收货后天数", "收货后"),
    ),
    "payout_mode": Words(
        "打款方式",
        "推广员怎么拿到钱。线上提现：推广员申请提现，你审核后打款；线下结算：你在店里直接付给他，再来「线下结算」登记一段时间。",
        "不影响任何订单；已提交的提现照常办完，没登记的以后还能提。", "线下结算", ("提现方式", "付款方式"),
    ),
    "withdraw_min": Words(
        "最低提现", "一次最少提多少。", "不影响任何订单；已提交的提现不变。", "10", ("起提金额", "提现门槛", "最低"),
    ),
    "withdraw_max": Words(
        "最高提现", "一次最多提多少。", "不影响任何订单；已提交的提现不变。", "2000", ("单次上限", "提现上限", "最高"),
    ),
    "daily_limit": Words(
        "每日打款上限", "全店一天最多打出多少，手工打款也算。", "不影响任何订单；超出的提现等第二天再打。",
        "5000", ("每日上限", "打款上限", "日限额"),
    ),
    "shop_name": Words("店名", "海报、邀请和消息里的店名。", _ORDERS_UNTOUCHED, "花间小铺", ("店铺名", "店铺名称")),
    "recruit_title": Words(
        "招募标题", "招募页和邀请卡片的标题。空着就用「店名招募推广员」。", _ORDERS_UNTOUCHED, "一起推荐好物",
        ("招募页标题",),
    ),
    "recruit_text": Words(
        "招募说明", "想当推广员的人先看到的话。", _ORDERS_UNTOUCHED, "改", ("招募文案", "招募页"),
    ),
    "recruit_picture": Words(
        "招募图片", "招募页最上面的图片，也是邀请卡片的封面。可以空着。", _ORDERS_UNTOUCHED, "改", ("招募封面",),
    ),
    "agreement": Words(
        "推广员协议", "申请人要同意的协议。改后，正在填申请的人要重新同意。", _ORDERS_UNTOUCHED, "改",
        ("协议", "推广协议"),
    ),
    "questions": Words(
        "申请提问", "除了称呼和手机号，还想问申请人什么：一行一个，最多三个；不能问钱。空着就不问。",
        _ORDERS_UNTOUCHED, "你常在哪里推荐？", ("申请问题", "提问"),
    ),
    "poster_title": Words("海报标题", "店铺海报最上面的大字。空着就用店名。", _ORDERS_UNTOUCHED, "春季上新", ("标题",)),
    "poster_text": Words(
        "海报文案", "店铺海报上的一两句话。可以空着。", _ORDERS_UNTOUCHED, "用心做好每一件商品", ("文案", "海报文字"),
    ),
    "poster_template": Words("海报模板", "店铺海报的样子。", _ORDERS_UNTOUCHED, "暖橙", ("模板", "海报样式")),
    "product_template": Words("商品海报模板", "商品海报的样子。", _ORDERS_UNTOUCHED, "夜蓝", ("商品模板",)),
    "invitation_template": Words("邀请海报模板", "邀请海报的样子。", _ORDERS_UNTOUCHED, "墨绿", ("邀请模板",)),
    "share_title": Words(
        "分享标题", "推广链接发成卡片时的标题。空着就写谁推荐了哪家店。", _ORDERS_UNTOUCHED, "街角的好茶",
        ("卡片标题",),
    ),
    "share_text": Words(
        "分享文案", "推广链接发成卡片时的一句话。空着就用海报文案。", _ORDERS_UNTOUCHED, "手作护理与好茶",
        ("卡片文案",),
    ),
    "to_staff": Words(
        "人工客服", "客户说的话没听懂时，转给公众平台的人工客服；关着就一天最多提示一次，其余不答。",
        _ORDERS_UNTOUCHED, "开",
        ("客服", "转人工"),
    ),
    "service_text": Words(
        "客服说明", "「联系客服」里写的时间、电话、地址。可以空着。",
        _ORDERS_UNTOUCHED, "每天 9:00–18:00，电话 010-12345678",
        ("客服时间", "客服电话"),
    ),
    "welcome_text": Words(
        "欢迎语", "新关注的人先看到的一两句话。空着就只有店名和能做什么。",
        _ORDERS_UNTOUCHED, "手作护理与好茶，慢慢看。",
        ("欢迎词", "关注回复"),
    ),
    "shop_link": Words(
        "商城链接", "菜单「进入商城」打开的网址，以 https:// 开头。空着就没有这个菜单。", _ORDERS_UNTOUCHED,
        "https://shop.example.com", ("商城网址", "商城地址"),
    ),
    "share_picture": Words(
        "分享封面", "推广链接发成卡片时的小图。可以空着。", _ORDERS_UNTOUCHED, "改", ("卡片封面", "分享图片"),
    ),
}  # fmt: skip

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("开关", ("programme", "recruiting", "review")),
    ("锁客", ("lock_mode", "lock_days", "visit_window")),
    ("佣金", ("level1", "level2", "two_level", "self_purchase", "earn_shown", "earn_to")),
    ("结算", ("settle_mode", "settle_days")),
    ("提现", ("payout_mode", "withdraw_min", "withdraw_max", "daily_limit")),
    ("招募页面", ("recruit_title", "recruit_text", "recruit_picture", "agreement", "questions")),
    (
        "文案海报",
        (
            "shop_name",
            "poster_title",
            "poster_text",
            "poster_template",
            "product_template",
            "invitation_template",
            "share_title",
            "share_text",
            "share_picture",
        ),
    ),
    ("客户服务", ("to_staff", "service_text", "welcome_text", "shop_link")),
)

WHO = "店主"
"""Who may change a setting."""

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
_LONG = (Kind.TEXT, Kind.PICTURE)
"""Not shown as before and after."""
_ON = frozenset({"开", "打开", "开启", "启用", "on"})
_OFF = frozenset({"关", "关闭", "关掉", "停用", "off"})
_NOUGHT: dict[str, frozenset[str]] = {
    "lock_days": frozenset({"永久", "长期", "一直", "永远", "不限"}),
    "daily_limit": frozenset({"不限", "无", "无上限", "不限制"}),
}
_EMPTY = frozenset({"空", "清空", "无"})
_DEFAULT = frozenset({"默认", "恢复默认"})
_DAYS = re.compile(r"(\d{1,9})\s*(?:天|日)?", re.ASCII)
_RECEIVED = re.compile(r"(?:确认)?收货(?:后)?\s*(\d{1,3})\s*(?:天|日)", re.ASCII)
_BY_NAME = {folded(name): key for key, words in WORDS.items() for name in (words.name, *words.also)}


def key_of(named: str) -> str | None:
    """The setting that is called so, by any of its names."""
    return _BY_NAME.get(folded(named))


def group_of(named: str) -> tuple[str, ...] | None:
    """The settings of the group that is called so."""
    wanted = "文案海报" if folded(named) in ("文案", "海报") else named
    return next((keys for name, keys in GROUPS if folded(name) == folded(wanted)), None)


def name_of(key: str) -> str:
    """What the setting is called."""
    return WORDS[key].name if key in WORDS else plain(key)


# -- values ----------------------------------------------------------------------------------------


def said(key: str, value: Any) -> str:
    """A value in words."""
    if value is None:
        return "未设置"
    match value:
        case bool():
            return "开" if value else "关"
        case Enum():
            return _OPTIONS[value]
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
        return said(key, None if spec and spec.optional else "")
    if spec.kind is Kind.SWITCH:
        return said(key, kept in ("True", "true", "1", "on"))
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
    if word in _DEFAULT and spec.default is not None:
        return _as_typed(spec.default)
    if spec.kind is Kind.SWITCH:
        return _switch(key, word, typed)
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
    if spec.choice:
        return tuple(_OPTIONS[option] for option in spec.choice)
    return ()


def range_of(key: str) -> str:
    """What the setting takes, in words."""
    spec, options = SPECS[key], options_of(key)
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
    return _letters(spec)


def kind_of(key: str) -> str:
    """What kind of value it is, in words."""
    return {
        Kind.SWITCH: "开关", Kind.CHOICE: "选项", Kind.RATE: "百分比", Kind.NUMBER: "天数", Kind.MONEY: "金额",
        Kind.TEXT: "文字", Kind.PICTURE: "图片",
    }[SPECS[key].kind]  # fmt: skip


def _letters(spec: Spec) -> str:
    return f"{spec.low} 到 {spec.high} 字" if spec.low else f"最多 {spec.high} 字，可以空着"


# -- screens ---------------------------------------------------------------------------------------


def menu(rules: Settings, *, may_change: bool) -> str:
    """规则设置: the groups."""
    lines = [f"规则设置（推广计划：{said('programme', rules.programme)}）", ""]
    for number, (name, keys) in enumerate(GROUPS, 1):
        lines.append(f"{number}. {tap(f'设置 {name}', name)}：{'、'.join(name_of(key) for key in keys)}")
    how = ["也可以直接说，例如：设置 最低提现 10"] if may_change else []
    return "\n".join([*lines, "", *how, tap("分组", "推广员分组")])


def group(title: str, keys: tuple[str, ...], rules: Settings) -> str:
    """One group: its settings with their values."""
    lines = [f"规则设置 · {title}", ""]
    for number, key in enumerate(keys, 1):
        name = name_of(key)
        lines.append(f"{number}. {tap(f'设置 {name}', name)} · {_value(key, rules, 16)}")
    return "\n".join([*lines, "", tap("规则设置", "返回规则设置")])


def page(key: str, rules: Settings, *, may_change: bool) -> str:
    """One setting: what it is, and to the owner how to change it."""
    words = WORDS[key]
    lines = [
        f"{words.name} · {_value(key, rules, 40)}", "", words.does, f"可填：{range_of(key)}",
        f"订单：{words.orders}", "", *(_ways(key, rules) if may_change else _only_read(key)),
    ]  # fmt: skip
    return "\n".join(lines)


def _value(key: str, rules: Settings, longest: int) -> str:
    if key == "two_level" and rules.two_level and not rules.acknowledged:
        return "未生效（等你确认风险）"
    return plain(said(key, getattr(rules, key)), longest)


def _only_read(key: str) -> list[str]:
    words, spec = WORDS[key], SPECS[key]
    whole = [tap(f"看 {words.name}", "看全文")] if spec.high > 200 and spec.kind is Kind.TEXT else []
    return [*whole, tap("规则设置", "返回规则设置")]


def _ways(key: str, rules: Settings) -> list[str]:
    words, spec = WORDS[key], SPECS[key]
    if spec.high > 200 and spec.kind is Kind.TEXT:
        return [tap(f"看 {words.name}", "看全文"), tap(f"设置 {words.name} 改", "重新填写")]
    if spec.kind is Kind.PICTURE:
        clear = [tap(f"设置 {words.name} 清空", "不用图片")] if getattr(rules, key) else []
        return [tap(f"设置 {words.name} 改", "发一张图片"), *clear]
    now = _value(key, rules, 40)
    taps = [
        tap(f"设置 {words.name} {option}", f"改为：{option}") for option in options_of(key) if option != now
    ]
    if taps:
        return taps
    rate = "\n会先给你确认码，点了才改。" if spec.confirmed else ""
    return [f"修改请回复：设置 {words.name} {words.example}{rate}"]


def whole(key: str, part: str, number: int, of: int, *, may_change: bool) -> str:
    """One page of a long text."""
    name = name_of(key)
    head = f"{name}（{number}/{of}）" if of > 1 else name
    end = tap(f"设置 {name} 改", "重新填写") if may_change else tap("规则设置", "返回规则设置")
    last = tap(f"看 {name} {number + 1}", "下一页") if number < of else end
    return f"{head}\n\n{part}\n\n{last}"


def ask_text(key: str) -> str:
    """Ask for a text of the merchant's."""
    return f"请把新的{name_of(key)}发给我（{_letters(SPECS[key])}）。\n回复 取消 不改。"


def ask_picture(key: str) -> str:
    """Ask for a picture of the merchant's."""
    return (
        f"请发一张图片作{name_of(key)}：JPG 或 PNG，短边至少 750、长边至少 1000 像素，横图更好看。\n"
        "回复 清空 不用图片，回复 取消 不改。"
    )


def picture_received(key: str) -> str:
    """The picture is with a worker now."""
    return f"收到，正在处理{name_of(key)}，好了会告诉你。"


def changed(change: Change) -> str:
    """What a change did."""
    name = name_of(change.key)
    if SPECS[change.key].kind in _LONG:
        done = f"{name}已更新。"
    else:
        before, after = said_again(change.key, change.before), said_again(change.key, change.after)
        done = f"{name}：{before} → {after}，已生效。"
    return f"{done}\n{WORDS[change.key].orders}"


def prompt(made: Confirmation) -> str:
    """Before a rate changes: what it was, what it will be, and the one-time code."""
    key = made.args["key"]
    before, after = said_again(key, made.args["before"]), said_again(key, made.args["after"])
    note = f"邀请奖励{ON_ORDERS_ONLY}。\n" if key == "level2" else ""
    return (
        f"把{name_of(key)}改为 {after}？\n原来：{before}\n{note}{WORDS[key].orders}\n\n"
        f"{tap(f'确认 {made.code}', f'确认修改（{made.code}）')}\n5 分钟内有效，只能用一次。不点就不改。"
    )


RISKS = (
    "开启二级分销前请看清：\n"
    "1. 微信最多允许两级，本系统也只有两级，不能再加。\n"
    "2. 不得收加入费、押金，不得要求先购买。\n"
    "3. 不得为关注、分享或拉人给奖励；邀请奖励"
    f"{ON_ORDERS_ONLY}。\n"
    "4. 宣传里写“发展下线”“躺赚”等话，可能被投诉、停用支付甚至封号。"
)


def risk() -> str:
    """What the owner has to know and to type before a second level is paid."""
    return f"{RISKS}\n\n同意并开启，请原样回复：{ACKNOWLEDGEMENT}\n不同意就回复 取消，只计一级佣金。"


def not_acknowledged() -> str:
    """Something else was typed than the acknowledgement."""
    return f"还没有开启。请原样回复：{ACKNOWLEDGEMENT}\n不开启请回复 取消。"


def acknowledged() -> str:
    """The second level is paid from now on."""
    return (
        "二级分销已开启，你的确认已记录。\n已有订单不变；之后付款的订单按比例给邀请人计邀请奖励："
        f"{ON_ORDERS_ONLY}。\n" + tap("设置 邀请奖励比例", "设置邀请奖励比例")
    )


def pays_already() -> str:
    """The owner has typed it before."""
    return f"二级分销早已开启，不用再确认。\n{tap('设置 二级分销', '看二级分销')}"


# -- refusals --------------------------------------------------------------------------------------


def out_of_range(refusal: OutOfRange) -> str:
    """The value is none that the setting takes."""
    if refusal.key not in WORDS:
        return unknown(refusal.key)
    words, spec = WORDS[refusal.key], SPECS[refusal.key]
    if spec.kind is Kind.TEXT and not options_of(refusal.key):
        return f"没有改：{words.name}要 {_letters(spec)}，你发来的是 {len(refusal.typed.strip())} 字。请改短一些再发。"
    return (
        f"没有改：{words.name}不能是“{plain(refusal.typed, 20)}”。\n可填：{range_of(refusal.key)}\n"
        f"例如：设置 {words.name} {words.example}"
    )


def nothing_changed(refusal: NothingChanged, rules: Settings) -> str:
    """It has this value already."""
    if refusal.key not in WORDS:
        return "现在就是这样，没有改动。"
    return f"{name_of(refusal.key)}现在就是「{_value(refusal.key, rules, 30)}」，没有改动。"


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


def logged(note: Mapping[str, Any]) -> str:
    """A change as the log of operations shows it."""
    key = str(note.get("key", ""))
    if key == "acknowledged":
        return "确认了二级风险"
    if key not in WORDS:
        return ""
    if SPECS[key].kind in _LONG:
        return name_of(key)
    before, after = (said_again(key, str(note.get(name, ""))) for name in ("before", "after"))
    return f"{name_of(key)} {before} → {after}"
