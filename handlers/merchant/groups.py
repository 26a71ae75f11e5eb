"""分组: the groups of promoters, their members and rates, and the rates of a product for a group."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.errors import Refusal
from engine.ids import GroupId
from engine.money import Rate
from engine.people.authority import Right
from engine.programme.groups import Group
from engine.programme.rates import heard
from handlers.lists import Of, beside, is_number, listed, picked, shown
from handlers.matching import said
from handlers.merchant import goods
from handlers.paging import leaf, page_of, turn
from handlers.texts.merchant import groups as texts
from handlers.texts.merchant.promoters import promoters as promoters_list
from handlers.texts.merchant.todo import STALE
from handlers.texts.refusals import sorry_staff
from handlers.typed import code
from handlers.types import Ask, Reply, Text

Bound = Mapping[str, str]

NAME = "group.name"
"""The open question: what is the new group called?"""

_SHOPS = frozenset({"默认", "按店铺", "按店铺比例"})


def listing(ask: Ask) -> Reply:
    """分组"""
    page = turn(page_of(ask), lambda most: ask.desk.groups.all()[:most])
    return listed(
        texts.groups(page, ask.desk.settings.now(), may_change=ask.who.may(Right.OWNER)),
        Of.GROUPS,
        [row.group.name for row in page.rows],
    )


def tapped(ask: Ask) -> Reply:
    """分组 ‹名称›"""
    return item(ask, ask.got("name"))


def item(ask: Ask, name: str) -> Reply:
    """One group."""
    try:
        row = ask.desk.groups.get(name)
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    rules, size = ask.desk.settings.now(), ask.desk.groups.size(row.id)
    return beside(ask, texts.group(row, size, rules, may_change=ask.who.may(Right.OWNER)))


def members(ask: Ask) -> Reply:
    """分组 ‹名称› 成员"""
    try:
        row = ask.desk.groups.get(ask.got("name"))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    page = turn(page_of(ask), lambda most: ask.desk.groups.members(row.id, most))
    return listed(
        texts.members(row, page, may_change=ask.who.may(Right.OWNER)),
        Of.PROMOTERS,
        [one.code for one in page.rows],
    )


# -- making and naming -----------------------------------------------------------------------------


def add(ask: Ask) -> Reply:
    """分组 加 ‹名称›"""
    try:
        made = ask.desk.groups.create(ask.got("name"))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return Text(texts.created(made, ask.desk.settings.now()))


def ask_name(_ask: Ask) -> Reply:
    """加分组: what is it called?"""
    return Text(texts.ask_name(), state=NAME)


def name_told(ask: Ask) -> Reply:
    """The answer to: what is it called?"""
    try:
        made = ask.desk.groups.create(ask.text)
    except Refusal as refusal:
        return Text(sorry_staff(refusal), state=NAME)
    return Text(texts.created(made, ask.desk.settings.now()))


def add_badly(_ask: Ask) -> Reply:
    """分组 加 and something that is no name."""
    return Text(texts.how_to_add())


def rename(ask: Ask) -> Reply:
    """分组 ‹名称› 改名 ‹新名字›"""
    try:
        before = ask.desk.groups.get(ask.got("name"))
        return beside(ask, texts.renamed(before.name, ask.desk.groups.rename(before.name, ask.got("to"))))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))


def delete(ask: Ask) -> Reply:
    """分组 ‹名称› 删除"""
    try:
        return beside(ask, _delete_prompt(ask, ask.got("name")))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def deleted(ask: Ask, typed: str) -> str:
    """The code was confirmed."""
    return texts.deleted(ask.desk.groups.confirm_delete(typed))


def delete_again(ask: Ask, bound: Bound) -> str:
    """The same question with a fresh code."""
    return _delete_prompt(ask, bound["name"])


def _delete_prompt(ask: Ask, name: str) -> str:
    row, rules = ask.desk.groups.get(name), ask.desk.settings.now()
    return texts.delete_prompt(
        ask.desk.groups.propose_delete(row.name), row, ask.desk.groups.size(row.id), rules
    )


def not_understood(ask: Ask) -> Reply:
    """分组 ‹名称› and something else."""
    try:
        row = ask.desk.groups.get(ask.got("name"))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return Text(texts.how_to_change(row, two_level=ask.who.two_level))


# -- rates -----------------------------------------------------------------------------------------


def rates(ask: Ask) -> Reply:
    """分组 ‹名称› 一级 12% 二级 3%: what is not said stays."""
    try:
        row = ask.desk.groups.get(ask.got("name"))
        return _propose(ask, row, _rate(ask.got("first"), row.level1), _rate(_second(ask), row.level2))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))


def shops_rates(ask: Ask) -> Reply:
    """分组 ‹名称› 比例 默认"""
    try:
        return _propose(ask, ask.desk.groups.get(ask.got("name")), None, None)
    except Refusal as refusal:
        return Text(sorry_staff(refusal))


def special(ask: Ask) -> Reply:
    """商品 ‹编号› 分组 ‹名称› 一级 15% 二级 5%: what is not said stays."""
    return _special(ask, dropped=False)


def no_special(ask: Ask) -> Reply:
    """商品 ‹编号› 分组 ‹名称› 默认"""
    return _special(ask, dropped=True)


def set_rates(ask: Ask, typed: str) -> str:
    """The code for a group's rates was confirmed."""
    return texts.rates_changed(ask.desk.groups.confirm_rates(typed), ask.desk.settings.now())


def set_special(ask: Ask, typed: str) -> str:
    """The code for the rates of a product for a group was confirmed."""
    return texts.special_changed(ask.desk.special_rates.confirm(typed), ask.desk.settings.now())


