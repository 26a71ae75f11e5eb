"""The order feed over HTTP with the real engine behind it: who gets in, what is booked, what is answered."""

from __future__ import annotations

import http.client
import json
import logging
import os
import re
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from standardwebhooks import Webhook
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from bot.doors.orders import orders_door
from bot.doors.signed import BODY_LIMIT, RETRY_AFTER
from engine import FEED, OPERATOR, SYSTEM, Actor, Desk, Engine, someone
from engine.cipher import Cipher
from engine.errors import StoreBusyError
from engine.ids import Ids, PromoterId
from engine.ledger.book import Balances
from engine.money import Money
from engine.people.authority import Role
from engine.programme.modes import Goods
from engine.programme.promoters import Promoter
from engine.programme.recruiting import digest_of
from engine.programme.settings import ACKNOWLEDGEMENT, DEFAULT_AGREEMENT
from engine.referrals.visits import How
from engine.store import tables
from tests.bot.test_order_schema import DOCS, EXAMPLES, GOOD, REJECTED

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEXT_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
STRANGE_SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl8WLaLaSw"
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
"""12:00 in Beijing."""

LINE = {"line": 1, "sku": "SKU1", "title": "护手霜", "quantity": 1, "paid": 10000}


class MovedByHand:
    def __init__(self) -> None:
        self.moment = NOON - timedelta(days=1)

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True)
class Ledger:
    """All that the book and the orders hold, to be compared as a whole."""

    alice: Balances
    bob: Balances
    entries: int


class House:
    """老板's shop: alice is a promoter, bob her downline, carol scanned bob. Level 1 is 30 %, level 2 is 5 %."""

    def __init__(self, secrets: tuple[str, ...] = (SECRET, NEXT_SECRET)) -> None:
        self.clock = MovedByHand()
        self.engine = engine_of(self.clock)
        raw_connection(self.engine).deserialize(opened_programme())
        self.shop = self.engine.open_shop("wx1", "小店")
        self.at: Callable[[str], Desk] = lambda reference: self.engine.at(self.shop, FEED, reference)
        self.app = Flask(__name__)
        self.app.register_blueprint(orders_door(secrets, self._feed, self.shop))
        self._desks = 0
        self.alice = self._by("oAlice").promoters.mine()
        self.bob = self._by("oBob").promoters.mine()
        self.clock.moment = NOON

    def send(self, event: object, **how: Any) -> TestResponse:
        """Sign an event with the real time and send it."""
        return self.send_body(json.dumps(event).encode(), **how)

    def send_body(
        self,
        body: bytes,
        secret: str = SECRET,
        webhook: str = "msg_1",
        ago: timedelta = timedelta(),
        tampered: bytes | None = None,
        **headers: str,
    ) -> TestResponse:
        told = {**signed(body, secret, webhook, ago), **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.app.test_client().post("/orders/events", data=tampered or body, headers=told)

    def balances(self, promoter: PromoterId) -> Balances:
        return self._desk(SYSTEM).earnings.of(promoter).balances

    def ledger(self) -> Ledger:
        return Ledger(self.balances(self.alice.id), self.balances(self.bob.id), self.count("entries"))

    def count(self, table: str) -> int:
        with self.engine.store.read(self.shop, SYSTEM) as tx:
            return int(tx.run(select(func.count()).select_from(getattr(tables, table))).scalar_one())

    def later(self, **by: int) -> None:
        """Time passes, and what is due matures."""
        self.clock.moment += timedelta(**by)
        self._desk(SYSTEM).orders.mature()

    def is_sound(self) -> bool:
        return self._desk(OPERATOR).reports.audit().findings == ()

    def _feed(self, reference: str) -> Desk:
        return self.at(reference)

    def _desk(self, actor: Actor) -> Desk:
        self._desks += 1
        return self.engine.at(self.shop, actor, f"test:{self._desks}")

    def _by(self, openid: str) -> Desk:
        return self._desk(someone(self.engine.meet(self.shop, openid).person))


@cache
def opened_programme() -> bytes:
    """The database of the open programme, made once and copied for each test."""
    clock = MovedByHand()
    engine = engine_of(clock)
    with engine.store.engine.connect().execution_options(writing=True) as connection, connection.begin():
        tables.metadata.create_all(connection)
    shop = engine.open_shop("wx1", "小店")
    numbers = count()

    def desk(actor: Actor) -> Desk:
        return engine.at(shop, actor, f"opening:{next(numbers)}")

    def by(openid: str) -> Desk:
        return desk(someone(engine.meet(shop, openid).person))

    def enlist(openid: str, name: str, phone: str) -> Promoter:
        applied = by(openid).recruiting.apply(name, phone, digest_of(DEFAULT_AGREEMENT))
        by("oBoss").recruiting.approve(applied.application)
        return by(openid).promoters.mine()

    by("oBoss").enrolling.enrol(desk(OPERATOR).enrolling.invite(Role.OWNER).token)
    by("oBoss").products.put("SKU1", "护手霜", Goods.GOODS, Money(10000))
    for key, rate in (("level1", "30%"), ("level2", "5%")):
        by("oBoss").settings.confirm(by("oBoss").settings.propose(key, rate).code)
    by("oBoss").settings.acknowledge(ACKNOWLEDGEMENT)
    by("oBoss").settings.change("programme", "on")
    alice = enlist("oAlice", "王小明", "13800138001")
    by("oBob").referrals.open_invitation(alice.code)
    bob = enlist("oBob", "李小红", "13800138002")
    clock.moment = NOON - timedelta(hours=1)
    by("oCarol").referrals.visit(bob.code, How.SCAN)
    return bytes(raw_connection(engine).serialize())


def engine_of(clock: MovedByHand) -> Engine:
    return Engine("sqlite://", clock=clock, ids=Ids(), cipher=Cipher((b"x" * 32,)))


def raw_connection(engine: Engine) -> sqlite3.Connection:
    with engine.store.engine.connect() as connection:
        found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found


def signed(body: bytes, secret: str, webhook: str, ago: timedelta = timedelta()) -> dict[str, str]:
    at = datetime.now(UTC) - ago
    return {
        "Content-Type": "application/json",
        "webhook-id": webhook,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook, at, body.decode("utf-8", "replace")),
    }


