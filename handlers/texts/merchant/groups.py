"""Groups of promoters (分组), as the merchant reads and sets them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.money import Rate
from engine.people.confirmations import Confirmation
from engine.programme.groups import LONGEST_NAME, Deleted, Group, Moved, Sized
from engine.programme.promoters import Promoter, Status
from engine.programme.rates import heard
from engine.programme.settings import Settings
from engine.programme.special_rates import SpecialRate
from handlers.paging import ROWS, Page
from handlers.texts.marks import CANCEL, next_page, plain, tap
from handlers.texts.merchant.confirming import confirm_tap
from handlers.texts.money import ON_ORDERS_ONLY
from handlers.texts.people import called
from handlers.texts.refusals import STANDINGS

EXAMPLE = "分组 加 金牌"
NOBODYS = "未分组"
"""What it is called to be in no group."""

_NEW_ORDERS = "已有订单不变，只管改后付款的订单。"


def groups(page: Page[Sized], rules: Settings, *, may_change: bool) -> str:
    """分组: the list."""
    add = [tap("加分组", "加分组")] if may_change else []
    if not page.rows:
        how = [f"加一个请回复：{EXAMPLE}"] if may_change else []
        return "\n".join(["还没有分组。分组可以给一部分推广员单独的比例。", *how, *add])
    lines = ["推广员分组"]
    for number, row in enumerate(page.rows, 1):
        rates = _short_rates(row.group, rules)
        lines.append(f"{number}. {_link(row.group)} {row.size} 人{f' · {rates}' if rates else ''}")
    lines += next_page("分组列表", page)
    return "\n".join([*lines, *(["", *add] if add else [])])


def group(row: Group, size: int, rules: Settings, *, may_change: bool) -> str:
    """One group, and what can be changed."""
    lines = [f"分组 {row.name}", f"一级佣金：{_rate(row.level1, rules.level1)}"]
    if rules.pays_level2:
        lines.append(f"邀请奖励：{_rate(row.level2, rules.level2)}（{ON_ORDERS_ONLY}）")
        lines.append(f"团队业绩（仅统计，不计酬）：{_may_see(row.may_see_team)}")
    lines += [f"成员：{size} 人", ""]
    if size:
        lines.append(tap(f"分组 {row.name} 成员", "看成员"))
    if may_change:
        lines += _changes(row, rules)
    return "\n".join([*lines, tap("分组", "返回分组")])


def _changes(row: Group, rules: Settings) -> list[str]:
    lines: list[str] = []
    if rules.pays_level2:
        way, label = ("关", "不让看团队业绩") if row.may_see_team else ("开", "让成员看团队业绩")
        lines.append(tap(f"分组 {row.name} 裂变 {way}", label))
    if row.level1 is not None or row.level2 is not None:
        lines.append(tap(f"分组 {row.name} 比例 默认", "比例改回按店铺"))
    return [*lines, "也可以回复：", *_ways(row.name, two_level=rules.pays_level2)]


def _ways(name: str, *, two_level: bool) -> list[str]:
    second = " 二级 3%" if two_level else ""
    return [
        f"分组 {name} 一级 12%{second}", f"分组 {name} 加 ‹推荐码›（移出用 减）",
        f"分组 {name} 改名 ‹新名字›（不要了用 删除）",
    ]  # fmt: skip


def members(row: Group, page: Page[Promoter], *, may_change: bool) -> str:
    """分组 金牌 成员"""
    if not page.rows:
        return f"分组 {row.name} 里还没有人。\n加人请回复：分组 {row.name} 加 ‹推荐码›\n{_back(row)}"
    how = [f"移出请回复，例如：分组 {row.name} 减 1"] if may_change else []
    lines = [f"分组 {row.name} 的成员"]
    for number, one in enumerate(page.rows, 1):
        standing = "" if one.status is Status.ACTIVE else f" · {STANDINGS[one.status]}"
        lines.append(f"{number}. {tap(f'推广员 {one.code}', called(one.name, 12))} {one.code}{standing}")
    lines += next_page(f"分组 {row.name} 成员", page)
    return "\n".join([*lines, "", *how, _back(row)])


def created(row: Group, rules: Settings) -> str:
    """A new group, which nobody is in yet."""
    return "\n".join(
        [
            f"已加分组 {row.name}。现在没有成员，比例按店铺。", "", "接着可以回复：",
            *_ways(row.name, two_level=rules.pays_level2)[:2], tap("推广员列表", "看推广员列表"), _back(row),
        ]
    )  # fmt: skip


def renamed(before: str, row: Group) -> str:
    """Called otherwise; nothing else changed."""
    return f"分组 {plain(before, LONGEST_NAME)} 改名为 {row.name}。成员和比例不变。\n{_back(row)}"


def ask_name() -> str:
    """加分组 without a name."""
    return f"新分组叫什么？1–{LONGEST_NAME} 个字，不带空格，例如 金牌。\n回复 {CANCEL} 不加。"


def how_to_add() -> str:
    """The line was not understood."""
    return f"没看懂要加什么分组。分组名字不带空格，例如：{EXAMPLE}\n{tap('加分组', '一步一步加')}"


def how_to_change(row: Group, *, two_level: bool) -> str:
    """The line was not understood."""
    ways = _ways(row.name, two_level=two_level)
    return "\n".join([f"没看懂要怎么改分组 {row.name}。可以回复：", *ways, _back(row)])


def same_rates(row: Group) -> str:
    """The group has these rates already."""
    return f"分组 {row.name} 现在就是这个比例，没有改动。\n{_back(row)}"


def same_team(row: Group) -> str:
    """The switch stands so already."""
    return f"分组 {row.name} 的团队业绩现在就是{_may_see(row.may_see_team)}，没有改动。\n{_back(row)}"


def delete_prompt(made: Confirmation, row: Group, size: int, rules: Settings) -> str:
    """Before a group is no more: what becomes of its members and of its rates."""
    lines = [f"删除分组 {row.name}？"]
    if size:
        lines.append(f"{size} 位成员：{row.name} → {NOBODYS}。想换到别的分组，请先用「分组 ‹名称› 加」。")
    if size and row.level1 is not None:
        lines.append(f"他们的一级佣金：{_rate(row.level1, rules.level1)} → {_rate(None, rules.level1)}")
    if size and row.level2 is not None and rules.pays_level2:
        second = f"{_rate(row.level2, rules.level2)} → {_rate(None, rules.level2)}"
        lines.append(f"他们的邀请奖励：{second}（{ON_ORDERS_ONLY}）")
    lines.append(f"各商品给这个分组单独设的比例也一起取消。{_NEW_ORDERS}")
    return _asking(made, lines, "确认删除")


def deleted(done: Deleted) -> str:
    """It is no more."""
    who = f"{done.members} 位推广员改为{NOBODYS}，之后按店铺比例计佣。" if done.members else ""
    return f"已删除分组 {done.name}。{who}\n{tap('分组', '看全部分组')}"


# -- before and after ------------------------------------------------------------------------------


def rates_prompt(made: Confirmation, rules: Settings) -> str:
    """Before a group's rates change."""
    args = made.args
    lines = [f"改分组 {args['name']} 的比例？", *_differences(args, rules, _rate), _NEW_ORDERS]
    return _asking(made, lines, "确认修改")


