"""Who is what to the shop, and since when: a right counts at the moment at which it is used."""

from __future__ import annotations

from collections import defaultdict

from tests.simulation.oracle.known import last_of

TAKES = {
    "withdrawals": "finance",
    "bookings": "finance",
    "checking": "finance",
    "moving": "service",
    "claims": "service",
    "customers": "service",
}
"""What somebody of the staff who is no owner may do, and as what."""
ANYBODYS = ("enrolling.enrol",)


class Staff:
    """The owner may do everything, the others what their roles carry."""

    def __init__(self) -> None:
        self.roles: dict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)

    def may(self, person: str, verb: str, at: int) -> bool:
        """Had he the right then?"""
        held = last_of(self.roles[person], at) or frozenset()
        return "owner" in held or TAKES.get(verb.partition(".")[0]) in held or verb in ANYBODYS

    def on_enrolled(self, at: int, person: str, role: str) -> None:
        held = last_of(self.roles[person], at) or frozenset()
        self.roles[person].append((at, held | {role}))

    def on_rights(self, at: int, person: str, roles: tuple[str, ...]) -> None:
        self.roles[person].append((at, frozenset(roles)))