def event(kind: str, at: datetime = NOON, order: str = "1", **data: object) -> dict[str, Any]:
    return {"type": kind, "order": order, "at": at.isoformat(), "data": data}


def paid(at: datetime = NOON, order: str = "1", **data: object) -> dict[str, Any]:
    told = {"buyer": {"openid": "oCarol"}, "payment": "wechat", "lines": [LINE], **data}
    return event("order.paid", at, order, **told)


def problems(response: TestResponse) -> dict[str, str]:
    assert (response.status_code, response.json["outcome"]) == (422, "refused"), response.data
    return {one["field"]: one["problem"] for one in response.json["problems"]}


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture(scope="module")
def shared() -> House:
    """For what is refused before it reaches the engine."""
    return House()


def pending(fen: int) -> Balances:
    return Balances(pending=Money(fen))


class TestBooking:
    def test_an_order_is_booked_on_both_levels(self, house: House) -> None:
        response = house.send(paid())
        assert response.status_code == 200
        assert response.content_type == "application/json"
        answer = response.json
        assert (answer["outcome"], answer["order"]) == ("booked", "1")
        assert len(answer["code"]) == 6
        # 30 % and 5 % of ¥100.00
        assert house.ledger() == Ledger(pending(500), pending(3000), 1)
        assert house.is_sound()

    def test_an_order_s_whole_life(self, house: House) -> None:
        house.send(paid())
        house.clock.moment = NOON + timedelta(days=2)
        house.send(event("order.shipped", house.clock.now(), id="s1"))
        house.send(event("order.received", house.clock.now()))
        house.later(days=6)
        assert house.balances(house.bob.id) == pending(3000)
        house.later(days=1)
        assert house.balances(house.bob.id) == Balances(available=Money(3000))
        house.send(event("order.refunded", house.clock.now(), id="r1", amount=4000))
        assert house.balances(house.bob.id) == Balances(available=Money(1800))
        assert house.balances(house.alice.id) == Balances(available=Money(300))
        house.send(event("order.cancelled", house.clock.now()))
        assert house.balances(house.bob.id) == Balances()
        assert house.is_sound()

    def test_a_free_line_that_came_back_earns_nothing(self, house: House) -> None:
        house.send(paid(lines=[{**LINE, "paid": 0, "level1_discount": 10_000}, {**LINE, "line": 2}]))
        house.send(event("order.refunded", id="r1", amount=0, lines=[{"line": 1, "amount": 0}]))
        assert house.balances(house.bob.id) == pending(3000)
        assert house.balances(house.alice.id) == pending(500)
        assert house.is_sound()

    def test_an_after_sale_holds_the_commission_back(self, house: House) -> None:
        for one in (paid(), event("order.received"), event("order.after_sale_opened", id="a1")):
            assert house.send(one).json["outcome"] == "booked"
        house.later(days=30)
        assert house.balances(house.bob.id) == pending(3000)
        house.send(event("order.after_sale_closed", house.clock.now(), id="a1"))
        assert house.balances(house.bob.id) == Balances(available=Money(3000))

    def test_a_service_matures_from_its_use(self, house: House) -> None:
        house.send(paid(lines=[{**LINE, "kind": "service", "service_at": "2027-01-01T10:00:00+08:00"}]))
        house.later(days=20)
        assert house.balances(house.bob.id) == pending(3000)
        house.send(event("order.completed", house.clock.now(), lines=[1]))
        house.later(days=7)
        assert house.balances(house.bob.id) == Balances(available=Money(3000))

    def test_a_refund_may_be_told_before_its_order(self, house: House) -> None:
        early = house.send(event("order.refunded", id="r1", amount=4000))
        assert (early.status_code, early.json["outcome"]) == (200, "waiting")
        assert house.count("entries") == 0
        late = house.send(paid())
        assert (late.json["outcome"], late.json["code"]) == ("booked", early.json["code"])
        assert house.ledger() == Ledger(pending(300), pending(1800), 1)

    def test_an_order_of_nobody_waits(self, house: House) -> None:
        response = house.send(paid(buyer={}))
        assert (response.status_code, response.json["outcome"]) == (200, "waiting")
        assert house.count("entries") == 0

    def test_a_sent_code_decides_for_a_buyer_nobody_knows(self, house: House) -> None:
        spelt = f" {house.alice.code.lower()}"
        assert house.send(paid(buyer={}, code=spelt)).json["outcome"] == "booked"
        assert house.ledger() == Ledger(pending(3000), pending(0), 1)

    def test_a_bound_phone_finds_the_buyer(self, house: House) -> None:
        # alice gave this phone when she applied; on her own order her own code is no code.
        house.send(paid(buyer={"phone": "+86 138-0013-8001"}, code=house.alice.code))
        assert house.count("entries") == 0
        house.send(paid(order="2", buyer={"phone": "+86 138-0013-8001"}, code=house.bob.code))
        assert house.ledger() == Ledger(Balances(), pending(3000), 1)

    def test_a_proxy_order(self, house: House) -> None:
        discounted = {**LINE, "paid": 7000, "level1_discount": 3000}
        house.send(paid(lines=[discounted], placed_by={"code": house.bob.code}, buyer={"openid": "oDave"}))
        # The discounted line has had its level 1; the upline gets 5 % of 70.00 + 30.00.
        assert house.ledger() == Ledger(pending(500), Balances(), 1)

    def test_own_transfer_earns_nothing(self, house: House) -> None:
        assert house.send(paid(payment="own_transfer")).json["outcome"] == "booked"
        assert house.count("entries") == 0

    def test_the_same_number_of_another_source_is_another_order(self, house: House) -> None:
        first = house.send(paid())
        other = house.send({**paid(), "source": "pos"})
        assert first.json["code"] != other.json["code"]
        assert house.balances(house.bob.id) == pending(6000)

    def test_the_shop_may_be_named(self, house: House) -> None:
        assert house.send({**paid(), "shop": house.shop}).status_code == 200
        assert set(problems(house.send({**paid(), "shop": "sh_other"}))) == {"shop"}

    def test_page_visits_are_kept_once(self, house: House) -> None:
        visit = {
            "type": "customer.visited",
            "at": NOON.isoformat(),
            "data": {"id": "v1", "customer": {"openid": "oCarol"}, "page": "/goods/SKU1", "seconds": 42},
        }
        response = house.send(visit)
        assert (response.status_code, response.json) == (200, {"outcome": "booked", "id": "v1"})
        assert house.send(visit).json == response.json
        longer = {**visit, "data": {**visit["data"], "seconds": 43}}
        conflict = house.send(longer)
        assert (conflict.status_code, conflict.json["outcome"], conflict.json["id"]) == (
            409,
            "conflict",
            "v1",
        )
        assert house.count("page_visits") == 1