def rates_changed(row: Group, rules: Settings) -> str:
    """Done."""
    second = f"，邀请奖励 {_rate(row.level2, rules.level2)}" if rules.pays_level2 else ""
    return f"已改分组 {row.name}：一级佣金 {_rate(row.level1, rules.level1)}{second}。\n{_back(row)}"


def team_prompt(made: Confirmation) -> str:
    """Before its members may see their teams, or no longer may."""
    args = made.args
    before, after = (_may_see(args[name] == "on") for name in ("was", "team"))
    lines = [
        f"改分组 {args['name']} 的团队业绩？", f"{before} → {after}",
        "团队业绩只统计下面各级的销售额，不计酬。",
    ]  # fmt: skip
    return _asking(made, lines, "确认修改")


def team_changed(row: Group) -> str:
    """Done."""
    return f"已改：分组 {row.name} 的推广员{_may_see(row.may_see_team)}团队业绩。\n{_back(row)}"


def members_prompt(made: Confirmation, moving: Sequence[tuple[Promoter, str]], left_out: int) -> str:
    """Before promoters change their group: each with the group he is in and the one he comes to."""
    name, joining = made.args["name"], made.args["joining"] == "on"
    lines = [f"{'加到' if joining else '移出'}分组 {name}？"]
    for one, before in moving[:ROWS]:
        after = name if joining else NOBODYS
        lines.append(f"{called(one.name, 8)}（{one.code}）：{before or NOBODYS} → {after}")
    if len(moving) > ROWS:
        lines.append(f"…… 一共 {len(moving)} 位")
    if left_out:
        lines.append(f"另外 {left_out} 位{'已经在' if joining else '不在'}这个分组里，不动。")
    return _asking(made, [*lines, "之后付款的订单按新的分组计佣，已有订单不变。"], "确认调整")


