"""The worker's side of the outbox: a row is claimed, and what became of it is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import and_, bindparam, func, or_, select, update

from engine.ids import OutboxId, PersonId, ShopId
from engine.outbox import BUNDLED, ERRANDS, MOST_TRIES, Row, put, row_of
from engine.store.actors import SYSTEM as _SYSTEM
from engine.store.base import Rung, Store, Tx
from engine.store.prepared import Answer, Prepared
from engine.store.tables import outbox

T = TypeVar("T")

LEASE = timedelta(seconds=20)
"""How long a worker may take over one row before another does it again."""

MOST_TOGETHER = 8
"""Notices that go out in one message."""

BOUNCED = "template: "
"""How the reason of a notice begins whose template message did not arrive (TEMPLATESENDJOBFINISH)."""
BLOCKED = f"{BOUNCED}user block"
"""He takes no template messages."""

_WAITS = (5, 15, 60, 300, 1800, 7200, 21600)
"""Seconds between tries."""


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


_THIS = (outbox.c.shop_id == bindparam("of_shop")) & (outbox.c.id == bindparam("of_row"))
_HIS = (outbox.c.shop_id == bindparam("shop")) & (outbox.c.person_id == bindparam("person"))
_IS_NOTICE = and_(*(outbox.c.kind != errand for errand in ERRANDS))
_TAKABLE = or_(
    and_(outbox.c.state == "ready", outbox.c.due_at <= bindparam("now")),
    and_(outbox.c.state == "sending", outbox.c.lease_until <= bindparam("now")),
)
_SENDING = (
    update(outbox)
    .where(_THIS)
    .values(state="sending", lease_until=bindparam("leased"), tries=outbox.c.tries + 1)
    .returning(*outbox.c)
)
_CLAIM = Prepared(_SENDING.where(_TAKABLE))
_TAKE = Prepared(_SENDING)
# A worker that overstayed its lease has no say any more: by `tries` the row is another's.
_SAY = Prepared(
    update(outbox).where(_THIS, outbox.c.state == "sending", outbox.c.tries == bindparam("of_tries"))
)
_DUE = Prepared(
    select(outbox.c.id, outbox.c.kind)
    .where(outbox.c.shop_id == bindparam("shop"), _TAKABLE)
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("most"))
)
_PUSHED = Prepared(select(func.max(outbox.c.pushed_at)).where(_HIS, outbox.c.pushed_at.is_not(None)))
_LEASED = Prepared(
    select(func.max(outbox.c.lease_until)).where(
        _HIS, _IS_NOTICE, outbox.c.state == "sending", outbox.c.id != bindparam("but")
    )
)
_SOON = Prepared(
    select(outbox.c.id)
    .where(
        _HIS,
        _IS_NOTICE,
        outbox.c.tries < MOST_TRIES,
        outbox.c.state == "ready",
        outbox.c.due_at <= bindparam("soon"),
    )
    .order_by(outbox.c.created_at, outbox.c.id)
    .limit(MOST_TOGETHER - 1)
)


class Post:
    """The outbox of one shop, for its workers and the clock hand."""

    def __init__(self, store: Store, shop: ShopId) -> None:
        self._store = store
        self._shop = shop

    def claim(self, row: OutboxId) -> Row | None:
        """Take a row for LEASE, committed before anything is sent; None when it is not for taking.

        A notice comes with the others that are ready for the same person; news stays behind while he had some lately.
        """

        def act(tx: Tx) -> Row | None:
            taken = self._take(tx, _CLAIM, row, now=tx.now).one_or_none()
            if taken is None:
                return None
            mine = row_of(taken)
            if mine.tries > MOST_TRIES:
                # Nobody ever said how it went: whatever it is, it kills the workers that take it.
                self._bury(tx, mine, "its workers died")
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

        def act(tx: Tx) -> None:
            for each in row.all:
                self._bury(tx, each, why)

        self._write(act)

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
                    self._bury(tx, each, why)
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
            rows = tx.ask(_DUE, now=tx.now, most=most)
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
    def _take(tx: Tx, how: Prepared, row: OutboxId, **given: datetime) -> Answer:
        return tx.tell(how, {"of_shop": tx.shop, "of_row": row, "leased": tx.now + LEASE, **given})

    @staticmethod
    def _his_turn(tx: Tx, mine: Row) -> datetime:
        """When the person may get this news: at once, or BUNDLED after the last, or after a notice on its way."""
        pushed = tx.ask(_PUSHED, person=mine.person).scalar_one()
        leased = tx.ask(_LEASED, person=mine.person, but=mine.id).scalar_one()
        return max(pushed + BUNDLED if pushed else tx.now, leased or tx.now)

    def _others(self, tx: Tx, mine: Row) -> tuple[Row, ...]:
        """Takes the notices that could follow within BUNDLED, so that they follow in this message."""
        soon = tx.ask(_SOON, person=mine.person, soon=tx.now + BUNDLED)
        return tuple(row_of(self._take(tx, _TAKE, row.id).one()) for row in soon)

    def _settle(self, row: Row, state: str, why: str | None) -> None:
        def act(tx: Tx) -> None:
            for each in row.all:
                self._set(tx, each, state=state, error=why, done_at=tx.now)

        self._write(act)

    def _bury(self, tx: Tx, row: Row, why: str) -> None:
        """Nothing more is tried; who was promised a picture hears that it does not come."""
        buried = self._set(tx, row, state="dead", error=why, done_at=tx.now)
        if buried and row.kind == "picture":
            put(tx, f"undrawn:{row.id}", "undrawn", {"what": row.payload["what"]}, to=row.person)

    @staticmethod
    def _set(tx: Tx, row: Row, **values: Any) -> bool:
        """Whether this worker still had a say."""
        said = tx.tell(_SAY, {"of_shop": tx.shop, "of_row": row.id, "of_tries": row.tries, **values})
        return bool(said.rowcount)

    def _write(self, act: Callable[[Tx], T]) -> T:
        return self._store.write(self._shop, _SYSTEM, act)