class TestAgain:
    def test_the_same_event_is_booked_once_and_answered_alike(self, house: House) -> None:
        first = house.send(paid())
        again = house.send(paid())
        other_id = house.send(paid(), webhook="msg_2")
        assert first.data == again.data == other_id.data
        assert house.count("order_facts") == 1
        assert house.ledger() == Ledger(pending(500), pending(3000), 1)

    def test_the_same_event_built_anew(self, house: House) -> None:
        lines = [LINE, {**LINE, "line": 2, "sku": "SKU9"}]
        house.send(paid(lines=lines))
        commands = house.count("commands")
        anew = paid(lines=lines[::-1], shipping=0, code=None)
        anew["at"] = "2026-11-21T12:00:00.000+08:00"
        anew["source"] = "shop"
        assert house.send(anew).status_code == 200
        assert house.count("commands") == commands
        assert house.count("entries") == 1

    def test_two_kinds_of_the_same_words_are_two_events(self, house: House) -> None:
        house.send(paid())
        assert house.send(event("order.received")).json["outcome"] == "booked"
        assert house.send(event("order.cancelled")).json["outcome"] == "booked"
        assert house.count("order_facts") == 3
        assert house.ledger().bob == pending(0)

    @pytest.mark.parametrize(
        ("first", "other"),
        [
            (paid(), paid(shipping=1)),
            (paid(), paid(lines=[{**LINE, "paid": 9999}])),
            (paid(), paid(at=NOON - timedelta(seconds=1))),
            (paid(), paid(code="ABC234")),
            (event("order.refunded", id="r1", amount=100), event("order.refunded", id="r1", amount=101)),
            (event("order.shipped", id="s1"), event("order.shipped", id="s1", final=False)),
            (event("order.received"), event("order.received", at=NOON - timedelta(days=1))),
        ],
    )
    def test_other_content_is_kept_and_not_booked(
        self, house: House, first: dict[str, Any], other: dict[str, Any]
    ) -> None:
        code = house.send(first).json["code"]
        before = (house.ledger(), house.count("order_facts"))
        for _ in range(2):
            response = house.send(other)
            assert response.status_code == 409
            assert (response.json["outcome"], response.json["code"]) == ("conflict", code)
        assert house.count("conflicts") == 1
        assert (house.ledger(), house.count("order_facts")) == before
        assert house.send(first).status_code == 200

    def test_what_was_too_early_is_taken_in_due_time(self, house: House) -> None:
        ahead = paid(at=NOON + timedelta(minutes=11))
        assert set(problems(house.send(ahead))) == {"at"}
        assert house.count("orders") == 0
        house.clock.moment += timedelta(minutes=1)
        assert house.send(ahead).json["outcome"] == "booked"


