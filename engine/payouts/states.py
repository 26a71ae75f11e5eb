"""The states of a withdrawal (提现) and the moves between them; what is not listed is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from engine.errors import Refusal


class State(Enum):
    """Where a withdrawal stands."""

    REQUESTED = "requested"
    """待审核"""
    APPROVED = "approved"
    """待打款"""
    IN_HAND = "in_hand"
    """Somebody of the staff is paying it by hand (打款中)."""
    SENDING = "sending"
    CONFIRMING = "confirming"
    UNKNOWN = "unknown"
    PAID = "paid"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN = frozenset(
    {State.REQUESTED, State.APPROVED, State.IN_HAND, State.SENDING, State.CONFIRMING, State.UNKNOWN}
)
"""A promoter has at most one of these."""

MOVES: dict[tuple[State, str], State] = {
    (State.REQUESTED, "approve"): State.APPROVED,
    (State.REQUESTED, "reject"): State.REJECTED,
    (State.REQUESTED, "cancel"): State.CANCELLED,
    (State.APPROVED, "reject"): State.REJECTED,
    (State.APPROVED, "cancel"): State.CANCELLED,
    (State.APPROVED, "take_in_hand"): State.IN_HAND,
    (State.IN_HAND, "put_back"): State.APPROVED,
    (State.IN_HAND, "mark_paid"): State.PAID,
    # after a restore: the operator knows that it was paid, the restored book does not
    (State.REQUESTED, "found_paid"): State.PAID,
    (State.APPROVED, "found_paid"): State.PAID,
    (State.IN_HAND, "found_paid"): State.PAID,
}


@dataclass(eq=False)
class WrongState(Refusal):
    """The withdrawal's state does not allow that (somebody else was faster)."""

    code: str
    state: State


def after(code: str, state: State, verb: str) -> State:
    """The state after the verb. Raises WrongState."""
    if (state, verb) not in MOVES:
        raise WrongState(code, state)
    return MOVES[state, verb]
