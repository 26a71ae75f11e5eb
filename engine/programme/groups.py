"""Groups of promoters (分组): their members, rates and whether they may see their team, each with its history."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, func, insert, select, update

from engine import outbox
from engine.errors import Refusal
from engine.ids import GroupId, PromoterId
from engine.money import Rate
from engine.people import confirmations
from engine.people.confirmations import CodeOutdated, Confirmation
from engine.programme import ceilings, promoters, wording
from engine.programme.promoters import Promoter, Status, WrongStatus
from engine.programme.rates import Rates, heard, said
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.tables import group_history, groups, product_group_history, promoter_history
from engine.store.tables import promoters as members

LONGEST_NAME = 12
MOST_GROUPS = 50
MOST_AT_ONCE = 50
"""Members who change their group in one transaction."""

COMMAND_WORDS = frozenset(
    {
        "加", "减", "删", "删除", "默认", "改名", "成员", "裂变", "一级", "二级", "比例", "佣金", "推广", "分组",
        "列表", "无", "未分组", "开", "关", "取消", "下一页",
    }
)  # fmt: skip
"""Words that the lines about groups are made of: no group can be called so."""

_GONE = "#"
"""Stands in the name of a group that was deleted, and in no other: its history stays, its name is free again."""

_NONE = "-"
_ON, _OFF = "on", "off"
"""No group, where a list of groups is kept as words."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it is. A rate that is None is not set: the shop's rules."""

    id: GroupId
    name: str
    level1: Rate | None
    level2: Rate | None
    may_see_team: bool


@dataclass(frozen=True, slots=True)
class Sized:
    """A group and how many active or frozen promoters are in it."""

    group: Group
    size: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Who changed his group, by code, and where to; None is out of every group."""

    group: Group | None
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deleted:
    """A group that is no more, and how many left it."""

    name: str
    members: int


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a promoter is and where he would be put; None is out of every group."""

    before: Group | None
    after: Group | None
    changes: int
    """How many times his standing, upline or group changed so far."""


@dataclass(eq=False)
class NoSuchGroup(Refusal):
    """No group is called so."""

    name: str


@dataclass(eq=False)
class BadGroupName(Refusal):
    """A group's name must be short, of letters, digits and Chinese characters, and no word of a command."""

    name: str
    longest: int


@dataclass(eq=False)
class GroupNameTaken(Refusal):
    """Another group is called so."""

    name: str


@dataclass(eq=False)
class TooManyGroups(Refusal):
    """There are as many groups as there can be."""

    most: int


@dataclass(eq=False)
class TooManyMembers(Refusal):
    """So many promoters cannot change their group at once."""

    most: int


@dataclass(eq=False)
class NobodyMoves(Refusal):
    """All of them are in the group already, or none of them is in it."""

    name: str
    joining: bool