LIFE = [
    paid(lines=[LINE, {**LINE, "line": 2, "paid": 3333}], shipping=800),
    event("order.shipped", NOON + timedelta(days=1), id="s1", final=False),
    event("order.shipped", NOON + timedelta(days=2), id="s2"),
    event("order.received", NOON + timedelta(days=3)),
    event("order.refunded", NOON + timedelta(days=4), id="r1", amount=1234),
    event(
        "order.refunded", NOON + timedelta(days=4), id="r2", amount=2000, lines=[{"line": 2, "amount": 1500}]
    ),
    event("order.after_sale_opened", NOON + timedelta(days=5), id="a1", lines=[1]),
    event("order.after_sale_closed", NOON + timedelta(days=5, hours=1), id="a1", lines=[1]),
]


class TestOrder:
    @settings(max_examples=12, deadline=None)
    @given(st.permutations(LIFE), st.lists(st.sampled_from(LIFE), max_size=3))
    def test_events_may_come_in_any_order_and_again(
        self, life: list[dict[str, Any]], again: list[dict[str, Any]]
    ) -> None:
        house = House()
        house.clock.moment = NOON + timedelta(days=6)
        for one in [*life, *again]:
            assert house.send(one).status_code == 200
        # Refunded: 15.00 of line 2, then 12.34 + 5.00 over what is left of 100.00 + 18.33 + 8.00 shipping:
        # 13.73 on line 1, 2.51 on line 2. Of 86.27 and 15.82: 25.88 + 4.74 and 4.31 + 0.79.
        assert (house.balances(house.bob.id), house.balances(house.alice.id)) == (pending(3062), pending(510))
        house.later(days=5)
        assert house.balances(house.bob.id) == Balances(available=Money(3062))
        assert house.balances(house.alice.id) == Balances(available=Money(510))
        assert house.is_sound()


