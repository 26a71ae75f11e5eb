"""Every verb × everybody × his own, another's, nothing: tried with real objects, and undone again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import pytest
from sqlalchemy import select

from engine import FEED, OPERATOR, SYSTEM, Actor, Desk, Engine, someone
from engine import outbox as room
from engine.cipher import Cipher
from engine.errors import EngineError, Refusal
from engine.ids import ApplicationId, BookingId, GroupId, OutboxId, PersonId, ShopId
from engine.money import Money, Rate
from engine.orders.events import Buyer, Heard, PageVisit
from engine.orders.facts import Received
from engine.payouts.payees import Channel
from engine.people.authority import LacksRight, NotStaff, Role
from engine.programme.modes import Goods
from engine.programme.products import Product
from engine.programme.recruiting import digest_of
from engine.programme.settings import ACKNOWLEDGEMENT
from engine.referrals.handover import Part
from engine.referrals.moving import How as Given
from engine.referrals.visits import How
from engine.store.base import Store, Tx
from engine.store.tables import bookings, material_pictures, moves, outbox
from tests.engine.people.rights_table import (
    COLUMNS,
    DONE,
    LACKS,
    NEVER,
    NOTHING,
    OUTSIDER,
    REFUSED,
    ROWS,
    Row,
)
from tests.engine.world import WECHAT, MovableClock, World

T = TypeVar("T")
MACHINES = {"feed": FEED, "tick": SYSTEM, "operator": OPERATOR}
NOBODY = "ZZZ999"
"""A code of whatever kind that nothing has."""


class UndoneError(Exception):
    """The work was done; it must not stay."""


@dataclass
class Rehearsal:
    """A store whose writes are real, and rolled back when all is done."""

    store: Store

    @property
    def cipher(self) -> Cipher:
        return self.store.cipher

    def write(self, shop: ShopId, actor: Actor, act: Callable[[Tx], T]) -> T:
        done: list[T] = []

        def undone(tx: Tx) -> T:
            done.append(act(tx))
            raise UndoneError

        try:
            return self.store.write(shop, actor, undone)
        except UndoneError:
            return done[0]


@dataclass
class Scene:
    """A shop with one of everything; one that settles outside; and one whose payouts are stopped."""

    world: World
    offline: World
    stopped: World

    def __post_init__(self) -> None:
        for made in (self.world, self.offline, self.stopped):
            made.ready(settings={"settle_mode": "paid"}, people=("alice", "bob", "dave"))
            self._staff(made)
        world = self.world
        for name in ("erin", "finn", "frank", "gina", "财务"):
            world.recruit(name)
        world.of("老板").products.put("SKU2", "洗发水", Goods.GOODS, Money(6000))
        world.boss.groups.create("金牌")
        self.stopped.at(OPERATOR).reconciling.stop("刚恢复")
        self._materials()
        self._offline()
        self._money()
        self._people()
        self._orders()
        self._codes()

    @staticmethod
    def _staff(world: World) -> None:
        world.enrol("老板娘", Role.OWNER)
        for name, role in (("审核", Role.REVIEW), ("财务", Role.FINANCE), ("客服", Role.SERVICE)):
            world.enrol(name, role)

    def _materials(self) -> None:
        world = self.world
        self.shelved = world.boss.materials.add("新品上架", "").code
        world.boss.materials.put_up(self.shelved)
        world.of("dave").wishes.portrait_judged("AAAA", "")
        self.drafted = world.boss.materials.add("还没写完", "").code
        world.boss.materials.give(self.drafted, "media")
        ((self.sent,),) = world.rows(
            select(material_pictures.c.id).where(material_pictures.c.shop_id == world.shop)
        )

    def _money(self) -> None:
        world = self.world
        world.change("settle_mode", "received")
        world.tell(world.pay("客人", 500, number="DUE", by="dave"), Received(world.now))
        world.clock.move(days=8)
        world.change("settle_mode", "paid")
        world.visit("carol", "bob")
        self.order = world.pay("carol", 10_000, by="bob")
        for name in ("dave", "erin", "finn", "财务"):
            world.pay("客人", 10_000, by=name)
        self.asked = world.request("bob", 1000)
        self.cashiers = world.request("财务", 1000)
        self.approved, self.taken = world.request("erin", 1000), world.request("finn", 1000)
        for code in (self.approved, self.taken):
            world.boss.withdrawals.approve(code)
        self.paid_code = world.of("财务").withdrawals.take_in_hand(self.taken).code
        self.notice = self._unseen("bob")

    def _unseen(self, name: str) -> OutboxId:
        """A notice that could not be pushed to him."""
        world, person = self.world, self.world.person(name)
        world.engine.store.write(
            world.shop, SYSTEM, lambda tx: room.put(tx, "unseen", "earned", {"items": []}, to=person)
        )
        ((found,),) = world.rows(
            select(outbox.c.id).where(outbox.c.shop_id == world.shop, outbox.c.reference == "unseen")
        )
        post = world.engine.post(world.shop)
        row = post.claim(OutboxId(found))
        assert row is not None
        post.waits(row, "no window is open")
        return OutboxId(found)

    def _people(self) -> None:
        world, boss = self.world, self.world.boss
        world.visit("客人一", "alice")
        world.visit("客人二", "gina")
        world.freeze("frank")
        self.gina = world.promoter("gina")
        leaves = boss.handover.propose_terminate(world.code("gina"), world.code("dave"), "", "不做了")
        boss.handover.terminate(leaves.code)
        (row,) = world.rows(
            select(outbox.c.payload).where(outbox.c.shop_id == world.shop, outbox.c.kind == "handover")
        )
        self.leaving = row.payload["n"]
        wish = boss.moving.propose_transfer(world.code("alice"), world.code("dave"), Given.EARN, "搬家")
        boss.moving.move(wish.code)
        ((self.move,),) = world.rows(select(moves.c.id).where(moves.c.shop_id == world.shop))
        self.mallorys = ApplicationId(world.apply("mallory").application)
        self.reviewers = ApplicationId(world.apply("审核").application)
        self.fresh_qr = world.boss.enrolling.invite(Role.FINANCE).token
        self.used_qr = world.boss.enrolling.invite(Role.FINANCE).token
        world.of("somebody").enrolling.enrol(self.used_qr)
        self.invitation = boss.members.invite("金牌").token
        self.point = world.of("bob").points.print("后门").point
        world.clock.move(hours=1)
        world.visit("carol", "bob")
        world.bind("carol", "13900139000")

    def _orders(self) -> None:
        world = self.world
        world.pay(Buyer(phone="13700137000"), 500, number="U1")
        world.refund(world.pay("客人", 500, number="X1"), 900)
        for page in ("/a", "/b"):
            world.feed.orders.visited(self.page("v1", page))
        (message,) = world.boss.checking.messages(0, 2)
        self.message = message.handle

    def _offline(self) -> None:
        world = self.offline
        world.change("payout_mode", "offline")
        self._earned_offline()
        cashier = world.of("财务").bookings
        cashier.book(cashier.propose(None, "PAY12345").code)
        ((self.booking,),) = world.rows(select(bookings.c.id).where(bookings.c.shop_id == world.shop))
        self._earned_offline()

    def _earned_offline(self) -> None:
        self.offline.pay("carol", 10_000, by="bob")
        self.offline.tick()
        self.offline.clock.move(days=1)

    def _codes(self) -> None:
        """One-time codes: the owner's verbs for 老板, the others for whose right it is."""
        world, boss = self.world, self.world.boss
        boss.backdrops.draft("shop", "b" * 32)
        cashier, clerk = world.of("财务"), world.of("客服")
        alice, bob, dave = (world.code(name) for name in ("alice", "bob", "dave"))
        self.codes = {
            ("staffing.change", "老板"): boss.staffing.propose(
                self.handle("客服"), frozenset({Role.FINANCE})
            ).code,
            ("staffing.hand_over", "老板"): boss.staffing.propose_hand_over(self.handle("客服")).code,
            ("settings.confirm", "老板"): boss.settings.propose("level1", "20%").code,
            ("products.confirm_rates", "老板"): boss.products.propose_rates("SKU1", Rate(500), None).code,
            ("specialrates.confirm", "老板"): boss.special_rates.propose(
                "SKU1", "金牌", Rate(500), None
            ).code,
            ("groups.confirm_rates", "老板"): boss.groups.propose_rates("金牌", Rate(500), None).code,
            ("groups.confirm_team", "老板"): boss.groups.propose_team("金牌", True).code,
            ("groups.confirm_members", "老板"): boss.groups.propose_members("金牌", (bob,), True).code,
            ("groups.confirm_delete", "老板"): boss.groups.propose_delete("金牌").code,
            ("uplines.change", "老板"): boss.uplines.propose(dave, alice, "调整").code,
            ("handover.terminate", "老板"): boss.handover.propose_terminate(bob, dave, "", "不做了").code,
            ("moving.move", "客服"): clerk.moving.propose_assign(
                (world.person("carol"),), dave, Given.EARN, "搬家"
            ).code,
            ("claims.claim", "客服"): clerk.claims.propose(
                world.order_code("U1"), world.person("carol")
            ).code,
            ("withdrawals.reject", "财务"): cashier.withdrawals.propose_reject(self.asked, "不符").code,
            ("assigning.assign", "老板"): boss.assigning.propose(
                world.order_code(self.order), dave, "弄错"
            ).code,
            ("promoters.freeze", "审核"): world.of("审核").promoters.propose_freeze(bob, "核实").code,
            ("promoters.freeze", "老板"): boss.promoters.propose_freeze(bob, "核实").code,
            ("withdrawals.mark_paid", "财务"): self.paid_code,
            ("bookings.book", "财务"): self.offline.of("财务").bookings.propose(None, "PAY12345").code,
        }

    def handle(self, name: str) -> str:
        """员工号"""
        return self.world.person(name).removeprefix("pe_")[:8]

    def page(self, name: str, page: str) -> PageVisit:
        return PageVisit("shop", name, self.world.now, Buyer(openid="o_carol"), page)

    def shop_of(self, row: Row) -> World:
        if row.verb.startswith("bookings."):
            return self.offline
        return self.stopped if row.verb == "reconciling.resume" else self.world

    # --- what each row asks for

    def calls(self) -> Mapping[tuple[str, str], tuple[Any, ...]]:
        """Of each row what the verb is given."""
        world = self.world
        person, code = world.person, world.code
        bob, me = world.promoter("bob"), world.order_code(self.order)
        rules = world.boss.settings.now()
        new = Product("SKU9", "面膜", Goods.GOODS, Money(100), True, None, None)
        found: dict[tuple[str, str], tuple[Any, ...]] = {
            ("notices.seen", "bob's notice"): ((self.notice,),),
            ("notices.seen", "none"): ((OutboxId("ob_none"),),),
            ("notices.bounced", "his template message"): ("4711", "failed:user block"),
            ("enrolling.invite", "a cashier"): (Role.FINANCE,),
            ("enrolling.enrol", "a cashier's fresh QR"): (self.fresh_qr,),
            ("enrolling.enrol", "a used QR"): (self.used_qr,),
            ("staffing.remark", "财务"): (self.handle("财务"), "小王"),
            ("staffing.remark", "none"): (NOBODY, "小王"),
            ("staffing.propose", "财务"): (self.handle("财务"), frozenset({Role.SERVICE})),
            ("staffing.propose", "财务's own roles"): (self.handle("财务"), frozenset({Role.FINANCE})),
            ("staffing.propose", "老板 removed"): (self.handle("老板"), frozenset()),
            ("staffing.propose", "none"): (NOBODY, frozenset()),
            ("staffing.propose_hand_over", "财务"): (self.handle("财务"),),
            ("staffing.propose_hand_over", "老板娘"): (self.handle("老板娘"),),
            ("pictures.want", "bob's poster"): ("poster", bob),
            ("pictures.want", "bob's printed poster"): ("printed", f"{bob} {self.point}"),
            ("pictures.want", "bob's product poster"): ("product", f"{bob} SKU1"),
            ("pictures.want", "bob's invitation"): ("invitation", bob),
            ("pictures.want", "bob's chart"): ("earnings_chart", bob),
            ("pictures.want", "bob's ranking"): ("ranking_chart", bob),
            ("pictures.want", "nobody's chart"): ("earnings_chart", ""),
            ("pictures.want", "samples of a poster"): ("preview", "product"),
            ("wishes.give_portrait", "his own"): ("media",),
            ("wishes.portrait_judged", "his own"): ("", "太小"),
            ("wishes.choose", "his own"): ("",),
            ("wishes.choose", "one that is not offered"): (NOBODY,),
            ("wishes.take_down", "dave's portrait"): (code("dave"),),
            ("wishes.take_down", "bob, who has none"): (code("bob"),),
            ("backdrops.draft", "for the shop's poster"): ("shop", "a" * 32),
            ("backdrops.use", "老板's draft"): ("shop",),
            ("backdrops.use", "none"): ("product",),
            ("backdrops.drop", "老板's draft"): ("shop",),
            ("backdrops.drop", "none"): ("product",),
            ("groups.carry_on", "one that was deleted"): (GroupId("gr_none"),),
            ("pictures.want", "the shop's chart"): ("shop_chart", ""),
            ("pictures.want", "the members' invitation"): ("members", self.invitation),
            ("pictures.want", "a staff QR"): ("enrolment", self.fresh_qr),
            ("pictures.want", "bob's 收款码"): ("payee", self.asked),
            ("pictures.want", "a material's picture"): ("material", f"{self.shelved} 1"),
            ("materials.add", "a new one"): ("到货了", ""),
            ("materials.add", "for no product"): ("到货了", NOBODY),
            ("materials.rewrite", "on the shelf"): (self.shelved, "到货了"),
            ("materials.rewrite", "none"): (NOBODY, "到货了"),
            ("materials.assign", "on the shelf"): (self.shelved, "SKU1"),
            ("materials.assign", "none"): (NOBODY, "SKU1"),
            ("materials.put_up", "on the shelf"): (self.shelved,),
            ("materials.take_down", "on the shelf"): (self.shelved,),
            ("materials.clear", "on the shelf"): (self.shelved,),
            ("materials.delete", "on the shelf"): (self.shelved,),
            ("materials.delete", "off the shelf"): (self.drafted,),
            ("materials.give", "on the shelf"): (self.shelved, "media"),
            ("materials.give", "none"): (NOBODY, "media"),
            ("materials.keep", "a picture that came"): (self.sent, "a.jpg"),
            ("materials.keep", "none"): ("mp_none", "a.jpg"),
            ("materials.refuse", "a picture that came"): (self.sent, person("老板"), "太小"),
            ("materials.pass_on", "on the shelf"): (self.shelved,),
            ("materials.pass_on", "off the shelf"): (self.drafted,),
            ("pictures.want_code", "a page's"): ("p:ABC234",),
            ("pictures.give", "the poster's picture"): ("recruit_picture", "media"),
            ("pictures.give", "none"): (NOBODY, "media"),
            ("pictures.judged", "his own"): ("recruit_picture", ""),
            ("settings.change", "the minimum"): ("withdraw_min", "5"),
            ("settings.change", "a rate"): ("level1", "5%"),
            ("settings.change", "none"): (NOBODY, "5"),
            ("settings.propose", "a rate"): ("level1", "5%"),
            ("settings.propose", "none"): (NOBODY, "5"),
            ("settings.acknowledge", "the risk, again"): (ACKNOWLEDGEMENT,),
            ("settings.acknowledge", "other words"): ("好的",),
            ("settings.set_up", "a rate"): ("level1", "5%"),
            ("settings.set_up", "none"): (NOBODY, "5"),
            ("products.put", "a new product"): ("SKU9", "面膜", Goods.GOODS, Money(100)),
            ("products.put", "SKU1"): ("SKU1", "面膜", Goods.GOODS, Money(100)),
            ("products.promote", "SKU1"): ("SKU1", False),
            ("products.promote", "none"): (NOBODY, False),
            ("products.propose_rates", "SKU1"): ("SKU1", Rate(100), None),
            ("products.propose_rates", "none"): (NOBODY, Rate(100), None),
            ("products.set_up", "a new product"): (new,),
            ("specialrates.propose", "SKU1 for 金牌"): ("SKU1", "金牌", Rate(100), None),
            ("specialrates.propose", "none for 金牌"): (NOBODY, "金牌", Rate(100), None),
            ("specialrates.propose", "SKU1 for none"): ("SKU1", NOBODY, Rate(100), None),
            ("groups.create", "银牌"): ("银牌",),
            ("groups.create", "金牌"): ("金牌",),
            ("groups.rename", "金牌"): ("金牌", "银牌"),
            ("groups.rename", "none"): (NOBODY, "银牌"),
            ("groups.propose_rates", "金牌"): ("金牌", Rate(100), None),
            ("groups.propose_rates", "none"): (NOBODY, Rate(100), None),
            ("groups.propose_team", "金牌"): ("金牌", True),
            ("groups.propose_team", "none"): (NOBODY, True),
            ("groups.propose_members", "bob into 金牌"): ("金牌", (code("bob"),), True),
            ("groups.propose_members", "bob into none"): (NOBODY, (code("bob"),), True),
            ("groups.propose_members", "nobody into 金牌"): ("金牌", (NOBODY,), True),
            ("groups.propose_delete", "金牌"): ("金牌",),
            ("groups.place", "bob into 金牌"): (code("bob"), "金牌"),
            ("groups.place", "nobody into 金牌"): (NOBODY, "金牌"),
            ("groups.place", "bob into none"): (code("bob"), NOBODY),
            ("recruiting.apply", "himself"): ("小新", "13600136000", digest_of(rules.agreement)),
            ("recruiting.approve", "mallory's application"): (self.mallorys,),
            ("recruiting.approve", "审核's own application"): (self.reviewers,),
            ("recruiting.reject", "mallory's application"): (self.mallorys, "资料不全"),
            ("recruiting.reject", "none"): (NOBODY, "资料不全"),
            ("recruiting.change_inviter", "mallory's application"): (self.mallorys, code("dave")),
            ("recruiting.change_inviter", "none"): (NOBODY, code("dave")),
            ("recruiting.change_inviter", "to nobody's code"): (self.mallorys, NOBODY),
            ("members.invite", "into 金牌"): ("金牌",),
            ("members.invite", "into none"): (NOBODY,),
            ("members.end", "老板's invitation"): (self.invitation,),
            ("members.open", "老板's invitation"): (self.invitation,),
            ("points.print", "for 前台"): ("前台",),
            ("promoters.rename", "himself"): ("小新",),
            ("promoters.propose_freeze", "bob"): (code("bob"), "核实"),
            ("promoters.propose_freeze", "none"): (NOBODY, "核实"),
            ("promoters.restore", "frank, who is frozen"): (code("frank"),),
            ("promoters.restore", "bob, who is not"): (code("bob"),),
            ("promoters.set_store", "bob's"): (code("bob"), "西湖店"),
            ("promoters.set_store", "none"): (NOBODY, "西湖店"),
            ("uplines.propose", "dave under bob"): (code("dave"), code("bob"), "调整"),
            ("uplines.propose", "alice under bob, her downline"): (code("alice"), code("bob"), "调整"),
            ("uplines.propose", "none"): (NOBODY, code("bob"), "调整"),
            ("handover.propose_terminate", "bob, dave follows"): (code("bob"), code("dave"), "", "不做了"),
            ("handover.propose_terminate", "none"): (NOBODY, code("dave"), "", "不做了"),
            ("handover.carry_on", "gina, who has left"): (self.gina, self.leaving, Part.CUSTOMERS, "", ""),
            ("referrals.visit", "by bob's code"): (code("bob"), How.CODE),
            ("referrals.visit", "by nobody's code"): (NOBODY, How.CODE),
            ("referrals.came_by_link", "bob's"): (code("bob"),),
            ("referrals.came", "by bob's poster"): (world.now, f"p:{code('bob')}", ""),
            ("referrals.came", "by nobody's"): (world.now, f"p:{NOBODY}", ""),
            ("referrals.open_invitation", "bob's"): (code("bob"),),
            ("referrals.remark", "carol"): (person("carol"), "王姐"),
            ("referrals.remark", "none"): (PersonId("pe_none"), "王姐"),
            ("customers.remark", "carol"): (person("carol"), "王姐"),
            ("customers.remark", "none"): (PersonId("pe_none"), "王姐"),
            ("moving.propose_assign", "carol to dave"): ((person("carol"),), code("dave"), Given.EARN, "搬家"),
            ("moving.propose_assign", "carol to nobody"): ((person("carol"),), NOBODY, Given.EARN, "搬家"),
            ("moving.propose_transfer", "bob's to dave"): (code("bob"), code("dave"), Given.EARN, "搬家"),
            ("moving.propose_transfer", "nobody's to dave"): (NOBODY, code("dave"), Given.EARN, "搬家"),
            ("moving.carry_on", "alice's to dave"): (self.move, ""),
            ("orders.hear", "a paid order"): (Heard("shop", "N9", world.sold("carol", 500)),),
            ("orders.visited", "a page"): (self.page("v9", "/c"),),
            ("claims.propose", "a waiting order"): (world.order_code("U1"), person("carol")),
            ("claims.propose", "bob's order, decided"): (me, person("carol")),
            ("claims.propose", "none"): (NOBODY, person("carol")),
            ("claims.carry_on", "a phone's orders"): ("phone", "0" * 64),
            ("checking.settle_order", "refunded too much"): (world.order_code("X1"),),
            ("checking.settle_order", "bob's order, all well"): (me,),
            ("checking.settle_message", "told twice"): (self.message,),
            ("assigning.propose", "bob's order to dave"): (me, code("dave"), "弄错"),
            ("assigning.propose", "bob's order to nobody's code"): (me, NOBODY, "弄错"),
            ("assigning.propose", "none"): (NOBODY, code("dave"), "弄错"),
            ("phones.bind", "his own"): ("13600136000",),
            ("withdrawals.request", "his own money"): (Money(500), WECHAT),
            ("withdrawals.give_picture", "his own"): (Channel.WECHAT, "media"),
            ("withdrawals.picture_judged", "his own"): (Channel.WECHAT, "", "看不清"),
            ("withdrawals.cancel", "bob's"): (self.asked,),
            ("withdrawals.approve", "bob's"): (self.asked,),
            ("withdrawals.approve", "财务's own"): (self.cashiers,),
            ("withdrawals.propose_reject", "bob's"): (self.asked, "不符"),
            ("withdrawals.propose_reject", "none"): (NOBODY, "不符"),
            ("withdrawals.take_in_hand", "erin's, approved"): (self.approved,),
            ("withdrawals.take_in_hand", "finn's, in 财务's hand"): (self.taken,),
            ("withdrawals.put_back", "finn's, in 财务's hand"): (self.taken,),
            ("withdrawals.propose_paid", "finn's, in 财务's hand"): (self.taken,),
            ("withdrawals.mark_paid", "none"): (NOBODY, "PAY12345"),
            ("bookings.propose", "to yesterday"): (None, "PAY12345"),
            ("bookings.carry_on", "one that is through"): (BookingId(self.booking), ""),
            ("adjustments.adjust", "bob"): (code("bob"), "available", Money(100), "补发"),
            ("adjustments.adjust", "none"): (NOBODY, "available", Money(100), "补发"),
            ("reconciling.stop", "payouts"): ("核对",),
            ("reconciling.resume", "payouts that are stopped"): ((), ()),
        }  # fmt: skip
        for (verb, whose), one_time in self.codes.items():
            found[verb, f"{whose}'s code"] = (
                (one_time, "PAY12345") if verb.endswith("mark_paid") else (one_time,)
            )
        return found


