"""Who lives in a world."""

from __future__ import annotations

PROMOTERS = ("alice", "bob", "dave", "erin", "frank", "grace")
APPLICANTS = ("heidi", "ivan")
CUSTOMERS = ("carol", "mallory", "oscar", "peggy", "trent")
EVERYBODY = PROMOTERS + APPLICANTS + CUSTOMERS
STAFF = ("fin", "fin2", "sue")
PAYERS = ("老板", "fin", "fin2")
SERVANTS = ("老板", "sue", "fin2")
"""Who does that work, now and then without the right to it."""
GROUPS = ("金牌", "银牌", "铜牌")


def phone_of(name: str) -> str:
    """The number that somebody gives when he applies."""
    return f"138{sum(ord(one) * 31**n for n, one in enumerate(name)) % 10**8:08d}"