class TestSignature:
    def refused(self, house: House, response: TestResponse) -> bool:
        assert house.count("orders") == 0
        return response.status_code == 401 and "signature" in response.json["error"]

    def test_every_secret_of_the_list_opens(self, house: House) -> None:
        assert house.send(paid(), secret=SECRET).status_code == 200
        assert house.send(paid(order="2"), secret=NEXT_SECRET).status_code == 200

    def test_another_secret_does_not(self, house: House) -> None:
        assert self.refused(house, house.send(paid(), secret=STRANGE_SECRET))

    def test_without_a_secret_nothing_gets_in(self) -> None:
        house = House(secrets=())
        assert self.refused(house, house.send(paid()))

    def test_a_secret_that_is_none_is_found_at_the_start(self) -> None:
        with pytest.raises(Exception, match="empty"):
            orders_door(["whsec_"], House, "sh")

    @pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
    def test_a_missing_header(self, house: House, header: str) -> None:
        body = json.dumps(paid()).encode()
        headers = signed(body, SECRET, "msg_1")
        del headers[header]
        client = house.app.test_client()
        assert self.refused(house, client.post("/orders/events", data=body, headers=headers))

    @pytest.mark.parametrize(
        "spelt", ["v1", "v1,", "v1,%%%", "v2,abc", ",", "v1,a,b", "gibberish", "v1a,xyz"]
    )
    def test_a_signature_that_is_none(self, house: House, spelt: str) -> None:
        assert self.refused(house, house.send(paid(), webhook_signature=spelt))

    def test_several_signatures_in_one_header(self, house: House) -> None:
        body = json.dumps(paid()).encode()
        good = signed(body, SECRET, "msg_1")["webhook-signature"]
        wrong = signed(body, STRANGE_SECRET, "msg_1")["webhook-signature"]
        assert house.send_body(body, webhook_signature=f"{wrong} {good}").status_code == 200

    def test_one_changed_byte(self, house: House) -> None:
        body = json.dumps(paid()).encode()
        assert self.refused(house, house.send_body(body, tampered=body.replace(b"10000", b"90000")))
        assert self.refused(house, house.send_body(body, tampered=body + b" "))

    def test_another_id_than_the_signed_one(self, house: House) -> None:
        assert self.refused(house, house.send(paid(), webhook_id="msg_2"))

    @pytest.mark.parametrize("minutes", [6, 60, -6])
    def test_an_old_or_a_future_timestamp(self, house: House, minutes: int) -> None:
        assert self.refused(house, house.send(paid(), ago=timedelta(minutes=minutes)))

    @pytest.mark.parametrize("spelt", ["", "now", "nan", "inf", "-1", "9" * 40])
    def test_a_timestamp_that_is_none(self, house: House, spelt: str) -> None:
        assert self.refused(house, house.send(paid(), webhook_timestamp=spelt))

    def test_four_minutes_are_not_old(self, house: House) -> None:
        assert house.send(paid(), ago=timedelta(minutes=4)).status_code == 200

    def test_bytes_that_are_no_text(self, house: House) -> None:
        assert self.refused(house, house.send_body(b"\xff\xfe{}"))

    def test_the_unsigned_learn_nothing_of_the_schema(self, house: House) -> None:
        for body in (b"{oops", b"[]", json.dumps({"type": "x"}).encode()):
            assert self.refused(house, house.send_body(body, secret=STRANGE_SECRET))


