"""What must leave the house (待发): rows written in the transaction that caused them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from engine.ids import OutboxId, PersonId, ShopId
from engine.money import ZERO, Money
from engine.store.base import Tx
from engine.store.columns import to_ms
from engine.store.commands import Room, command, question
from engine.store.prepared import Prepared, insert_or, unless_there
from engine.store.tables import outbox

BUNDLED = timedelta(minutes=10)
"""News to one person is this far apart; what comes meanwhile goes out together."""

ERRANDS = ("picture", "copy", "tag", "given", "payee", "portrait", "came", "bounced")
"""Rows to somebody that are no notice: what he asked for or gave, his label at WeChat, how he came, what bounced."""

ANSWERS = (
    "approved", "rejected", "withdrawal_approved", "withdrawal_rejected", "withdrawal_paid", "judged", "payee_judged",
    "material_judged", "portrait_judged", "undrawn",
)  # fmt: skip
"""Notices of what became of a person's own request: told at once, and no reason to hold news back."""

MOST_ITEMS = 20
"""单号 that one bundle remembers, the newest."""

MOST_TRIES = 8
DEAD_AFTER = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to send or to do."""

    id: OutboxId
    shop: ShopId
    reference: str
    person: PersonId | None
    kind: str
    payload: Mapping[str, Any]
    created_at: datetime
    useful_until: datetime | None
    tries: int
    more: tuple[Row, ...] = ()
    """Other notices to the same person, claimed with this one: they go out, or fail, together."""

    @property
    def is_notice(self) -> bool:
        """Words to a person, unasked; the others are errands, and work of the house's own (to nobody)."""
        return self.person is not None and self.kind not in ERRANDS

    @property
    def is_answer(self) -> bool:
        """The result of something that the person asked for himself."""
        return self.kind in ANSWERS

    def is_last_try(self, now: datetime) -> bool:
        """Does a failure give it up? After 8 tries; what is to somebody also after 72 hours."""
        stale = self.person is not None and now - self.created_at > DEAD_AFTER
        return self.tries >= MOST_TRIES or stale

    @property
    def all(self) -> tuple[Row, ...]:
        """It and what was claimed with it, each by itself."""
        return (replace(self, more=()), *self.more)


_LAST = (
    select(outbox.c.id, outbox.c.due_at, outbox.c.state, outbox.c.payload)
    .where(
        outbox.c.shop_id == bindparam("shop"),
        outbox.c.person_id == bindparam("to"),
        outbox.c.kind == bindparam("kind"),
    )
    .order_by(outbox.c.due_at.desc())
    .limit(1)
)
_NEWEST = Prepared(_LAST)
_OPEN = Prepared(_LAST.where((outbox.c.state == "ready") | (outbox.c.state == "waiting")))
# RETURNING, not rowcount: psycopg tells -1 for every INSERT.
_PUT = insert_or(lambda insert: unless_there(insert).returning(outbox.c.id), outbox)
_CHANGE = Prepared(
    update(outbox).where(outbox.c.shop_id == bindparam("of_shop"), outbox.c.id == bindparam("of_row"))
)


def put(
    tx: Tx,
    reference: str,
    kind: str,
    payload: Mapping[str, Any],
    *,
    to: PersonId | None = None,
    due_at: datetime | None = None,
    useful_until: datetime | None = None,
) -> None:
    """Write a row once per reference, and ring for it after the commit."""
    row = OutboxId(tx.ids.new("ob"))
    made = tx.tell(
        _PUT,
        {
            "shop_id": tx.shop, "id": row, "reference": reference, "person_id": to, "kind": kind,
            "payload": dict(payload), "created_at": tx.now, "due_at": due_at or tx.now,
            "useful_until": useful_until, "state": "ready", "tries": 0,
        },
    ).one_or_none()  # fmt: skip
    if made and (due_at is None or due_at <= tx.now):
        tx.rung.append((row, kind))


def hurry(tx: Tx, row: OutboxId, kind: str) -> None:
    """A row that waits for its next try is due now, and rung for after the commit."""
    late = (
        outbox.c.shop_id == tx.shop,
        outbox.c.id == row,
        outbox.c.state == "ready",
        outbox.c.due_at > tx.now,
    )
    if tx.run(update(outbox).where(*late).values(due_at=tx.now)).rowcount:
        tx.rung.append((row, kind))


def latest(tx: Tx, to: PersonId, kind: str) -> tuple[datetime, str] | None:
    """When the newest row of this kind to this person is or was due, and its state."""
    row = tx.ask(_NEWEST, to=to, kind=kind).one_or_none()
    return (row.due_at, row.state) if row else None


def bundle(tx: Tx, to: PersonId, kind: str, item: str = "", amount: Money = ZERO) -> None:
    """Let a person know that there is something new, at most once in BUNDLED; the words are made when it is sent.

    `item` (a 单号) joins the others of the bundle that is not sent yet, and `amount` is added to theirs.
    """
    last = latest(tx, to, kind)
    if last and last[1] in ("ready", "waiting"):
        _join(tx, to, kind, item, amount)
        return
    due = max(tx.now, last[0] + BUNDLED) if last else tx.now
    sum_ = {"fen": amount.fen} if amount else {}
    put(tx, f"{kind}:{to}:{to_ms(due)}", kind, {"items": [item] if item else [], **sum_}, to=to, due_at=due)


def _join(tx: Tx, to: PersonId, kind: str, item: str, amount: Money) -> None:
    row = tx.ask(_OPEN, to=to, kind=kind).one()
    items = row.payload.get("items", [])
    payload = dict(row.payload)
    if item and item not in items:
        payload["items"] = [*items, item][-MOST_ITEMS:]
    if amount:
        payload["fen"] = row.payload.get("fen", 0) + amount.fen
    if payload != row.payload:
        tx.tell(_CHANGE, {"of_shop": tx.shop, "of_row": row.id, "payload": payload})


class Notices(Room):
    """What could not be pushed to a person, shown at his next contact (你不在的时候)."""

    @question
    def waiting(self, tx: Tx, most: int) -> tuple[Row, ...]:
        """The actor's oldest notices that could not be pushed."""
        rows = tx.run(
            select(outbox)
            .where(
                outbox.c.shop_id == tx.shop,
                outbox.c.person_id == tx.actor.person,
                outbox.c.state == "waiting",
            )
            .order_by(outbox.c.created_at, outbox.c.id)
            .limit(most)
        )
        return tuple(row_of(row) for row in rows)

    @command
    def seen(self, tx: Tx, shown: tuple[OutboxId, ...]) -> int:
        """These were shown to the actor: they count as sent. Gives how many there were."""
        done = tx.run(
            update(outbox)
            .where(
                outbox.c.shop_id == tx.shop,
                outbox.c.person_id == tx.actor.person,
                outbox.c.state == "waiting",
                outbox.c.id.in_(shown),
            )
            .values(state="sent", done_at=tx.now)
        )
        return int(done.rowcount)

    @command
    def bounced(self, tx: Tx, number: str, why: str) -> None:
        """A template message to the actor that WeChat had taken did not arrive; a worker looks which notice it was."""
        told = {"number": number, "why": why}
        put(tx, f"bounced:{tx.actor.person}:{number}", "bounced", told, to=tx.actor.person)


def row_of(row: Any) -> Row:
    """A row of the table as a record."""
    return Row(
        row.id, row.shop_id, row.reference, row.person_id, row.kind, row.payload, row.created_at, row.useful_until,
        row.tries,
    )  # fmt: skip
