"""What must leave the house (待发): rows written in the transaction that caused them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import and_, bindparam, func, or_, select, update

from engine.ids import OutboxId, PersonId, ShopId
from engine.money import ZERO, Money
from engine.store.actors import SYSTEM as _SYSTEM
from engine.store.base import Rung, Store, Tx
from engine.store.columns import to_ms
from engine.store.commands import Room, command, question
from engine.store.prepared import Prepared, insert_or, unless_there
from engine.store.tables import outbox

T = TypeVar("T")

LEASE = timedelta(seconds=20)
"""How long a worker may take over one row before another does it again."""

BUNDLED = timedelta(minutes=10)
"""News to one person is this far apart; what comes meanwhile goes out together."""

MOST_TOGETHER = 8
"""Notices that go out in one message."""

ERRANDS = ("picture", "copy", "tag", "given", "payee", "portrait", "came", "bounced")
"""Rows to somebody that are no notice: what he asked for or gave, his label at WeChat, how he came, what bounced."""

ANSWERS = (
    "approved", "rejected", "withdrawal_approved", "withdrawal_rejected", "withdrawal_paid", "judged", "payee_judged",
    "material_judged", "portrait_judged",
)  # fmt: skip
"""Notices of what became of a person's own request: told at once, and no reason to hold news back."""

MOST_ITEMS = 20
"""单号 that one bundle remembers, the newest."""

BOUNCED = "template: "
"""How the reason of a notice begins whose template message did not arrive (TEMPLATESENDJOBFINISH)."""
BLOCKED = f"{BOUNCED}user block"
"""He takes no template messages."""

MOST_TRIES = 8
DEAD_AFTER = timedelta(hours=72)
_WAITS = (5, 15, 60, 300, 1800, 7200, 21600)
"""Seconds between tries."""


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


@dataclass(frozen=True, slots=True)
class Unsent:
    """A row that did not go out: what it was, and what the last try said."""

    id: OutboxId
    kind: str
    person: PersonId | None
    created_at: datetime
    tries: int
    why: str


@dataclass(frozen=True, slots=True)
class Health:
    """How the outbox is doing."""

    ready: int
    waiting: int
    dead: int


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
        return tuple(_row(row) for row in rows)

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