class TestBody:
    def padded(self, size: int, order: str) -> bytes:
        body = json.dumps(paid(order=order)).encode()
        return body + b" " * (size - len(body))

    def test_size(self, house: House) -> None:
        assert house.send_body(self.padded(BODY_LIMIT, "1")).status_code == 200
        refused = house.send_body(self.padded(BODY_LIMIT + 1, "2"))
        assert (refused.status_code, refused.json["outcome"]) == (413, "refused")
        assert str(BODY_LIMIT) in refused.json["error"]
        assert house.count("orders") == 1

    def test_two_hundred_lines_fit(self, house: House) -> None:
        lines = [
            {**LINE, "line": n, "title": "长" * 100, "service_at": NOON.isoformat()} for n in range(1, 201)
        ]
        assert house.send(paid(lines=lines)).json["outcome"] == "booked"
        assert house.balances(house.bob.id) == pending(200 * 3000)

    def test_packed_bodies(self, shared: House) -> None:
        refused = shared.send(paid(), content_encoding="gzip")
        assert (refused.status_code, "compressed" in refused.json["error"]) == (415, True)

    @pytest.mark.parametrize(
        "media", ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=gbk"]
    )
    def test_other_media(self, shared: House, media: str) -> None:
        refused = shared.send(paid(), Content_Type=media)
        assert (refused.status_code, "application/json" in refused.json["error"]) == (415, True)

    def test_json_in_utf_8_may_say_so(self, house: House) -> None:
        assert house.send(paid(), Content_Type="application/json; charset=UTF-8").status_code == 200

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{oops",
            b"\xef\xbb\xbf{}",
            b'{"type": "order.paid", "type": "order.cancelled"}',
            b'{"amount": NaN}',
            b'{"amount": -Infinity}',
            b"[" * 100_000,
            b'{"amount": ' + b"9" * 5_000 + b"}",
        ],
        ids=["empty", "broken", "bom", "name-twice", "nan", "infinity", "deep", "huge-number"],
    )
    def test_what_is_no_json(self, shared: House, body: bytes) -> None:
        refused = shared.send_body(body)
        assert refused.status_code == 400
        assert refused.json == {"outcome": "refused", "error": "the body is no JSON document"}

    def test_other_methods(self, shared: House) -> None:
        assert shared.app.test_client().get("/orders/events").status_code == 405


