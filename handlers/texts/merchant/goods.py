"""Products and their rates, as the merchant reads and sets them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.money import Rate
from engine.people.confirmations import Confirmation
from engine.programme.modes import Goods
from engine.programme.products import Product
from engine.programme.settings import Settings
from engine.programme.special_rates import SpecialRate
from handlers.paging import Page
from handlers.texts.marks import CANCEL, next_page, plain, tap
from handlers.texts.merchant.confirming import confirm_tap
from handlers.texts.money import ON_ORDERS_ONLY

KINDS = {Goods.GOODS: "实物", Goods.SERVICE: "服务", Goods.VIRTUAL: "虚拟"}
BY_WORD = {**{word: goods for goods, word in KINDS.items()}, "预约": Goods.SERVICE, "商品": Goods.GOODS}
"""Kinds as they may be typed."""

LONGEST_SKU = 32
"""Bytes: a list of eight tapped lines has to fit into one message."""

MOST_SPECIAL = 4
"""So many groups with rates of their own are shown of a product."""

EXAMPLE = "商品 加 SKU1 护手霜 100 实物"


def products(page: Page[Product], *, two_level: bool, may_change: bool) -> str:
    """商品佣金: the list."""
    if not page.rows:
        add = f"\n加一个请回复：{EXAMPLE}\n{tap('商品 加', '一步一步加')}"
        return f"还没有商品。{add if may_change else ''}"
    lines = ["商品佣金"]
    for number, row in enumerate(page.rows, 1):
        lines.append(f"{number}. {_link(row)} {KINDS[row.kind]} {row.price}{_unusual(row, two_level)}")
    lines += next_page("商品佣金", page)
    last = [tap("商品 加", "加商品")] if may_change else []
    return "\n".join([*lines, "", *last, tap("素材管理", "素材管理"), tap("分组", "推广员分组")])


def _unusual(row: Product, two_level: bool) -> str:
    """Only what differs from the rest: rates of its own, or that it is not promoted."""
    own = row.level1 is not None or row.level2 is not None
    return (f" · {_short_rates(row, two_level)}" if own else "") + (
        "" if row.promoted else f" · {_standing(row)}"
    )


def product(row: Product, rules: Settings, special: Sequence[SpecialRate] = (), *, may_change: bool) -> str:
    """One product, and to the owner what can be changed."""
    lines = [
        plain(row.title, 30), f"编号：{plain(row.sku)}", f"类型：{KINDS[row.kind]} · 价格：{row.price}",
        f"一级佣金：{_rate(row.level1, rules.level1)}",
    ]  # fmt: skip
    if rules.pays_level2:
        lines.append(f"邀请奖励：{_rate(row.level2, rules.level2)}（{ON_ORDERS_ONLY}）")
    lines += [_special(one, rules) for one in special[:MOST_SPECIAL]]
    if len(special) > MOST_SPECIAL:
        lines.append(f"…… 一共 {len(special)} 个分组有单独的比例")
    material = f" · {tap(f'商品 {row.sku} 素材', '素材')}" if is_tappable(row.sku) else ""
    lines += [f"状态：{_standing(row)}{material}", ""]
    back = tap("商品佣金", "返回商品佣金")
    if not may_change:
        return "\n".join([*lines, back])
    if is_tappable(row.sku):
        switch = ("关", "不再推广") if row.promoted else ("开", "开始推广")
        lines.append(tap(f"商品 {row.sku} 推广 {switch[0]}", switch[1]))
        if row.level1 is not None or row.level2 is not None:
            lines.append(tap(f"商品 {row.sku} 比例 默认", "比例改回按店铺"))
    second = " 二级 3%" if rules.pays_level2 else ""
    return "\n".join([*lines, f"改比例请回复：商品 {plain(row.sku)} 一级 12%{second}", back])


def put(row: Product, *, known: bool, rules: Settings) -> str:
    """Added, or corrected."""
    head = f"已更新商品 {plain(row.title, 30)}。" if known else f"已加商品 {plain(row.title, 30)}，正在推广。"
    return f"{head}\n\n{product(row, rules, may_change=True)}"


def promoted(row: Product) -> str:
    """On or off."""
    if row.promoted:
        return f"{plain(row.title, 30)} 开始推广，之后付款的订单计佣。\n{_back(row)}"
    return f"{plain(row.title, 30)} 不再推广，之后付款的订单不计佣；已有订单不变。\n{_back(row)}"


def as_before(row: Product) -> str:
    """Nothing to change."""
    return f"{plain(row.title, 30)} 现在就是{_standing(row)}，没有改动。\n{_back(row)}"


def same_rates(row: Product) -> str:
    """The product has these rates already."""
    return f"{plain(row.title, 30)} 现在就是这个比例，没有改动。\n{_back(row)}"


def prompt(made: Confirmation, row: Product, rules: Settings) -> str:
    """Before rates change: before and after, and the one-time code."""
    args = made.args
    lines = [f"改 {plain(row.title, 30)}（{plain(row.sku)}）的比例？"]
    lines.append(
        f"一级佣金：{_heard(args['before1'], rules.level1)} → {_heard(args['level1'], rules.level1)}"
    )
    if rules.pays_level2 or args["before2"] != args["level2"]:
        lines.append(
            f"邀请奖励：{_heard(args['before2'], rules.level2)} → {_heard(args['level2'], rules.level2)}"
            f"（{ON_ORDERS_ONLY}）"
        )
    return "\n".join(
        [
            *lines, "已有订单不变，只管改后付款的订单。", "",
            confirm_tap(made, "确认修改", "不点就不改。"),
        ]
    )  # fmt: skip


def rates_changed(row: Product, rules: Settings) -> str:
    """Done."""
    second = f"，邀请奖励 {_rate(row.level2, rules.level2)}" if rules.pays_level2 else ""
    return f"已改 {plain(row.title, 30)}：一级佣金 {_rate(row.level1, rules.level1)}{second}。\n{_back(row)}"


# -- adding, step by step --------------------------------------------------------------------------

ASK = {
    "sku": f"商品编号是什么？要和商城里的一样，字母、数字或汉字，不带空格，例如 SKU1。\n回复 {CANCEL} 不加。",
    "title": "商品叫什么名字？最多 60 个字。",
    "price": "价格多少元？例如 100 或 12.50。",
    "kind": f"是哪种商品？\n{tap('实物', '实物')} · {tap('服务', '服务')}（到店、预约）· {tap('虚拟', '虚拟')}",
}


def bad_sku() -> str:
    """Signs that no shop's number has."""
    return "商品编号只能用字母、数字、汉字和 - _ . ，最多 32 个字符（一个汉字算 3 个），也不能就叫「加」。请再发一次。"


