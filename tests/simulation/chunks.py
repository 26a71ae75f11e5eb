"""What the house does by itself, a chunk at a time, each a row of the outbox, and what the oracle hears of each.

The product's chunks are of fifty; a world is too small for that, so that most worlds are played with chunks of one to
three: people visit, buy and get their money back between two chunks, and the process dies there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from engine import SYSTEM
from engine.ids import BookingId, PromoterId
from engine.orders import intake, known
from engine.payouts import bookings
from engine.referrals import handover, moving
from engine.referrals.handover import Part

if TYPE_CHECKING:
    from tests.simulation.world import Told, World

KINDS = ("booking", "handover", "known", "move")
"""Rows of the outbox that are work of the house's own; the others are messages."""
_ROOMS: tuple[Any, ...] = (bookings, handover, intake, known, moving)


@contextmanager
def chunks_of(most: int) -> Iterator[None]:
    """The engine with chunks of so many."""
    saved = [room.CHUNK for room in _ROOMS]
    for room in _ROOMS:
        room.CHUNK = most
    try:
        yield
    finally:
        for room, before in zip(_ROOMS, saved, strict=True):
            room.CHUNK = before


def carry_on(world: World, row: Any, about: Callable[[str, Callable[[Any], list[Told]]], None]) -> None:
    """The next chunk, as the bot's worker does it; `about` is told first what will have happened."""
    told = {name: str(value) for name, value in row.payload.items()}
    reference = f"outbox:{row.id}"
    desk = world.engine.at(world.shop, SYSTEM, reference)
    match row.kind:
        case "known":
            facts = _known(world, told)
            about(reference, lambda _done: facts)
            desk.claims.carry_on(told["kind"], told["digest"], told.get("after", ""))
        case "move":
            about(reference, lambda _done: _moved(world, told))
            desk.moving.carry_on(told["move"], told["after"])
        case "booking":
            about(reference, lambda _done: [booked(world, told["booking"], told["after"])])
            desk.bookings.carry_on(BookingId(told["booking"]), told["after"])
        case _:
            about(reference, lambda _done: _handed_over(world, told))
            desk.handover.carry_on(
                PromoterId(told["leaver"]), int(told["n"]), Part(told["part"]), told["upline"], told["after"]
            )


def booked(world: World, booking: str, after: str = "") -> Told:
    """A chunk of 线下结算: who was looked at, and how much it settled."""
    ((until, state),) = world.rows("SELECT to_at, state FROM bookings WHERE id = ?", booking)
    ((amount,),) = world.rows(
        "SELECT coalesce(sum(amount), 0) FROM booking_lines WHERE booking_id = ? AND booked_at = ?",
        booking,
        world.now,
    )
    whom = _passed(world, "promoters", f"booking:{booking}:", after)
    facts = {"until": until, "amount": amount, "whom": whom, "over": state == "done"}
    return ("book_more" if after else "book", facts)


def matured(world: World, done: int) -> list[Told]:
    """A chunk of what fell due: the oldest, or all there is."""
    if done < intake.CHUNK:
        return [("tick", {})]
    rows = world.rows(
        "SELECT o.number, c.line, c.level, p.person_id FROM commissions c JOIN orders o ON o.id = c.order_id"
        " JOIN promoters p ON p.id = c.promoter_id WHERE c.state = 'available' AND c.matured_at = ?",
        world.now,
    )
    shares = sorted((number, (line, level, world.names[who])) for number, line, level, who in rows)
    return [("matured", {"shares": shares})]


def _known(world: World, told: dict[str, str]) -> list[Told]:
    """Somebody is known by a phone or a unionid now, and what was paid after an order is next."""
    kind, digest = told["kind"], world.engine.store.cipher.digest
    values = world.phones if kind == "phone" else {f"u_{name}": name for name in world.people}
    value = next((one for one in values if digest(kind, one) == told["digest"]), "")
    rows = world.rows("SELECT paid_at FROM orders WHERE id = ?", told.get("after", ""))
    name = value if kind == "phone" else value.removeprefix("u_")
    return [("known", {"kind": kind, "value": name, "after": rows[0][0] if rows else None})]


def _moved(world: World, told: dict[str, str]) -> list[Told]:
    """Some of a promoter's customers go to another."""
    ((source, target, how, wished),) = world.rows(
        "SELECT source, target, how, at FROM moves WHERE id = ?", told["move"]
    )
    facts = {"source": world.name_of(source), "promoter": world.name_of(target), "how": how}
    whom = _passed(world, "people", f"move:{told['move']}:", told["after"])
    return [("transferred", {**facts, "move": told["move"], "wished": wished, "whom": whom})]


def _handed_over(world: World, told: dict[str, str]) -> list[Told]:
    """A leaver's customers went with his termination: only the lists learn of it now; his downlines go now."""
    if told["part"] == "customers":
        return []
    leaver, n = told["leaver"], told["n"]
    ((left,),) = world.rows("SELECT since FROM promoter_history WHERE promoter_id = ? AND n = ?", leaver, n)
    references = f"handover:{leaver}:{n}:downlines:"
    facts = {"person": world.name_of(leaver), "upline": world.name_of(told["upline"]), "left": left}
    over = not _following(world, references, told["after"])
    return [
        ("downlines", {**facts, "whom": _passed(world, "promoters", references, told["after"]), "over": over})
    ]


def _following(world: World, references: str, after: str) -> str:
    """Where the next chunk begins; empty when there is none."""
    ((reference,),) = world.rows(
        "SELECT max(reference) FROM outbox WHERE reference > ? AND reference < ?",
        references + after,
        references + "~",
    )
    return str(reference or "").removeprefix(references)


def _passed(world: World, whose: str, references: str, after: str) -> list[str]:
    """Everybody whom a chunk passed: from where the last one ended to where the next one begins, if there is one."""
    last = _following(world, references, after) or "~"
    ids = (
        {person: name for name, person in world.people.items()}
        if whose == "people"
        else {
            promoter: world.names[person]
            for promoter, person in world.rows("SELECT id, person_id FROM promoters")
        }
    )
    return sorted(name for one, name in ids.items() if after < one <= last)