class TestSchema:
    @pytest.mark.parametrize("kind", sorted(EXAMPLES))
    def test_every_rejected_example_names_its_field(self, shared: House, kind: str) -> None:
        for of, number, example in REJECTED:
            if of == kind:
                found = problems(shared.send(example["event"]))
                assert example["field"] in found, (number, example["why"], found)
        assert (shared.count("orders"), shared.count("page_visits")) == (0, 0)

    def test_every_good_example_is_taken(self, house: House) -> None:
        house.clock.moment = datetime(2027, 1, 1, tzinfo=UTC)
        for example in GOOD:
            response = house.send(example["event"])
            assert (response.status_code, "error" in response.json) == (200, False), example["why"]
        assert house.count("order_facts") == sum(not one["event"]["type"].startswith("c") for one in GOOD)
        assert house.is_sound()

    def test_one_sentence_and_all_fields(self, shared: House) -> None:
        response = shared.send(paid(payment="gold", shipping=-1))
        assert set(problems(response)) == {"data.payment", "data.shipping"}
        assert response.json["error"].startswith("data.payment must be 'wechat', ")
        assert response.json["error"].endswith(" (and 1 more)")

    def test_names_that_are_no_unicode_are_answered(self, shared: House) -> None:
        body = json.dumps(paid()).replace('"order"', '"\\ud800": 1, "order"').encode()
        assert shared.send_body(body).status_code == 422


class TestOverTheWire:
    """Chunked bodies, which only a real server makes."""

    @pytest.fixture
    def port(self, house: House) -> Iterator[int]:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, house.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield int(server.server_port)
        server.shutdown()
        thread.join()
        server.server_close()

    def send(self, port: int, body: bytes) -> int:
        chunks = [body[at : at + 1000] for at in range(0, len(body), 1000)]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            headers = signed(body, SECRET, "msg_1")
            connection.request("POST", "/orders/events", iter(chunks), headers, encode_chunked=True)
            return connection.getresponse().status
        except (BrokenPipeError, ConnectionResetError):
            # The server answers and hangs up while we still send.
            return 413
        finally:
            connection.close()

    def test_a_chunked_event_is_read_whole(self, house: House, port: int) -> None:
        lines = [{**LINE, "line": n} for n in range(1, 51)]
        assert self.send(port, json.dumps(paid(lines=lines)).encode()) == 200
        assert house.balances(house.bob.id) == pending(50 * 3000)

    def test_a_chunked_flood_is_not_cut_to_fit(self, house: House, port: int) -> None:
        """A body cut at the limit must not pass for a whole one."""
        body = json.dumps(paid()).encode()
        assert self.send(port, body + b" " * (BODY_LIMIT - len(body) + 1)) == 413
        assert house.count("orders") == 0


class TestWords:
    """What docs/orders.md tells a shop's developer to run."""

    def test_the_program_in_the_words_works(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        (program,) = re.findall(r"```python\n(.*?)```", (DOCS / "orders.md").read_text("utf-8"), re.DOTALL)
        monkeypatch.setenv("ORDER_WEBHOOK_SECRET", SECRET)
        monkeypatch.setenv("PUBLIC_URL", "https://bot.example")
        told: dict[str, Any] = {"__name__": "words"}
        exec(program, told)  # noqa: S102  the point of this test

        class Posting:
            @staticmethod
            def post(url: str, data: bytes, headers: dict[str, str], timeout: int) -> TestResponse:
                return house.app.test_client().post(url, data=data, headers=headers)

        told["requests"] = Posting
        answer = told["send"](told["event"], "msg_20261121-0001_paid")
        assert (answer.status_code, answer.json["outcome"]) == (200, "booked")
        assert house.balances(house.bob.id) == pending(6000)

    @pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl")
    def test_the_signature_in_the_words_works(self, house: House) -> None:
        (script,) = re.findall(r"```sh\n(.*?)```", (DOCS / "orders.md").read_text("utf-8"), re.DOTALL)
        signing = script[: script.index("curl -i")] + 'printf "%s\\n" "$body" "$id" "$now" "$signature"'
        environment = {**os.environ, "ORDER_WEBHOOK_SECRET": SECRET}
        ran = subprocess.run(
            ["sh", "-c", signing], env=environment, capture_output=True, text=True, check=True
        )
        body, webhook, now, signature = ran.stdout.splitlines()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": webhook,
            "webhook-timestamp": now,
            "webhook-signature": f"v1,{signature}",
        }
        house.clock.moment += timedelta(days=10)
        answer = house.app.test_client().post("/orders/events", data=body.encode(), headers=headers)
        assert (answer.status_code, answer.json["outcome"]) == (200, "waiting")