class Groups(Room):
    """The groups, and who is in them."""

    @question
    def all(self, tx: Tx) -> tuple[Sized, ...]:
        """Every group by its name."""
        rows = tx.run(
            select(members.c.group_id, func.count().label("size"))
            .where(_standing_members(tx), members.c.group_id.is_not(None))
            .group_by(members.c.group_id)
        )
        sizes = {row.group_id: row.size for row in rows}
        return tuple(Sized(group, sizes.get(group.id, 0)) for group in everyone(tx))

    @question
    def get(self, tx: Tx, name: str) -> Group:
        """The group of this name. Raises NoSuchGroup."""
        return named(tx, name)

    @question
    def with_id(self, tx: Tx, group: GroupId | None) -> Group | None:
        """The group of this id, whatever it is called now; None once it was deleted, or for none."""
        return standing(tx, group) if group else None

    @question
    def size(self, tx: Tx, group: GroupId) -> int:
        """How many active or frozen promoters are in it."""
        statement = select(func.count()).where(_standing_members(tx), members.c.group_id == group)
        found: int = tx.run(statement).scalar_one()
        return found

    @question
    def members(self, tx: Tx, group: GroupId, most: int) -> tuple[Promoter, ...]:
        """Its active and frozen promoters, newest first."""
        return promoters.in_group(tx, group, most)

    @command
    def create(self, tx: Tx, name: str) -> Group:
        """A new group, which pays what the shop pays until it is given rates."""
        called = _free_name(tx, name, None)
        if len(everyone(tx)) >= MOST_GROUPS:
            raise TooManyGroups(MOST_GROUPS)
        made = Group(GroupId(tx.ids.new("gr")), called, None, None, may_see_team=False)
        tx.run(insert(groups).values(shop_id=tx.shop, id=made.id, name=called))
        return _remember(tx, made)

    @command
    def rename(self, tx: Tx, name: str, to: str) -> Group:
        """Call a group otherwise; orders keep the name that it had."""
        found = named(tx, name)
        new = replace(found, name=_free_name(tx, to, found.id))
        tx.run(
            update(groups).where(groups.c.shop_id == tx.shop, groups.c.id == found.id).values(name=new.name)
        )
        _remember(tx, new)
        tx.note |= {"before": found.name}
        return new

    @command
    def propose_rates(self, tx: Tx, name: str, level1: Rate | None, level2: Rate | None) -> Confirmation:
        """Ask for other rates of a group (None: the shop's): gives the one-time code that makes the change."""
        found = named(tx, name)
        _check_ceilings(tx, found, Rates(level1, level2))
        args = {
            "group": found.id, "name": found.name, "level1": said(level1), "level2": said(level2),
            "before1": said(found.level1), "before2": said(found.level2),
        }  # fmt: skip
        return confirmations.issue(tx, "groups.confirm_rates", args)

    @command
    def confirm_rates(self, tx: Tx, code: str) -> Group:
        """Make the change that the code stands for."""
        bound = confirmations.take(tx, code, "groups.confirm_rates")
        found = as_agreed(tx, bound)
        if (said(found.level1), said(found.level2)) != (bound["before1"], bound["before2"]):
            raise CodeOutdated()
        rates = Rates(heard(bound["level1"]), heard(bound["level2"]))
        _check_ceilings(tx, found, rates)
        tx.note |= dict(bound)
        return _remember(tx, replace(found, level1=rates.level1, level2=rates.level2))

    @command
    def propose_team(self, tx: Tx, name: str, may_see: bool) -> Confirmation:
        """Ask that its members see the sales of their team (裂变数据), or no longer do."""
        found = named(tx, name)
        args = {
            "group": found.id,
            "name": found.name,
            "team": _switch(may_see),
            "was": _switch(found.may_see_team),
        }
        return confirmations.issue(tx, "groups.confirm_team", args)

    @command
    def confirm_team(self, tx: Tx, code: str) -> Group:
        """Make the change that the code stands for."""
        bound = confirmations.take(tx, code, "groups.confirm_team")
        found = as_agreed(tx, bound)
        if _switch(found.may_see_team) != bound["was"]:
            raise CodeOutdated()
        tx.note |= {"team": bound["team"]}
        return _remember(tx, replace(found, may_see_team=bound["team"] == _ON))

    @command
    def propose_members(self, tx: Tx, name: str, codes: tuple[str, ...], joining: bool) -> Confirmation:
        """Ask to take promoters into a group, out of the one they are in, or out of this one.

        Who is there already is left out. Raises NobodyMoves when that leaves nobody.
        """
        found = named(tx, name)
        to = found.id if joining else None
        asked = [_standing(tx, code) for code in dict.fromkeys(codes)]
        moving = [one for one in asked if one.group != to and (joining or one.group == found.id)]
        if len(moving) > MOST_AT_ONCE:
            raise TooManyMembers(MOST_AT_ONCE)
        if not moving:
            raise NobodyMoves(found.name, joining)
        args = {
            "group": found.id, "name": found.name, "joining": _switch(joining),
            "codes": " ".join(one.code for one in moving),
            "before": " ".join(one.group or _NONE for one in moving),
        }  # fmt: skip
        return confirmations.issue(tx, "groups.confirm_members", args)

    @command
    def confirm_members(self, tx: Tx, code: str) -> Moved:
        """Make the change that the code stands for: for all of them, or for nobody."""
        bound = confirmations.take(tx, code, "groups.confirm_members")
        group = as_agreed(tx, bound) if bound["joining"] == _ON else None
        codes, before = bound["codes"].split(), bound["before"].split()
        for each, was in zip(codes, before, strict=True):
            found = promoters.with_code(tx, each)
            if found.status is Status.TERMINATED or (found.group or _NONE) != was:
                raise CodeOutdated()
            _put(tx, found, group)
        tx.note = {"group": bound["name"], "joining": group is not None, "promoters": len(codes)}
        return Moved(group, tuple(codes))

    @command
    def propose_delete(self, tx: Tx, name: str) -> Confirmation:
        """Ask to delete a group: its members come to be in none. Gives the one-time code that does it."""
        found = named(tx, name)
        args = {"group": found.id, "name": found.name, "members": _digest(_whoever_is_in(tx, found.id))}
        return confirmations.issue(tx, "groups.confirm_delete", args)

    @command
    def confirm_delete(self, tx: Tx, code: str) -> Deleted:
        """Do what the code stands for; the group's rates end with it, orders keep what they were decided by.

        Members of whom there are more than MOST_AT_ONCE leave it in chunks: without rates it is as none to them.
        """
        bound = confirmations.take(tx, code, "groups.confirm_delete")
        found = as_agreed(tx, bound)
        held = _whoever_is_in(tx, found.id)
        if _digest(held) != bound["members"]:
            raise CodeOutdated()
        _empty(tx, found.id, held)
        _drop_special_rates(tx, found)
        name = f"{found.name}{_GONE}{found.id}"
        tx.run(update(groups).where(groups.c.shop_id == tx.shop, groups.c.id == found.id).values(name=name))
        _remember(tx, Group(found.id, name, None, None, may_see_team=False))
        ceilings.check_all(tx, ceilings.general(tx))
        tx.note = {"group": found.name, "promoters": len(held)}
        return Deleted(found.name, len(held))

    @command
    def carry_on(self, tx: Tx, group: GroupId) -> int:
        """Take the next members out of a group that was deleted; gives how many there were."""
        return _empty(tx, group, _whoever_is_in(tx, group))

    @question
    def compare(self, tx: Tx, code: str, name: str) -> Placement:
        """Which group a promoter would leave for this one (no name: for none). Raises what `place` would raise."""
        found = _standing(tx, code)
        changes = select(func.count()).where(
            promoter_history.c.shop_id == tx.shop, promoter_history.c.promoter_id == found.id
        )
        return Placement(
            one(tx, found.group) if found.group else None,
            named(tx, name) if name else None,
            tx.run(changes).scalar_one(),
        )

    @command
    def place(self, tx: Tx, code: str, name: str) -> None:
        """The operator puts a promoter into a group, or into none; where he is already is no change."""
        found = _standing(tx, code)
        group = named(tx, name) if name else None
        if found.group != (group.id if group else None):
            _put(tx, found, group)
        tx.note |= {"promoter": found.code, "group": group.name if group else ""}