def bad_title() -> str:
    """Too long, or nothing at all."""
    return "商品名称要 1–60 个字，请再发一次。"


def bad_kind() -> str:
    """None of the three."""
    return (
        f"商品类型只有三种，请选一个：\n{tap('实物', '实物')} · {tap('服务', '服务')} · {tap('虚拟', '虚拟')}"
    )


def how_to_add() -> str:
    """The line was not understood."""
    return f"没看懂要加什么。请按这个样子：\n{EXAMPLE}\n{tap('商品 加', '一步一步加')}"


def how_to_change(sku: str, *, two_level: bool) -> str:
    """The line was not understood."""
    ways = [
        "推广 开",
        "推广 关",
        "一级 12%",
        *(["一级 12% 二级 3%"] if two_level else []),
        "比例 默认",
        "分组 金牌 一级 15%",
    ]
    return "\n".join(["没看懂要怎么改。可以回复：", *(f"商品 {plain(sku, 32)} {way}" for way in ways)])


def is_tappable(sku: str) -> bool:
    """Can a tapped line carry this number as it is?"""
    return 0 < len(sku.encode()) <= LONGEST_SKU and all(char.isalnum() or char in "-_." for char in sku)


def _special(row: SpecialRate, rules: Settings) -> str:
    first, second = (str(rate) if rate is not None else "不单独设" for rate in (row.level1, row.level2))
    return f"分组 {row.group.name}：一级 {first}" + (f" 二级 {second}" if rules.pays_level2 else "")


def _link(row: Product) -> str:
    title = plain(row.title, 12)
    return tap(f"商品 {row.sku}", title) if is_tappable(row.sku) else title


def _back(row: Product) -> str:
    return tap(f"商品 {row.sku}", "看这个商品") if is_tappable(row.sku) else tap("商品佣金", "看商品佣金")


def _standing(row: Product) -> str:
    return "推广中" if row.promoted else "未推广"


def _short_rates(row: Product, two_level: bool) -> str:
    if row.level1 is None and (row.level2 is None or not two_level):
        return "按店铺比例"
    first = str(row.level1) if row.level1 is not None else "按店铺"
    second = str(row.level2) if row.level2 is not None else "按店铺"
    return f"{first} / {second}" if two_level else first


def _rate(own: Rate | None, shop: Rate | None) -> str:
    return str(own) if own is not None else f"按店铺（{shop if shop is not None else '未设置'}）"


def _heard(kept: str, shop: Rate | None) -> str:
    return _rate(Rate(int(kept)) if kept else None, shop)