class TestTrouble:
    def test_an_outage_asks_for_another_try(self, house: House, caplog: pytest.LogCaptureFixture) -> None:
        feed = house.at

        def away(reference: str) -> Desk:
            raise StoreBusyError("oCarol")

        house.at = away
        response = house.send(paid())
        assert (response.status_code, response.headers["Retry-After"]) == (503, str(RETRY_AFTER))
        assert response.json["outcome"] == "later"
        assert "event=outage webhook=msg_1" in caplog.text
        house.at = feed
        assert house.send(paid()).json["outcome"] == "booked"

    def test_a_bug_is_logged_by_its_place_only(self, house: House, caplog: pytest.LogCaptureFixture) -> None:
        def broken(reference: str) -> Desk:
            raise ValueError("13800138000 oCarol")

        house.at = broken
        response = house.send(paid(buyer={"openid": "oCarol", "phone": "13800138000"}))
        assert (response.status_code, response.json["outcome"]) == (500, "error")
        assert b"Traceback" not in response.data
        assert b"ValueError" not in response.data
        assert "event=bug webhook=msg_1 error=ValueError at=test_orders_door.py" in caplog.text
        assert_private(caplog.text)

    def test_the_log_tells_no_secret_and_nobody(self, house: House, caplog: pytest.LogCaptureFixture) -> None:
        buyer = {"openid": "oCarol", "phone": "13800138000"}
        with caplog.at_level(logging.DEBUG):
            house.send(paid(buyer=buyer))
            assert house.send(paid(buyer=buyer, shipping=1)).status_code == 409
            assert house.send(paid(buyer={**buyer, "13800138000": 1})).status_code == 422
            assert house.send(paid(buyer=buyer), secret=STRANGE_SECRET).status_code == 401
        assert "event=conflict webhook=msg_1 type=order.paid" in caplog.text
        assert "status=422 reason=schema webhook=msg_1" in caplog.text
        assert "status=401 reason=signature" in caplog.text
        assert_private(caplog.text)

    def test_the_database_keeps_no_identity_in_clear(self, house: House) -> None:
        house.send(paid(buyer={"openid": "oCarol", "unionid": "uCarol", "phone": "13800138000"}))
        with house.engine.store.read(house.shop, SYSTEM) as tx:
            rows = [
                str(tuple(row)) for name in ("order_facts", "commands", "orders") for row in tx.run(
                    select(getattr(tables, name))
                )
            ]  # fmt: skip
        assert len(rows) > 2
        assert not [row for row in rows if "oCarol" in row or "uCarol" in row or "13800138000" in row]

    def test_a_webhook_id_cannot_forge_the_log(self, house: House, caplog: pytest.LogCaptureFixture) -> None:
        house.send(paid(), secret=STRANGE_SECRET, webhook="x status=200 reason=fine")
        assert "webhook=x?status?200?reason?fine total=1" in caplog.text

    def test_no_flood_in_the_log(self, house: House, caplog: pytest.LogCaptureFixture) -> None:
        for _ in range(50):
            house.send_body(b"{}", secret=STRANGE_SECRET)
        lines = [line for line in caplog.messages if "reason=signature" in line]
        assert 1 <= len(lines) <= 5


def assert_private(logged: str) -> None:
    for secret in ("oCarol", "13800138000", SECRET.removeprefix("whsec_")):
        assert secret not in logged