class Post:
    """The worker's side of the outbox: claim a row, say how it went."""

    def __init__(self, store: Store, shop: ShopId) -> None:
        self._store = store
        self._shop = shop

    def claim(self, row: OutboxId) -> Row | None:
        """Take a row for LEASE, committed before anything is sent; None when it is not for taking.

        A notice comes with the others that are ready for the same person; news stays behind while he had some lately.
        """

        def act(tx: Tx) -> Row | None:
            if not self._take(tx, outbox.c.id == row, _takable(tx.now)):
                return None
            mine = _row(tx.run(select(outbox).where(outbox.c.shop_id == tx.shop, outbox.c.id == row)).one())
            if mine.tries > MOST_TRIES:
                # Nobody ever said how it went: whatever it is, it kills the workers that take it.
                self._set(tx, mine, state="dead", error="its workers died", done_at=tx.now)
                return None
            if not mine.is_notice:
                return mine
            his_turn = tx.now if mine.is_answer else self._his_turn(tx, mine)
            if his_turn > tx.now:
                self._set(tx, mine, state="ready", due_at=his_turn, tries=mine.tries - 1, lease_until=None)
                return None
            return replace(mine, more=self._others(tx, mine))

        return self._write(act)

    def sent(self, row: Row, template: str | None = None) -> None:
        """It went out; `template` is WeChat's number of a template message, by which it may bounce yet."""

        def act(tx: Tx) -> None:
            for each in row.all:
                pushed_at = tx.now if each.is_notice and not each.is_answer else None
                self._set(
                    tx, each, state="sent", error=None, done_at=tx.now, pushed_at=pushed_at, template=template
                )

        self._write(act)

    def bounced(self, person: PersonId, number: str, why: str) -> bool:
        """What this template message told waits for the person's next contact.

        False: none of that number is known, but a worker may be about to say that it sent it.
        """

        def act(tx: Tx) -> bool:
            his = (outbox.c.shop_id == tx.shop) & (outbox.c.person_id == person)
            back = tx.run(
                update(outbox)
                .where(his, outbox.c.state == "sent", outbox.c.template == number)
                .values(state="waiting", error=f"{BOUNCED}{why}", template=None)
            )
            on_its_way = his & (outbox.c.state == "sending") & outbox.c.kind.not_in(ERRANDS)
            return bool(back.rowcount) or not tx.run(select(outbox.c.id).where(on_its_way)).first()

        return self._write(act)

    def blocked(self, person: PersonId) -> bool:
        """Did a template message bounce off him, and he was in no contact since?"""
        with self._store.read(self._shop, _SYSTEM) as tx:
            his = (outbox.c.shop_id == tx.shop) & (outbox.c.person_id == person)
            waits = his & (outbox.c.state == "waiting") & (outbox.c.error == BLOCKED)
            return bool(tx.run(select(outbox.c.id).where(waits).limit(1)).first())

    def done(self, row: Row) -> None:
        """There was nothing to send any more, or the person heard it otherwise."""
        self._settle(row, "sent", None)

    def waits(self, row: Row, why: str) -> None:
        """It cannot be pushed now: it is shown when the person next comes."""
        self._settle(row, "waiting", why)

    def died(self, row: Row, why: str) -> None:
        """It will never go out."""
        self._settle(row, "dead", why)

    def back(self, row: Row) -> None:
        """It found no room in this message; it was not tried."""

        def act(tx: Tx) -> None:
            for each in row.all:
                due = tx.now + BUNDLED
                self._set(tx, each, state="ready", due_at=due, tries=each.tries - 1, lease_until=None)

        self._write(act)

    def failed(self, row: Row, why: str) -> None:
        """Try again later, or give up after 8 tries; a message also after 72 hours."""

        def act(tx: Tx) -> None:
            for each in row.all:
                if each.is_last_try(tx.now):
                    self._set(tx, each, state="dead", error=why, done_at=tx.now)
                else:
                    wait = timedelta(seconds=_WAITS[each.tries - 1])
                    self._set(tx, each, state="ready", error=why, due_at=tx.now + wait, lease_until=None)

        self._write(act)

    def dead(self, most: int) -> tuple[Unsent, ...]:
        """What was given up, the newest first."""
        return self._unsent(outbox.c.state == "dead", most)

    def returned(self, most: int) -> tuple[Unsent, ...]:
        """What waits because its template message did not arrive, or because none is tried any more."""
        return self._unsent((outbox.c.state == "waiting") & outbox.c.error.startswith(BOUNCED), most)

    def _unsent(self, which: Any, most: int) -> tuple[Unsent, ...]:
        with self._store.read(self._shop, _SYSTEM) as tx:
            rows = tx.run(
                select(outbox)
                .where(outbox.c.shop_id == tx.shop, which)
                .order_by(outbox.c.created_at.desc(), outbox.c.id)
                .limit(most)
            )
            return tuple(
                Unsent(row.id, row.kind, row.person_id, row.created_at, row.tries, row.error) for row in rows
            )

    def again(self, row: OutboxId | None = None) -> int:
        """Let a row that was given up be tried anew; without a row all of them. Gives how many there were."""

        def act(tx: Tx) -> int:
            whose = [outbox.c.id == row] if row else []
            found = tx.run(
                update(outbox)
                .where(outbox.c.shop_id == tx.shop, outbox.c.state == "dead", *whose)
                .values(state="ready", tries=0, due_at=tx.now, lease_until=None, done_at=None)
                .returning(outbox.c.id, outbox.c.kind)
            ).all()
            tx.rung.extend((OutboxId(one), kind) for one, kind in found)
            return len(found)

        return self._write(act)

    def due(self, most: int = 200) -> tuple[Rung, ...]:
        """Rows that are ready or whose worker died, oldest first."""
        with self._store.read(self._shop, _SYSTEM) as tx:
            rows = tx.run(
                select(outbox.c.id, outbox.c.kind)
                .where(outbox.c.shop_id == tx.shop, _takable(tx.now))
                .order_by(outbox.c.due_at, outbox.c.id)
                .limit(most)
            )
            return tuple((OutboxId(row), kind) for row, kind in rows)

    def health(self) -> Health:
        """Counts for the operator."""
        with self._store.read(self._shop, _SYSTEM) as tx:
            states = tx.run(
                select(outbox.c.state, func.count())
                .where(outbox.c.shop_id == tx.shop)
                .group_by(outbox.c.state)
            )
            counts: dict[str, int] = dict(states.all())
            ready = counts.get("ready", 0) + counts.get("sending", 0)
            return Health(ready, counts.get("waiting", 0), counts.get("dead", 0))

    @staticmethod
    def _take(tx: Tx, *which: Any) -> bool:
        taken = tx.run(
            update(outbox)
            .where(outbox.c.shop_id == tx.shop, *which)
            .values(state="sending", lease_until=tx.now + LEASE, tries=outbox.c.tries + 1)
        )
        return bool(taken.rowcount)

    @staticmethod
    def _his_turn(tx: Tx, mine: Row) -> datetime:
        """When the person may get this news: at once, or BUNDLED after the last, or after a notice on its way."""
        his = (outbox.c.shop_id == tx.shop) & (outbox.c.person_id == mine.person)
        pushed = tx.run(
            select(func.max(outbox.c.pushed_at)).where(his, outbox.c.pushed_at.is_not(None))
        ).scalar_one()
        leased = tx.run(
            select(func.max(outbox.c.lease_until)).where(
                his, outbox.c.state == "sending", outbox.c.kind.not_in(ERRANDS), outbox.c.id != mine.id
            )
        ).scalar_one()
        return max(pushed + BUNDLED if pushed else tx.now, leased or tx.now)

    def _others(self, tx: Tx, mine: Row) -> tuple[Row, ...]:
        """Takes the notices that could follow within BUNDLED, so that they follow in this message."""
        soon = (outbox.c.state == "ready") & (outbox.c.due_at <= tx.now + BUNDLED)
        rows = tx.run(
            select(outbox)
            .where(
                outbox.c.shop_id == tx.shop,
                outbox.c.person_id == mine.person,
                outbox.c.kind.not_in(ERRANDS),
                outbox.c.tries < MOST_TRIES,
                soon,
            )
            .order_by(outbox.c.created_at, outbox.c.id)
            .limit(MOST_TOGETHER - 1)
        ).all()
        self._take(tx, outbox.c.id.in_([row.id for row in rows]))
        return tuple(replace(_row(row), tries=row.tries + 1) for row in rows)

    def _settle(self, row: Row, state: str, why: str | None) -> None:
        def act(tx: Tx) -> None:
            for each in row.all:
                self._set(tx, each, state=state, error=why, done_at=tx.now)

        self._write(act)

    @staticmethod
    def _set(tx: Tx, row: Row, **values: Any) -> None:
        # A worker that overstayed its lease has no say any more: by `tries` the row is another's.
        mine = (outbox.c.state == "sending") & (outbox.c.tries == row.tries)
        tx.run(
            update(outbox).where(outbox.c.shop_id == tx.shop, outbox.c.id == row.id, mine).values(**values)
        )

    def _write(self, act: Callable[[Tx], T]) -> T:
        return self._store.write(self._shop, _SYSTEM, act)


def _takable(now: datetime) -> Any:
    ready = and_(outbox.c.state == "ready", outbox.c.due_at <= now)
    abandoned = and_(outbox.c.state == "sending", outbox.c.lease_until <= now)
    return or_(ready, abandoned)


def _row(row: Any) -> Row:
    return Row(
        row.id, row.shop_id, row.reference, row.person_id, row.kind, row.payload, row.created_at, row.useful_until,
        row.tries,
    )  # fmt: skip