def may_see_team(tx: Tx, promoter: PromoterId) -> bool:
    """May he see the sales of his team now? Only in a group that may."""
    group = promoters.one(tx, promoter).group
    return group is not None and one(tx, group).may_see_team


def everyone(tx: Tx) -> tuple[Group, ...]:
    """Every group by its name."""
    rows = tx.run(_newest(tx).where(~groups.c.name.contains(_GONE)).order_by(groups.c.name))
    return tuple(_read(row) for row in rows)


def named(tx: Tx, name: str) -> Group:
    """The group of this name, however it is written. Raises NoSuchGroup."""
    found = _called(tx, name)
    if found is None:
        raise NoSuchGroup(name)
    return found


def one(tx: Tx, group: GroupId) -> Group:
    """One group, which exists."""
    return _read(tx.run(_newest(tx).where(groups.c.id == group)).one())


def standing(tx: Tx, group: GroupId) -> Group | None:
    """The group, unless it was deleted."""
    found = one(tx, group)
    return None if _GONE in found.name else found


def as_agreed(tx: Tx, bound: Mapping[str, str]) -> Group:
    """The group that a code was made for. Raises CodeOutdated once it was deleted."""
    found = standing(tx, GroupId(bound["group"]))
    if found is None:
        raise CodeOutdated()
    return found


def _called(tx: Tx, name: str) -> Group | None:
    wanted = _folded(name)
    return next((group for group in everyone(tx) if _folded(group.name) == wanted), None)


