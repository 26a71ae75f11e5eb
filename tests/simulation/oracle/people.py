"""Promoters: how they stand, since when, and below whom."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.simulation.oracle.buyers import Buyers
from tests.simulation.oracle.known import INVITATION_LIFE, Stand, Visit, Wrong
from tests.simulation.oracle.programme import Programme


class People:
    """Whoever applied, with everything that he ever was."""

    def __init__(self, programme: Programme, buyers: Buyers) -> None:
        self.programme, self.buyers = programme, buyers
        self.stands: dict[str, list[Stand]] = defaultdict(list)
        self.codes: dict[str, str] = {}
        self.applied: dict[str, tuple[str, str | None]] = {}
        self.invitations: dict[str, list[Visit]] = defaultdict(list)

    def standing(self, person: str | None, at: int) -> Stand | None:
        found = [one for one in self.stands[person] if one.since <= at] if person else []
        return found[-1] if found else None

    def status(self, person: str | None, at: int) -> str:
        found = self.standing(person, at)
        return found.status if found else "none"

    def group(self, person: str | None, at: int) -> str | None:
        found = self.standing(person, at)
        return found.group if found else None

    def heir(self, promoter: str | None, since: int, by: int | None = None, customer: str = "") -> str | None:
        """Who has a promoter's customer by an instant: he himself, unless he left since; nobody inherits himself."""
        while promoter and promoter != customer:
            stands = self.stands[promoter]
            left = next(
                (
                    n
                    for n, one in enumerate(stands)
                    if one.status == "terminated"
                    and not any(back.status == "active" and since >= back.since for back in stands[n + 1 :])
                ),
                None,
            )
            if left is None or (by is not None and by < stands[left].since):
                return promoter
            promoter, since = stands[left].heir, stands[left].since
        return None

    def on_code(self, at: int, person: str, code: str) -> None:
        self.codes[code] = person

    def on_apply(self, at: int, person: str, application: str, phone: str, joined: bool) -> None:
        """The upline is the last invitation opened within 30 days before he submits, if its sender is active."""
        self.buyers.phones[person] = phone
        rules = self.programme.rules(at)
        inviter = None
        if rules.two_level and rules.acknowledged:
            opened = [
                one for one in self.invitations[person] if not one.void and one.at >= at - INVITATION_LIFE
            ]
            inviter = opened[-1].promoter if opened else None
            if inviter and (inviter == person or self.status(inviter, at) != "active"):
                inviter = None
        self.applied[application] = (person, inviter)
        expected = not rules.review and not self.stands[person]
        if joined != expected:
            raise Wrong(f"{person} applied and {'was' if joined else 'was not'} taken at once")
        if joined:
            self.on_approve(at, application)

    def on_inviter(self, at: int, application: str, upline: str | None) -> None:
        """The merchant names another inviter while the application waits."""
        self.applied[application] = (self.applied[application][0], upline)

    def on_approve(self, at: int, application: str) -> None:
        person, upline = self.applied[application]
        if upline and (self.status(upline, at) == "terminated" or self._is_above(person, upline)):
            upline = None
        group = self.stands[person][-1].group if self.stands[person] else None
        self.stands[person].append(Stand(at, "active", upline, group))

    def on_freeze(self, at: int, person: str) -> None:
        self._stand(person, at, status="frozen")

    def on_restore(self, at: int, person: str) -> None:
        self._stand(person, at, status="active")

    def on_terminate(self, at: int, person: str, heir: str | None) -> None:
        """From now on his customers are the heir's."""
        self._stand(person, at, status="terminated", heir=heir)

    def on_downlines(self, at: int, person: str, upline: str | None, left: int, whom: list[str]) -> None:
        """These of a leaver's downlines go where the merchant said, unless that would close a circle."""
        for one in whom:
            then = self.standing(one, left)
            if then and then.upline == person and self.stands[one][-1].upline == person:
                self._stand(one, at, upline=None if upline and self._is_above(one, upline) else upline)

    def on_member(self, at: int, person: str, group: str | None) -> None:
        self._stand(person, at, group=group)

    def on_upline(self, at: int, person: str, upline: str | None) -> None:
        self._stand(person, at, upline=upline)

    def _is_above(self, person: str, other: str | None) -> bool:
        """Does `other` stand below `person`, at any depth, or is it himself?"""
        while other:
            if other == person:
                return True
            other = self.stands[other][-1].upline if self.stands[other] else None
        return False

    def _stand(self, person: str, at: int, **changed: Any) -> None:
        last = self.stands[person][-1]
        heir = changed.pop("heir", None)
        self.stands[person].append(Stand(**{**vars(last), "since": at, "heir": heir, **changed}))
