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
        self.applied: dict[str, tuple[str, str | None, str | None]] = {}
        """Application → who, below whom, and by which of the merchant's own invitations."""
        self.merchants: dict[str, str | None] = {}
        """The merchant's own invitations (邀请成员), and the group that each leads into."""
        self.leaving: set[tuple[str, int]] = set()
        """Who left, and when, whose downlines are still to be handed over."""
        self.over: set[str] = set()
        """Invitations that were ended, and groups that were deleted."""
        self.called: dict[str, list[tuple[int, str]]] = defaultdict(list)
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

    def standings(self) -> dict[str, tuple[str, str | None, str | None]]:
        """Everybody's status, upline and group by now."""
        last = {person: stands[-1] for person, stands in self.stands.items() if stands}
        return {person: (one.status, one.upline, one.group) for person, one in last.items()}

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
        opened = self._opened(person, at)
        token = self._by_merchant(person, at)
        if not (rules.recruiting or token):
            raise Wrong(f"{person} applied while nobody is recruited")
        inviter = None
        if rules.two_level and rules.acknowledged and not token:
            inviter = opened[-1].promoter if opened else None
            if inviter and (inviter == person or self.status(inviter, at) != "active"):
                inviter = None
        self.applied[application] = (person, inviter, token)
        expected = not rules.review and not self.stands[person]
        if joined != expected:
            raise Wrong(f"{person} applied and {'was' if joined else 'was not'} taken at once")
        if joined:
            self.on_approve(at, application)

    def on_inviter(self, at: int, application: str, upline: str | None) -> None:
        """The merchant names another inviter while the application waits."""
        person, _, token = self.applied[application]
        self.applied[application] = (person, upline, token)

    def on_approve(self, at: int, application: str) -> None:
        person, upline, token = self.applied[application]
        if upline and (self.status(upline, at) == "terminated" or self._is_above(person, upline)):
            upline = None
        group = self.stands[person][-1].group if self.stands[person] else None
        into = self.merchants[token] if token else None
        if into and into not in self.over:
            group = into
        self.stands[person].append(Stand(at, "active", upline, group))

    def on_member_invitation(self, _at: int, token: str, group: str | None) -> None:
        self.merchants[token] = group

    def on_member_invitation_over(self, _at: int, token: str) -> None:
        self.over.add(token)

    def on_called(self, at: int, person: str, token: str) -> None:
        """Somebody opened an invitation of the merchant's own."""
        if token in self.over:
            raise Wrong(f"{person} opened an invitation that was ended")
        self.called[person].append((at, token))

    def on_group_deleted(self, at: int, group: str) -> None:
        """Whoever was in it, also who has left the programme, is in none; its rates are over."""
        for person, stands in self.stands.items():
            if stands and stands[-1].group == group:
                self._stand(person, at, group=None)
        self.over.add(group)
        self.programme.forget_group(at, group)

    def on_freeze(self, at: int, person: str) -> None:
        self._stand(person, at, status="frozen")

    def on_restore(self, at: int, person: str) -> None:
        self._stand(person, at, status="active")

    def on_terminate(self, at: int, person: str, heir: str | None) -> None:
        """From now on his customers are the heir's."""
        self._stand(person, at, status="terminated", heir=heir)
        self.leaving.add((person, at))

    def on_downlines(
        self, at: int, person: str, upline: str | None, left: int, whom: list[str], over: bool
    ) -> None:
        """These of a leaver's downlines go where the merchant said, unless that would close a circle."""
        if over:
            self.leaving.remove((person, left))
        for one in whom:
            then = self.standing(one, left)
            if then and then.upline == person and self.stands[one][-1].upline == person:
                self._stand(one, at, upline=None if upline and self._is_above(one, upline) else upline)

    def on_member(self, at: int, person: str, group: str | None) -> None:
        self._stand(person, at, group=group)

    def on_upline(self, at: int, person: str, upline: str | None) -> None:
        self._stand(person, at, upline=upline)

    def _opened(self, person: str, at: int) -> list[Visit]:
        return [one for one in self.invitations[person] if not one.void and one.at >= at - INVITATION_LIFE]

    def _by_merchant(self, person: str, at: int) -> str | None:
        """The merchant's own invitation that counts: the last one, unless a promoter's was opened after it.

        While nobody is recruited a promoter's invitation is none.
        """
        called = [
            one for one in self.called[person] if one[1] not in self.over and one[0] >= at - INVITATION_LIFE
        ]
        if not called:
            return None
        opened = self._opened(person, at)
        later = opened and opened[-1].at > called[-1][0]
        return None if later and self.programme.rules(at).recruiting else called[-1][1]

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