def rates_again(ask: Ask, bound: Bound) -> str:
    """The same question with a fresh code."""
    made = ask.desk.groups.propose_rates(_name(ask, bound), heard(bound["level1"]), heard(bound["level2"]))
    return texts.rates_prompt(made, ask.desk.settings.now())


def special_again(ask: Ask, bound: Bound) -> str:
    """The same question with a fresh code."""
    old = ask.desk.special_rates.get(bound["sku"], _name(ask, bound))
    made = ask.desk.special_rates.propose(
        bound["sku"], old.group.name, heard(bound["level1"]), heard(bound["level2"])
    )
    return texts.special_prompt(made, old, ask.desk.settings.now())


def _propose(ask: Ask, row: Group, first: Rate | None, second: Rate | None) -> Reply:
    if (first, second) == (row.level1, row.level2):
        return beside(ask, texts.same_rates(row))
    made = ask.desk.groups.propose_rates(row.name, first, second)
    return beside(ask, texts.rates_prompt(made, ask.desk.settings.now()))


def _special(ask: Ask, *, dropped: bool) -> Reply:
    try:
        sku = goods.find(ask, ask.got("sku")).sku
        old = ask.desk.special_rates.get(sku, ask.got("name"))
        first = None if dropped else _rate(ask.got("first"), old.level1)
        second = None if dropped else _rate(_second(ask), old.level2)
        if (first, second) == (old.level1, old.level2):
            return beside(ask, texts.same_special(old))
        made = ask.desk.special_rates.propose(sku, old.group.name, first, second)
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    return beside(ask, texts.special_prompt(made, old, ask.desk.settings.now()))


def _second(ask: Ask) -> str:
    """The second level's rate, said beside the first or alone."""
    return ask.got("second") or ask.got("only")


def _rate(typed: str, now: Rate | None) -> Rate | None:
    if not typed:
        return now
    return None if said(typed) in _SHOPS else Rate.parse(typed)


# -- the team --------------------------------------------------------------------------------------


def team(ask: Ask) -> Reply:
    """分组 ‹名称› 裂变 开|关: may its members see the sales of their teams?"""
    may_see = ask.got("switch") == "开"
    try:
        row = ask.desk.groups.get(ask.got("name"))
        if row.may_see_team is may_see:
            return beside(ask, texts.same_team(row))
        return beside(ask, texts.team_prompt(ask.desk.groups.propose_team(row.name, may_see)))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))


def set_team(ask: Ask, typed: str) -> str:
    """The code for the team's switch was confirmed."""
    return texts.team_changed(ask.desk.groups.confirm_team(typed))


def team_again(ask: Ask, bound: Bound) -> str:
    """The same question with a fresh code."""
    return texts.team_prompt(ask.desk.groups.propose_team(_name(ask, bound), bound["team"] == "on"))


# -- members ---------------------------------------------------------------------------------------


def join(ask: Ask) -> Reply:
    """分组 ‹名称› 加 1 3 5: numbers of the promoters shown last, or their codes."""
    return _move(ask, joining=True)


def leave(ask: Ask) -> Reply:
    """分组 ‹名称› 减 1 3 5"""
    return _move(ask, joining=False)


def choose(ask: Ask) -> Reply:
    """推广员 ‹推荐码› 分组: the groups, one tap each."""
    try:
        row = ask.desk.promoters.by_code(code(ask.got("code")))
    except Refusal as refusal:
        return Text(sorry_staff(refusal))
    now = ask.desk.groups.with_id(row.group)
    others = tuple(found for found in ask.desk.groups.all() if found.group != now)
    page = turn(page_of(ask), lambda most: others[:most])
    return beside(ask, texts.choose(row, now, page))


def set_members(ask: Ask, typed: str) -> str:
    """The code for members was confirmed."""
    return texts.members_changed(ask.desk.groups.confirm_members(typed))


def members_again(ask: Ask, bound: Bound) -> str:
    """The same question with a fresh code."""
    return _members_prompt(ask, _name(ask, bound), tuple(bound["codes"].split()), bound["joining"] == "on")


def _move(ask: Ask, *, joining: bool) -> Reply:
    which = ask.got("which")
    if is_number(which):
        found = picked(ask, which) if shown(ask) is Of.PROMOTERS else ()
        if not found:
            page = leaf(1, ask.desk.promoters.page)
            fresh = f"{STALE}\n\n{promoters_list(page)}"
            return listed(fresh, Of.PROMOTERS, [row.code for row in page.rows])
        codes = tuple(token for _, token in found)
    else:
        codes = tuple(code(part) for part in re.split(r"[ ,、]+", which) if part)
    try:
        return beside(ask, _members_prompt(ask, ask.got("name"), codes, joining))
    except Refusal as refusal:
        return beside(ask, sorry_staff(refusal))


def _members_prompt(ask: Ask, name: str, codes: tuple[str, ...], joining: bool) -> str:
    made = ask.desk.groups.propose_members(name, codes, joining)
    moving = [ask.desk.promoters.by_code(each) for each in made.args["codes"].split()]
    names = {found.group.id: found.group.name for found in ask.desk.groups.all()}
    rows = [(row, names.get(row.group, "") if row.group else "") for row in moving]
    return texts.members_prompt(made, rows, len(set(codes)) - len(moving))


def _name(ask: Ask, bound: Bound) -> str:
    """What the group is called now: a code is bound to the group, not to its name."""
    found = ask.desk.groups.with_id(GroupId(bound["group"]))
    return found.name if found else bound["name"]
