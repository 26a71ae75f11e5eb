"""Who stands above a promoter (上级), changed by the owner: for new orders only, and never in a circle."""

from __future__ import annotations

from dataclasses import dataclass

from engine import outbox
from engine.errors import Refusal
from engine.ids import PromoterId
from engine.people import confirmations
from engine.people.confirmations import CodeOutdated, Confirmation
from engine.people.reasons import reason_in
from engine.programme import promoters, settings
from engine.programme.promoters import Promoter, Status, WrongStatus
from engine.store.base import Tx
from engine.store.commands import Room, command

_CHANGE = "uplines.change"


@dataclass(eq=False)
class OneLevelOnly(Refusal):
    """Two levels are not paid: nobody speaks of uplines now."""


@dataclass(eq=False)
class CannotBeUpline(Refusal):
    """An upline is an active promoter, and another one."""

    code: str


@dataclass(eq=False)
class MakesCircle(Refusal):
    """The new upline stands below the promoter, at whatever depth."""

    code: str


@dataclass(eq=False)
class UplineAlready(Refusal):
    """It is his upline already, or he has none already."""

    code: str


@dataclass(eq=False)
class UplineReasonMissing(Refusal):
    """A change of upline needs a reason of 1 to 60 characters."""


class Uplines(Room):
    """Changing who is paid 邀请奖励 for a promoter's customers."""

    @command
    def propose(self, tx: Tx, code: str, upline: str, reason: str) -> Confirmation:
        """Ask to change a promoter's upline, to nobody if the code is empty: gives the one-time code that does it."""
        _check_two_levels(tx)
        row = promoters.with_code(tx, code)
        if row.status is Status.TERMINATED:
            raise WrongStatus(row.status)
        above = fit(tx, row, upline) if upline else None
        if row.upline == (above.id if above else None):
            raise UplineAlready(row.code)
        reason = reason_in(reason)
        if not reason:
            raise UplineReasonMissing()
        args = {
            "promoter": row.id, "code": row.code, "before": row.upline or "", "upline": above.id if above else "",
            "upline_code": above.code if above else "", "reason": reason,
        }  # fmt: skip
        return confirmations.issue(tx, _CHANGE, args)

    @command
    def change(self, tx: Tx, code: str) -> Promoter:
        """From now on: orders that were paid before keep the upline of their time."""
        bound = confirmations.take(tx, code, _CHANGE)
        _check_two_levels(tx)
        row = promoters.one(tx, PromoterId(bound["promoter"]))
        if row.status is Status.TERMINATED or (row.upline or "") != bound["before"]:
            raise CodeOutdated()
        above = fit(tx, row, bound["upline_code"]) if bound["upline"] else None
        promoters.change(tx, row.id, bound["reason"], upline=above.id if above else None)
        tx.note |= {"above": bound["upline_code"] or "无"}
        outbox.bundle(tx, row.person, "upline")
        for one in (row.upline, above.id if above else None):
            if one:
                outbox.bundle(tx, promoters.one(tx, one).person, "downlines")
        return promoters.one(tx, row.id)


def fit(tx: Tx, row: Promoter | None, upline: str) -> Promoter:
    """The promoter with this code, if he may stand above. Raises CannotBeUpline, MakesCircle.

    `row` is who would stand below; None for somebody who never was a promoter.
    """
    above = promoters.with_code(tx, upline)
    if above.status is not Status.ACTIVE or (row and above.id == row.id):
        raise CannotBeUpline(above.code)
    if row and promoters.makes_cycle(tx, row.id, above.id):
        raise MakesCircle(above.code)
    return above


def _check_two_levels(tx: Tx) -> None:
    if not settings.current(tx).pays_level2:
        raise OneLevelOnly()
