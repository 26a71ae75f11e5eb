"""Two shops in one database in which everything bears the same ids: neither knows of the other.

The first lives its life, then the second, an hour later and through the same verbs. What the second is told is what a
shop is told that has the database to itself.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Any, get_args

from sqlalchemy import select

from engine import SYSTEM, Desk, Engine
from engine.cipher import Cipher
from engine.errors import EngineError, Refusal
from engine.ids import AdjustmentId, GroupId, Ids, VisitId
from engine.ledger.audit import quietly
from engine.money import Money
from engine.orders.events import Buyer, Heard, PlacedBy
from engine.orders.facts import Payment, Received
from engine.orders.quoting import Wanted
from engine.payouts.states import State
from engine.programme.modes import Goods
from engine.programme.pictures import What
from engine.programme.products import Product
from engine.reports import details
from engine.store.commands import VERBS
from engine.store.tables import bookings, entries, groups, orders, visits
from tests.engine.people.rights_table import ROWS
from tests.engine.people.test_rights_table import NOBODY, Scene, act_of
from tests.engine.world import KEY, MONDAY, MovableClock, World


def test_a_shop_is_told_the_same_whoever_lives_beside_it(shared_engine: Engine, database_url: str) -> None:
    engine = Engine(database_url, clock=MovableClock(), ids=Ids(random.Random(0)), cipher=Cipher((KEY,)))
    _, did_alone, told_alone = life(engine, "alone", MONDAY)
    engine.store.close()
    other, *_ = life(shared_engine, "other", MONDAY - timedelta(hours=1))
    before = list(answers(other.world, other, "老板"))
    _, did, told = life(shared_engine, "beside", MONDAY)
    assert len(did) > 700
    assert [one for one in zip(did, did_alone, strict=True) if one[0] != one[1]] == []
    assert len(told) > 500
    assert [one for one in zip(told, told_alone, strict=True) if one[0] != one[1]] == []
    assert list(answers(other.world, other, "老板")) == before


def life(engine: Engine, name: str, start: datetime) -> tuple[Scene, list[str], list[str]]:
    """Everything that happens in a shop, what every verb of it came to, and what every question is answered then."""
    clock = MovableClock(start)
    shops = [World("", app=f"wx_two_{name}_{which}", engine=engine, clock=clock) for which in range(3)]
    engine.store.ids = Ids(random.Random("two shops"))
    scene = Scene(*shops)
    calls, did = scene.calls(), []
    for row in ROWS:
        given = calls.get((row.verb, row.what), (NOBODY,) if row.what == "none" else ())
        world = scene.shop_of(row)
        for desk in (world.boss, world.of("bob"), world.at(SYSTEM)):
            did.append(f"{row.verb}: {row.what}: {outcome(partial(act_of(desk, row.verb), *given))}")
    asked = [(scene.world, "老板"), (scene.world, "bob"), (scene.world, "carol"), (scene.offline, "老板")]
    told = [one for world, who in asked for one in answers(world, scene, who)]
    return scene, did, told


def answers(world: World, scene: Scene, who: str) -> Iterator[str]:
    """Every question there is, asked by one person."""
    known = facts(scene, world)
    for name, ask in questions(world.of(who)):
        wanted = asked_for(ask)
        for given in product(*(known[f"{one.name}: {one.annotation}"] for one in wanted)):
            named = {one.name: value for one, value in zip(wanted, given, strict=True)}
            yield f"{who}: {name} {named}: {outcome(partial(ask, **named))}".replace(world.shop, "here")


def questions(desk: Desk) -> Iterator[tuple[str, Callable[..., Any]]]:
    for room in (getattr(desk, name) for name in dir(Desk) if isinstance(getattr(Desk, name), property)):
        kind = type(room).__name__.lower().removesuffix("room")
        for name in dir(room):
            act = getattr(room, name)
            if name[0] != "_" and hasattr(act, "__wrapped__") and f"{kind}.{name}" not in VERBS:
                yield f"{kind}.{name}", act


def asked_for(ask: Callable[..., Any]) -> list[inspect.Parameter]:
    _tx, *given = inspect.signature(ask).parameters.values()
    return given


def outcome(act: Callable[[], Any]) -> str:
    try:
        return repr(act())
    except (Refusal, EngineError) as no:
        return f"{type(no).__name__} {no.args} {vars(no)}"


def facts(scene: Scene, world: World) -> dict[str, tuple[Any, ...]]:
    """What the questions are asked about."""
    bob, alice = world.promoter("bob"), world.promoter("alice")
    mine = world.rows(select(groups.c.id).where(groups.c.shop_id == world.shop).order_by(groups.c.id))
    came = world.rows(select(visits.c.id).where(visits.c.shop_id == world.shop).order_by(visits.c.id))
    booked = world.rows(
        select(bookings.c.code).where(bookings.c.shop_id == world.shop).order_by(bookings.c.code)
    )
    adjusted = world.rows(
        select(entries.c.reference)
        .where(entries.c.shop_id == world.shop, entries.c.move == "adjust")
        .order_by(entries.c.seq)
    )
    mask = Product("SKU9", "面膜", Goods.GOODS, Money(100), True, None, None)
    sold = world.rows(select(orders.c.code).where(orders.c.shop_id == world.shop).order_by(orders.c.number))
    codes = (
        world.code("bob"),
        scene.asked,
        scene.shelved,
        *(row.code for row in (*booked, *sold[:1], *sold[-2:])),
    )
    return {
        "account: str": ("available",),
        "adjustment: AdjustmentId": tuple(AdjustmentId(row.reference[7:]) for row in adjusted),
        "after: PersonId | None": (None,),
        "after: Place | None": (None,),
        "after: str": ("",),
        "after: tuple[datetime, str] | None": (None,),
        "amount: Money": (Money(100),),
        "application: ApplicationId": (scene.mallorys,),
        "buyer: Buyer": (Buyer(openid="o_carol"),),
        "buyer: PersonId": (world.person("carol"),),
        "code: str": codes,
        "days: int": (30,),
        "group: GroupId": tuple(GroupId(row.id) for row in mine),
        "group: GroupId | None": (None, *(GroupId(row.id) for row in mine)),
        "group: str": ("金牌",),
        "handle: str": (scene.message,),
        "head: str": ("0" * 64,),
        "heard: Heard": (Heard("shop", "U1", Received(world.now)),),
        "kind: PosterKind": ("shop",),
        "last: bool": (False,),
        "last_day: date | None": (None,),
        "left: timedelta": (timedelta(0),),
        "most: int": (9,),
        "name: str": ("金牌",),
        "new: Product": (mask,),
        "number: int": (1,),
        "number: str": ("U1",),
        "payment: Payment": (Payment.WECHAT,),
        "person: PersonId": (world.person("carol"),),
        "phone: str": ("13900139000",),
        "place: str": ("后门",),
        "placed_by: PlacedBy": (PlacedBy(),),
        "point: str": (scene.point,),
        "progress: Progress": (quietly,),
        "promoted_only: bool": (False,),
        "promoter: PromoterId": (bob, alice),
        "quantity: int": (2,),
        "scene: str": (f"p:{world.code('bob')}",),
        "seq: int": (1,),
        "since_ms: int": (0,),
        "skip: int": (0,),
        "sku: str": ("SKU1",),
        "source: str": ("other",),
        "states: tuple[State, ...]": (tuple(State),),
        "subject: str": (bob, alice),
        "tail: str": (scene.mallorys[-4:],),
        "to: str": (world.code("dave"),),
        "token: str": (scene.fresh_qr, scene.invitation),
        "typed: str": ("1", world.code("bob")),
        "visit: VisitId": tuple(VisitId(row.id) for row in came),
        "wanted: Wanted": (details.Wanted(), details.Wanted(promoter=bob)),
        "wanted: tuple[Wanted, ...]": ((Wanted("SKU1", 2, Money(900)),),),
        "what: What": get_args(What),
        "words: str": ("1390",),
    }  # fmt: skip
