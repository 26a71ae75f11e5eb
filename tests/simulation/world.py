"""A whole shop from one seed: the real engine, and everything outside of it played.

What people and the shop want to say is a Delivery, known by its reference, and kept outside of the process: whatever
was not answered is delivered again, also while the first try is still under way. The process may die at any point.
What took effect is told to the oracle at the moment of its commit; from time to time, and at the end, both compare.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from greenlet import getcurrent

from engine import FEED, OPERATOR, SYSTEM, Actor, Desk, Engine, someone
from engine.errors import Refusal
from engine.ids import Ids, OutboxId, PersonId, ShopId
from engine.money import Money
from engine.orders import intake
from engine.store.columns import EPOCH, from_ms, to_ms
from engine.store.commands import ResultGoneError
from tests.engine.world import MONDAY, WECHAT
from tests.simulation import chunks
from tests.simulation.checks import cheap, compare, sent_is_sent
from tests.simulation.oracle.oracle import Oracle
from tests.simulation.stage import PlayedBell, Stage, fresh_database, played_engine, raw

Told = tuple[str, dict[str, Any]]
AUDIT_EVERY = 256


class Broken(AssertionError):
    """Something that must hold did not: which seed, at which step, and what."""

    def __init__(self, seed: object, step: int, what: str) -> None:
        super().__init__(f"seed {seed}, step {step}: {what}")
        self.seed, self.step, self.what = seed, step, what


@dataclass
class Delivery:
    """Something that somebody outside wants, until it is answered or he gives up."""

    reference: str
    actor: Actor
    say: Callable[[Desk], Any]
    told: Callable[[Any], list[Told]] = lambda _result: []
    """What has happened, once it took effect."""
    then: Callable[[Any], None] = lambda _result: None
    """What he does when he hears that it worked."""
    openid: str = ""
    patient: bool = False
    """The shop's feed says it until it is heard; a person's phone gives up after the third time."""
    tries: int = 0
    done: bool = False


@dataclass
class Faults:
    """How often what goes wrong."""

    crash: float = 0.03
    lost_answer: float = 0.1
    failed_send: float = 0.15
    lost_ring: float = 0.1


class PlayedClock:
    """Moves only when the world moves it; every commit takes at least a millisecond."""

    def __init__(self) -> None:
        self.time = MONDAY

    def now(self) -> datetime:
        return self.time


@dataclass
class World:
    """One shop, from a seed to its rest."""

    seed: object
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        self.random = random.Random(f"world:{self.seed}")
        self.stage = Stage(self.seed)
        self.stage.died = self._restart
        self.clock = PlayedClock()
        self.dice = random.Random(f"ids:{self.seed}")
        self.ids = Ids(self.dice)
        self.oracle = Oracle(intake.CHUNK)
        self.database = fresh_database()
        self.raw = raw(self.database)
        self.bell = PlayedBell(self.stage, self._ring)
        self.queue: list[tuple[str, str]] = []
        self.deliveries: list[Delivery] = []
        self.effective: set[str] = set()
        self.sent: set[str] = set()
        """Rows of the outbox that really went out."""
        self.names: dict[str, str] = {}
        self.people: dict[str, PersonId] = {}
        self.phones: set[str] = set()
        """Every phone that anybody may be known by."""
        self.money_sent: dict[str, int] = {}
        """What the merchant has really paid, by withdrawal."""
        self.bills: dict[str, str] = {}
        self.known_codes: set[str] = set()
        self.references = 0
        self.verbs: Counter[str] = Counter()
        self.engine = self._start()
        self.shop: ShopId = self.engine.open_shop("wx_app", "小店")

    # --- the process

    def _start(self) -> Engine:
        return played_engine(self.database, self.stage, self.clock, self.ids, self.bell, self._committed)

    def _restart(self) -> None:
        """Everything that was in memory is gone; Redis and the database are not, nor is the world outside."""
        self.engine = self._start()

    def _ring(self, rows: tuple[tuple[str, str], ...]) -> None:
        if self.random.random() >= self.faults.lost_ring:
            self.queue += rows

    def _committed(self, delivery: Delivery | None, result: Any) -> None:
        """A transaction is in: what it was about is a fact now, and the invariants hold."""
        if delivery is not None and delivery.reference not in self.effective:
            self.effective.add(delivery.reference)
            for what, facts in delivery.told(result):
                self.tell(what, **facts)
        self.move(milliseconds=1)
        found = cheap(self)
        if found:
            raise Broken(self.seed, self.stage.steps, found)

    def tell(self, what: str, **facts: Any) -> None:
        """The oracle hears what has just taken effect."""
        self.stage.note(f"{to_ms(self.clock.time)} {what} {facts}")
        try:
            self.oracle.tell(what, to_ms(self.clock.time), **facts)
        except AssertionError as wrong:
            raise Broken(self.seed, self.stage.steps, f"{type(wrong).__name__}: {wrong}") from wrong

    # --- time and people

    @property
    def now(self) -> int:
        return to_ms(self.clock.time)

    def move(self, **by: float) -> None:
        self.clock.time = from_ms(self.now + timedelta(**by) // timedelta(milliseconds=1))

    def person(self, name: str) -> PersonId:
        """Met once, at the beginning."""
        if name not in self.people:
            self.people[name] = self.engine.meet(self.shop, f"o_{name}").person
            self.names[self.people[name]] = name
        return self.people[name]

    def rows(self, statement: str, *values: Any) -> list[Any]:
        """A look at the tables between transactions."""
        return self.raw.execute(statement, values).fetchall()

    def code(self, name: str) -> str:
        found = self.rows("SELECT code FROM promoters WHERE person_id = ?", self.person(name))
        return found[0][0] if found else "NOCODE"

    def promoters(self) -> dict[str, str]:
        """Name → status."""
        return {
            self.names[person]: status
            for person, status in self.rows("SELECT person_id, status FROM promoters ORDER BY joined_at, id")
        }

    def name_of(self, promoter: str | None) -> str | None:
        if not promoter:
            return None
        return self.names[self.rows("SELECT person_id FROM promoters WHERE id = ?", promoter)[0][0]]

    # --- deliveries

    def deliver(self, who: str | Actor, say: Callable[[Desk], Any], **more: Any) -> Delivery:
        """Somebody says something; it is delivered until it is answered."""
        self.references += 1
        actor = someone(self.person(who)) if isinstance(who, str) else who
        openid = f"o_{who}" if isinstance(who, str) else ""
        made = Delivery(more.pop("reference", f"d{self.references}"), actor, say, openid=openid, **more)
        self.deliveries.append(made)
        return made

    def attempt(self, one: Delivery) -> None:
        """One try, as the process makes it."""
        one.tries += 1
        self.stage.spawn(one.reference, lambda: self._handle(one))

    def _handle(self, one: Delivery) -> None:
        self.stage.stop("arrives")
        if one.openid:
            self.engine.meet(self.shop, one.openid)
        desk = self.engine.at(self.shop, one.actor, one.reference)
        self._about(one)
        refusal, result = None, None
        try:
            result = one.say(desk)
        except Refusal as refused:
            refusal = refused
        except ResultGoneError:  # done, and he was forgotten since: nobody is left who reads the answer
            one.done = True
        self._about(None)
        self.stage.outside("answer")
        if self.random.random() < self.faults.lost_answer and not one.done:
            return
        if not one.done:
            one.done = True
            self.stage.note(f"{one.reference} {refusal or 'done'}")
            if refusal is None:
                one.then(result)
        self.stage.back("answer")

    @staticmethod
    def _about(one: Delivery | None) -> None:
        task: Any = getcurrent()
        if hasattr(task, "delivery"):
            task.delivery = one

    def _about_row(self, reference: str, told: Callable[[Any], list[Told]]) -> None:
        self._about(Delivery(reference, SYSTEM, lambda _desk: None, told))

    def at_once(self, who: str | Actor, say: Callable[[Desk], Any], **more: Any) -> Any:
        """Said and done, with nobody in between: how a world is set up."""
        heard: list[Any] = []
        then = more.pop("then", lambda _result: None)
        one = self.deliver(who, say, then=heard.append, **more)
        faults, self.faults = self.faults, Faults(0, 0, 0, 0)
        rate, self.stage.crash_rate = self.stage.crash_rate, 0.0
        self.attempt(one)
        while self.stage.tasks:
            self.stage.turn()
        self.faults, self.stage.crash_rate = faults, rate
        self.deliveries.remove(one)
        assert heard, f"{one.reference} was refused"
        then(heard[0])
        return heard[0]

    # --- the worker and the tick

    def work(self) -> None:
        """A worker takes the next job."""
        row, _kind = self.queue.pop(0)
        self.stage.spawn(f"work {row}", lambda: self._post(OutboxId(row)))

    def _post(self, row_id: OutboxId) -> None:
        post = self.engine.post(self.shop)
        honest = post._write
        post._write = lambda act: honest(lambda tx: self._watched(row_id, act, tx))  # type: ignore[method-assign]
        row = post.claim(row_id)
        post._write = honest  # type: ignore[method-assign]
        if row is not None:
            self._send(post, row)

    def _watched(self, row: OutboxId, act: Callable[[Any], Any], tx: Any) -> Any:
        """Nobody may take a row out of another's hands while the lease lives."""
        before = self.rows("SELECT state, lease_until FROM outbox WHERE id = ?", row)
        taken = act(tx)
        if taken is not None and before and before[0][0] == "sending" and before[0][1] > self.now:
            raise Broken(self.seed, self.stage.steps, f"row {row} is in two hands")
        return taken

    def _send(self, post: Any, row: Any) -> None:
        if row.kind in chunks.KINDS:
            chunks.carry_on(self, row, self._about_row)
            self._about(None)
            self.sent.add(row.id)
            post.sent(row)
            return
        self.stage.outside("wechat")
        luck = self.random.random()
        if luck < self.faults.failed_send / 2:
            self.stage.back("wechat")
            post.failed(row, "unreachable")
            return
        self.sent.update(each.id for each in row.all)
        self.stage.back("wechat")
        if luck < self.faults.failed_send:
            post.failed(row, "timed out")  # it went out, but nobody says so
        elif luck < self.faults.failed_send * 1.5 and row.person:
            post.waits(row, "45015")
        else:
            post.sent(row)

    def tick(self) -> None:
        """The clock hand makes a round."""
        self.references += 1
        name = f"tick{self.references}"
        self.stage.spawn(name, lambda: self._round(name))

    def _round(self, name: str) -> None:
        if not self.engine.leases.take("tick", "the one", timedelta(seconds=20)):
            return
        self.queue += [row for row in self.engine.post(self.shop).due() if row not in self.queue]
        done = most = intake.CHUNK
        while done == most:
            self.references += 1
            reference = f"{name}.{self.references}"
            self._about_row(reference, lambda done: chunks.matured(self, done))
            done = self.engine.at(self.shop, SYSTEM, reference).orders.mature()
            self._about(None)

    # --- the run

    def run(self, steps: int, moves: Any) -> None:
        """So many steps with everything going wrong, then without; it must come to rest, and all must be right."""
        self.stage.crash_rate = self.faults.crash
        begun = self.stage.steps
        audited = begun
        while self.stage.steps - begun < steps:
            self._next(moves)
            if self.stage.steps - audited >= AUDIT_EVERY:
                audited = self.stage.steps
                self.audit()
        self.rest(moves)

    def _next(self, moves: Any) -> None:
        if len(self.stage.tasks) < 5 and self.random.random() < 0.4:
            self._begin(moves)
        if self.stage.tasks:
            self._turn()

    def _turn(self) -> None:
        """One step; whatever is neither a refusal nor a crash is a bug of the engine's."""
        try:
            self.stage.turn()
        except Broken:
            raise
        except Exception as bug:
            raise Broken(self.seed, self.stage.steps, f"{type(bug).__name__}: {bug}") from bug

    def _begin(self, moves: Any) -> None:
        luck = self.random.random()
        waiting = [one for one in self.deliveries if not one.done and (one.patient or one.tries < 3)]
        self.deliveries = waiting
        fresh = [one for one in waiting if not one.tries]
        if luck < 0.03:
            self.tick()
        elif self.queue and luck < 0.25:
            self.work()
        elif waiting and luck < 0.4:  # perhaps again, while the first try is under way
            self.attempt(self.random.choice(waiting))
        elif fresh:
            self.attempt(self.random.choice(fresh))
        else:
            moves.make(self)

    def rest(self, moves: Any) -> None:
        """Nothing goes wrong any more: all is delivered, sent and matured."""
        self.faults, self.stage.crash_rate = Faults(0, 0, 0, 0), 0.0
        for _ in range(400):
            while self.stage.tasks:
                self._turn()
            waiting = [one for one in self.deliveries if not one.done and (one.patient or one.tries < 3)]
            for one in waiting[:5]:
                self.attempt(one)
            self.deliveries = waiting
            for _ in self.queue[:5]:
                self.work()
            if not (waiting or self.queue):
                if self._is_quiet():
                    break
                moves.settle(self)
                self.move(minutes=7)
                self.tick()
        else:
            raise Broken(self.seed, self.stage.steps, "the world does not come to rest")
        moves.settle(self)
        self._last_round()
        self.audit()
        found = sent_is_sent(self)
        if found:
            raise Broken(self.seed, self.stage.steps, found)

    def _is_quiet(self) -> bool:
        """Nothing is left to be sent, now or after a wait."""
        states = dict(self.rows("SELECT state, count(*) FROM outbox GROUP BY state"))
        return not (states.get("ready") or states.get("sending"))

    def _last_round(self) -> None:
        self.tick()
        while self.stage.tasks:
            self._turn()

    def audit(self) -> None:
        """The engine's own audit, and the oracle's figures against the engine's."""
        tasks, self.stage.tasks = self.stage.tasks, []  # nobody moves meanwhile
        found = [*self.engine.at(self.shop, SYSTEM, "audit").reports.audit().findings, *compare(self)]
        self.stage.tasks = tasks
        held = self.rows("SELECT owner, account, amount FROM balances ORDER BY owner, account")
        self.stage.note(f"audit {held}")
        if found:
            raise Broken(self.seed, self.stage.steps, "; ".join(map(str, found[:5])))

    def saved(self) -> Any:
        """The world as it stands, nothing under way: database, clock, dice, names."""
        copy = sqlite3.connect(":memory:")
        self.raw.backup(copy)
        ids = self.dice.getstate()
        return (
            copy,
            ids,
            self.clock.time,
            self.references,
            dict(self.names),
            dict(self.people),
            set(self.sent),
        )

    def restore(self, saved: Any) -> None:
        """Back to there."""
        copy, ids, self.clock.time, self.references, names, people, sent = saved
        copy.backup(self.raw)
        self.dice.setstate(ids)
        self.names, self.people, self.sent = dict(names), dict(people), set(sent)

    def count_verbs(self) -> Counter[str]:
        """Which verbs took effect, and how often."""
        return Counter(dict(self.rows("SELECT verb, count(*) FROM commands GROUP BY verb")))


def instant(ms: int) -> datetime:
    """For the engine, which speaks in instants."""
    return from_ms(ms)


__all__ = ["EPOCH", "FEED", "OPERATOR", "WECHAT", "Broken", "Faults", "Money", "World", "instant"]