def members_changed(moved: Moved) -> str:
    """Done."""
    if moved.group:
        return f"已把 {len(moved.codes)} 位推广员加到分组 {moved.group.name}。\n{_back(moved.group)}"
    return f"已把 {len(moved.codes)} 位推广员移出分组，之后按店铺比例计佣。\n{tap('分组', '看全部分组')}"


def choose(row: Promoter, now: Group | None, page: Page[Sized]) -> str:
    """换分组 of one promoter: one tap each."""
    lines = [f"{called(row.name)}（{row.code}）现在：{now.name if now else NOBODYS}", "换到哪个分组？"]
    for number, one in enumerate(page.rows, 1):
        lines.append(f"{number}. {tap(f'分组 {one.group.name} 加 {row.code}', one.group.name)}")
    lines += next_page(f"推广员 {row.code} 分组", page)
    out = [tap(f"分组 {now.name} 减 {row.code}", f"移出 {now.name}")] if now else []
    return "\n".join([*lines, "", *out, tap(f"推广员 {row.code}", "返回")])


# -- a product's rates for a group -----------------------------------------------------------------


def special(row: SpecialRate, rules: Settings) -> str:
    """What one product pays to one group, as a line of the product's page."""
    second = f" · 邀请奖励 {_own(row.level2)}" if rules.pays_level2 else ""
    return f"分组 {row.group.name}：一级佣金 {_own(row.level1)}{second}"


def special_prompt(made: Confirmation, old: SpecialRate, rules: Settings) -> str:
    """Before the rates of a product for a group change."""
    args = made.args
    lines = [
        f"改 {plain(old.product.title, 30)}（{plain(old.product.sku)}）给分组 {args['name']} 的比例？",
        *_differences(args, rules, lambda rate, _: _own(rate)), _NEW_ORDERS,
    ]  # fmt: skip
    return _asking(made, lines, "确认修改")


def special_changed(row: SpecialRate, rules: Settings) -> str:
    """Done."""
    back = tap("商品佣金", "看商品佣金")
    return f"已改 {plain(row.product.title, 30)} · {special(row, rules)}。\n{back}"


def same_special(row: SpecialRate) -> str:
    """The rates are these already."""
    return f"{plain(row.product.title, 30)} 给分组 {row.group.name} 的现在就是这个比例，没有改动。"


def _differences(
    args: Mapping[str, str], rules: Settings, words: Callable[[Rate | None, Rate | None], str]
) -> list[str]:
    """The levels that change, before → after."""
    lines: list[str] = []
    if args["before1"] != args["level1"]:
        first = [words(heard(args[name]), rules.level1) for name in ("before1", "level1")]
        lines.append(f"一级佣金：{' → '.join(first)}")
    if args["before2"] != args["level2"]:
        second = [words(heard(args[name]), rules.level2) for name in ("before2", "level2")]
        lines.append(f"邀请奖励：{' → '.join(second)}（{ON_ORDERS_ONLY}）")
    return lines


def _asking(made: Confirmation, lines: Sequence[str], label: str) -> str:
    return "\n".join(
        [
            *lines, "", confirm_tap(made, label, "不点就不改。"),
        ]
    )  # fmt: skip


def _link(row: Group) -> str:
    return tap(f"分组 {row.name}", row.name)


def _back(row: Group) -> str:
    return tap(f"分组 {row.name}", "看这个分组")


def _may_see(may: bool) -> str:
    return "可看" if may else "不可看"


def _short_rates(row: Group, rules: Settings) -> str:
    first = f"一级 {row.level1}" if row.level1 is not None else ""
    second = f"二级 {row.level2}" if row.level2 is not None and rules.pays_level2 else ""
    return " ".join(part for part in (first, second) if part)


def _rate(own: Rate | None, shop: Rate | None) -> str:
    return str(own) if own is not None else f"按店铺（{shop if shop is not None else '未设置'}）"


def _own(rate: Rate | None) -> str:
    return str(rate) if rate is not None else "不单独设"