def _free_name(tx: Tx, typed: str, own: GroupId | None) -> str:
    """The name as it is kept. Raises BadGroupName, BannedWording, GroupNameTaken."""
    name = unicodedata.normalize("NFKC", typed).strip()
    sound = all(char.isalnum() or char in "-_" for char in name) and not name.isdecimal()
    if not (0 < len(name) <= LONGEST_NAME and sound) or name in COMMAND_WORDS:
        raise BadGroupName(typed, LONGEST_NAME)
    wording.check(name)
    other = _called(tx, name)
    if other and other.id != own:
        raise GroupNameTaken(other.name)
    return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def _check_ceilings(tx: Tx, group: Group, rates: Rates) -> None:
    now = ceilings.general(tx)
    ceilings.check_all(tx, replace(now, groups={**now.groups, group.id: rates}))


def _standing(tx: Tx, code: str) -> Promoter:
    found = promoters.with_code(tx, code)
    if found.status is Status.TERMINATED:
        raise WrongStatus(found.status)
    return found


def _put(tx: Tx, promoter: Promoter, group: Group | None) -> None:
    promoters.change(tx, promoter.id, "", group=group.id if group else None)


def _whoever_is_in(tx: Tx, group: GroupId) -> list[str]:
    """Its members, former promoters counted, by id."""
    mine = (members.c.shop_id == tx.shop) & (members.c.group_id == group)
    return list(tx.run(select(members.c.id).where(mine).order_by(members.c.id)).scalars())


def _digest(held: Sequence[str]) -> str:
    """Who is meant, in a code: the same for the same people."""
    return hashlib.sha256(" ".join(held).encode()).hexdigest()


def _empty(tx: Tx, group: GroupId, held: Sequence[str]) -> int:
    """Put the first of these into no group; the rest follow as a row of the outbox. Gives how many went."""
    going = held[:MOST_AT_ONCE]
    for member in going:
        promoters.change(tx, PromoterId(member), "", group=None)
    if len(held) > len(going):
        outbox.put(tx, f"emptied:{group}:{going[-1]}", "emptied", {"group": group})
    return len(going)


def _drop_special_rates(tx: Tx, group: Group) -> None:
    """No product has rates for this group any more."""
    history = product_group_history
    last = tx.run(
        select(history.c.sku, func.max(history.c.n).label("n"))
        .where(history.c.shop_id == tx.shop, history.c.group_id == group.id)
        .group_by(history.c.sku)
    ).all()
    for row in last:
        tx.run(
            insert(history).values(
                shop_id=tx.shop, sku=row.sku, group_id=group.id, n=row.n + 1, since=tx.now, level1=None, level2=None
            )
        )  # fmt: skip


def _standing_members(tx: Tx) -> Any:
    return and_(members.c.shop_id == tx.shop, members.c.status != Status.TERMINATED.value)


def _newest(tx: Tx) -> Any:
    last = group_history.alias()
    return (
        select(
            groups.c.id, groups.c.name, group_history.c.n, group_history.c.level1, group_history.c.level2,
            group_history.c.may_see_team,
        )
        .join_from(
            groups,
            group_history,
            and_(group_history.c.shop_id == groups.c.shop_id, group_history.c.group_id == groups.c.id),
        )
        .where(
            groups.c.shop_id == tx.shop,
            group_history.c.n
            == select(func.max(last.c.n))
            .where(last.c.shop_id == groups.c.shop_id, last.c.group_id == groups.c.id)
            .scalar_subquery(),
        )
    )  # fmt: skip


def _remember(tx: Tx, group: Group) -> Group:
    history = group_history
    last = tx.run(
        select(func.max(history.c.n)).where(history.c.shop_id == tx.shop, history.c.group_id == group.id)
    ).scalar_one()
    tx.run(
        insert(history).values(
            shop_id=tx.shop, group_id=group.id, n=(last or 0) + 1, since=tx.now, name=group.name,
            level1=None if group.level1 is None else group.level1.bp,
            level2=None if group.level2 is None else group.level2.bp, may_see_team=group.may_see_team,
        )
    )  # fmt: skip
    tx.note |= {"group": group.name}
    return group


def _read(row: Any) -> Group:
    return Group(
        row.id, row.name, None if row.level1 is None else Rate(row.level1),
        None if row.level2 is None else Rate(row.level2), row.may_see_team,
    )  # fmt: skip


def _switch(on: bool) -> str:
    return _ON if on else _OFF