@pytest.fixture(scope="module")
def scene(shared_engine: Engine) -> Scene:
    clock = MovableClock()
    shops = (
        World("", app=f"wx_rights_{name}", engine=shared_engine, clock=clock)
        for name in ("open", "offline", "stopped")
    )
    return Scene(*shops)


def test_what_takes_a_one_time_code_is_tried_with_another_owner_s_code_and_with_none() -> None:
    for verb in {row.verb for row in ROWS if row.what.endswith("'s code")} - {"referrals.visit"}:
        assert any(row.verb == verb and row.what == "none" for row in ROWS), verb


def test_each_cell_is_as_the_table_says(scene: Scene) -> None:
    calls, wrong = scene.calls(), []
    for row in ROWS:
        world = scene.shop_of(row)
        given = calls.get((row.verb, row.what), (NOBODY,) if row.what == "none" else ())
        for column, cell in zip(COLUMNS, row.cells, strict=True):
            was = outcome(world, column, row, given)
            if was != cell:
                wrong.append(f"{row.verb} · {row.what} · {column}: {cell} in the table, but {was}")
    assert not wrong, "\n".join(wrong)


def outcome(world: World, column: str, row: Row, given: tuple[Any, ...]) -> str:
    """What becomes of it, as a mark; a refusal that the row does not name stands there by its name."""
    desk = world.at(MACHINES.get(column) or someone(world.person(column)))
    rehearsed = Desk(cast(Store, Rehearsal(desk.store)), desk.shop, desk.actor, desk.reference)
    try:
        did = act_of(rehearsed, row.verb)(*given)
    except NotStaff:
        return OUTSIDER
    except LacksRight:
        return LACKS
    except Refusal as refusal:
        name = type(refusal).__name__
        return NOTHING if name == row.nothing else REFUSED if name in row.refused else name
    except EngineError:
        return NEVER
    except Exception as bug:  # noqa: BLE001  it stands in the answer beside the other cells
        return f"{type(bug).__name__}: {bug}"
    return NOTHING if did is not None and did in (0, False) else DONE


def act_of(desk: Desk, verb: str) -> Callable[..., Any]:
    name, _, act = verb.partition(".")
    rooms = (getattr(desk, one) for one in dir(Desk) if isinstance(getattr(Desk, one), property))
    found = next(one for one in rooms if type(one).__name__.lower().removesuffix("room") == name)
    return cast(Callable[..., Any], getattr(found, act))
