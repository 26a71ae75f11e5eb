"""What the shop may say: the examples in docs/, the published schema and the models are one and the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.doors.order_schema import (
    CustomerVisited,
    Event,
    OrderPaid,
    OrderRefunded,
    parse,
    published,
)
from bot.doors.schema import Invalid
from engine.money import Money
from engine.orders.events import AfterSaleClosed, AfterSaleOpened, Buyer, PlacedBy, Sold
from engine.orders.facts import Cancelled, Completed, Goods, Payment, Received, Refunded, Shipped
from engine.store.record import encode

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES: dict[str, dict[str, list[dict[str, Any]]]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((DOCS / "examples/orders").glob("*.json"))
}
GOOD = [one for examples in EXAMPLES.values() for one in examples["good"]]
REJECTED = [
    (kind, number, one)
    for kind, examples in EXAMPLES.items()
    for number, one in enumerate(examples["rejected"])
]
SCHEMA = json.loads((DOCS / "order-events.schema.json").read_text(encoding="utf-8"))
FACTS = {
    "order.paid": Sold,
    "order.shipped": Shipped,
    "order.received": Received,
    "order.completed": Completed,
    "order.refunded": Refunded,
    "order.after_sale_opened": AfterSaleOpened,
    "order.after_sale_closed": AfterSaleClosed,
    "order.cancelled": Cancelled,
}

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
AT = "2026-11-21T12:00:00.000+08:00"


def event(kind: str, data: object, **head: object) -> dict[str, Any]:
    return {"type": kind, "order": "1", "at": AT, "data": data, **head}


def paid(**data: object) -> dict[str, Any]:
    line = {"line": 1, "sku": "SKU1", "title": "护手霜", "quantity": 1, "paid": 10000}
    return event("order.paid", {"buyer": {}, "payment": "wechat", "lines": [line], **data})


def problems(document: object) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        parse(document)
    return {one.field: one.problem for one in caught.value.problems}


def sold(document: dict[str, Any]) -> Sold:
    read = parse(document)
    assert isinstance(read, OrderPaid)
    fact = read.fact()
    assert isinstance(fact, Sold)
    return fact


def fields_of(kind: str) -> set[str]:
    """Every field that an event of this type may have, by the published schema: `data.lines[].paid`."""
    return set(_fields(SCHEMA["$defs"][SCHEMA["discriminator"]["mapping"][kind].split("/")[-1]], ""))


def _fields(schema: dict[str, Any], prefix: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].split("/")[-1]]
    for option in schema.get("anyOf", []):
        yield from _fields(option, prefix)
    for name, inner in schema.get("properties", {}).items():
        place = f"{prefix}.{name}" if prefix else name
        yield place
        yield from _fields(inner, place)
    if "items" in schema:
        yield from _fields(schema["items"], f"{prefix}[]")


class TestPublished:
    def test_the_schema_file_is_the_code_s(self) -> None:
        assert (DOCS / "order-events.schema.json").read_text(encoding="utf-8") == published()

    def test_it_is_a_schema(self) -> None:
        Draft202012Validator.check_schema(SCHEMA)

    @pytest.mark.parametrize("example", GOOD, ids=lambda one: one["why"][:50])
    def test_it_takes_the_good_examples(self, example: dict[str, Any]) -> None:
        Draft202012Validator(SCHEMA).validate(example["event"])

    def test_it_refuses_the_rejected_ones_but_for_those_that_say_so(self) -> None:
        validator = Draft202012Validator(SCHEMA)
        assert len(REJECTED) > 5
        for kind, number, example in REJECTED:
            beyond = example.get("beyond_schema", False)
            assert validator.is_valid(example["event"]) == beyond, (kind, number, example["why"])

    def test_every_field_stands_in_the_words(self) -> None:
        """docs/orders.md names each type in a heading and each of its fields below, in code letters."""
        sections = re.split(r"^#+ ", (DOCS / "orders.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
        for kind in EXAMPLES:
            (section,) = (one for one in sections if one.startswith(f"`{kind}`"))
            named = set(re.findall(r"`([a-z_0-9.\[\]]+)`", section))
            own = {field.removeprefix("data.") for field in fields_of(kind) if field.startswith("data.")}
            assert own <= named, (kind, own - named)
        (envelope,) = (one for one in sections if one.startswith("The event"))
        assert {"type", "source", "shop", "order", "at", "data"} <= set(re.findall(r"`([a-z]+)`", envelope))


class TestExamples:
    def test_there_is_a_file_for_each_type(self) -> None:
        assert set(EXAMPLES) == set(SCHEMA["discriminator"]["mapping"])

    @pytest.mark.parametrize("kind", sorted(EXAMPLES))
    def test_every_field_has_a_rejected_one(self, kind: str) -> None:
        refused = {re.sub(r"\[\d+]", "[]", one["field"]) for one in EXAMPLES[kind]["rejected"]}
        assert fields_of(kind) - refused == set()

    @pytest.mark.parametrize("kind", sorted(EXAMPLES))
    def test_every_field_stands_in_a_good_one(self, kind: str) -> None:
        shown = {place for one in EXAMPLES[kind]["good"] for place in _places(one["event"])}
        assert fields_of(kind) - shown - {"shop"} == set()
        assert {one["event"]["type"] for one in EXAMPLES[kind]["good"]} == {kind}

    @pytest.mark.parametrize("example", GOOD, ids=lambda one: one["why"][:50])
    def test_the_good_ones_reach_the_engine(self, example: dict[str, Any]) -> None:
        read = parse(example["event"])
        if isinstance(read, CustomerVisited):
            assert read.visit().id == example["event"]["data"]["id"]
        else:
            assert type(read.fact()) is FACTS[read.type]
            assert read.heard().number == example["event"]["order"]


def _places(given: object, prefix: str = "") -> Iterator[str]:
    if isinstance(given, dict):
        for name, inner in given.items():
            place = f"{prefix}.{name}" if prefix else name
            yield place
            yield from _places(inner, place)
    if isinstance(given, list):
        for inner in given:
            yield from _places(inner, f"{prefix}[]")


class TestReading:
    def test_a_whole_order(self) -> None:
        fact = sold(EXAMPLES["order.paid"]["good"][0]["event"])
        assert fact.paid.at == datetime(2026, 11, 21, 4, tzinfo=UTC)
        assert (fact.paid.payment, fact.paid.shipping) == (Payment.WECHAT, Money(800))
        first, second = fact.paid.lines
        assert (first.number, first.sku, first.title, first.kind) == (1, "SKU1", "护手霜", Goods.GOODS)
        assert (first.quantity, first.paid, first.level1_discount) == (2, Money(20000), Money(0))
        assert (second.kind, second.service_at) == (Goods.SERVICE, datetime(2026, 12, 1, 2, tzinfo=UTC))
        assert fact.buyer == Buyer("oCarol-1_x", "uCarol", "13800138000")
        assert (fact.code, fact.placed_by) == ("ABC234", PlacedBy())

    def test_a_refund(self) -> None:
        read = parse(EXAMPLES["order.refunded"]["good"][0]["event"])
        assert isinstance(read, OrderRefunded)
        fact = read.fact()
        assert isinstance(fact, Refunded)
        assert (fact.id, fact.amount) == ("r1", Money(5800))
        assert [(part.line, part.amount) for part in fact.lines] == [(1, Money(5000))]

    def test_a_refund_of_nothing_names_the_free_line_that_came_back(self) -> None:
        read = parse(event("order.refunded", {"id": "r1", "amount": 0, "lines": [{"line": 1, "amount": 0}]}))
        assert isinstance(read, OrderRefunded)
        assert problems(event("order.refunded", {"id": "r1", "amount": 0})) == {
            "data": "is a refund of 0 fen that names no line"
        }

    def test_a_visit(self) -> None:
        read = parse(EXAMPLES["customer.visited"]["good"][0]["event"])
        assert isinstance(read, CustomerVisited)
        visit = read.visit()
        assert (visit.source, visit.id, visit.page, visit.seconds) == ("shop", "v1", "/goods/SKU1", 42)
        assert visit.code == "ABC234"

    @pytest.mark.parametrize("typed", ["abc234", " ABC 234 ", "ＡＢＣ２３４", "Abc234"])
    def test_codes_are_forgiven_their_spelling(self, typed: str) -> None:
        assert sold(paid(code=typed)).code == "ABC234"
        assert sold(paid(placed_by={"code": typed.strip()})).placed_by == PlacedBy(code="ABC234")

    @pytest.mark.parametrize(
        ("given_", "kept"),
        [
            ("13800138000", "13800138000"),
            ("+86 138-0013-8000", "13800138000"),
            ("138****8000", "138****8000"),
            ("(010) 8888 6666", "(010) 8888 6666"),
            ("", ""),
            (None, ""),
        ],
    )
    def test_phones_are_read_as_people_bind_them_and_never_refuse_an_order(
        self, given_: str | None, kept: str
    ) -> None:
        assert sold(paid(buyer={"phone": given_})).buyer.phone == kept

    def test_the_same_said_otherwise_is_the_same(self) -> None:
        """Else a shop that builds its JSON anew for a retry would get a conflict."""
        lines = [{"line": n, "sku": "S", "title": "t", "quantity": 1, "paid": n} for n in (1, 2)]
        one = sold(paid(lines=lines))
        other = sold({**paid(lines=lines[::-1], shipping=0, code=""), "at": "2026-11-21T04:00:00.0004Z"})
        assert encode(one) == encode(other)

    def test_times_are_kept_in_milliseconds_of_utc(self) -> None:
        at = sold({**paid(), "at": "2026-11-21T12:00:00.123999999+08:00"}).paid.at
        assert (at, at.tzinfo) == (datetime(2026, 11, 21, 4, 0, 0, 123_000, UTC), UTC)

    @pytest.mark.parametrize(
        ("kind", "data"),
        [
            ("order.completed", {}),
            ("order.after_sale_opened", {"id": "a"}),
            ("order.after_sale_closed", {"id": "a"}),
        ],
    )
    def test_some_lines_or_all(self, kind: str, data: dict[str, Any]) -> None:
        for lines, read in (({"lines": [3, 1]}, {1, 3}), ({"lines": None}, None), ({}, None)):
            told = parse(event(kind, {**data, **lines}))
            assert not isinstance(told, CustomerVisited)
            fact = told.fact()
            assert isinstance(fact, (Completed, AfterSaleOpened, AfterSaleClosed))
            assert fact.lines == read

    def test_no_lines_of_a_refund_are_no_lines(self) -> None:
        bare, empty = (
            parse(event("order.refunded", {"id": "r", "amount": 5, **more})) for more in ({}, {"lines": []})
        )
        assert isinstance(bare, OrderRefunded)
        assert isinstance(empty, OrderRefunded)
        assert bare.fact() == empty.fact()


class TestRefusing:
    def test_every_mistake_is_named_at_once(self) -> None:
        bad = paid(buyer={"openid": "o carol"}, payment="gold", shipping=-1)
        assert set(problems(bad)) == {"data.buyer.openid", "data.payment", "data.shipping"}

    def test_each_says_what_is_allowed_there(self) -> None:
        line = paid()["data"]["lines"][0]
        assert problems(paid(buyer={"openid": "o carol"}, lines=[line] * 201)) == {
            "data.buyer.openid": "takes at most 64 of A-Z a-z 0-9 _ -",
            "data.lines": "takes at most 200 entries",
        }

    @pytest.mark.parametrize("document", [None, [], [paid()], "order.paid", 5, True])
    def test_what_is_no_object(self, document: object) -> None:
        assert problems(document) == {"event": "must be an object"}

    def test_a_refusal_never_repeats_what_was_sent(self) -> None:
        bad = paid(buyer={"openid": "o carol 13800138000", "phone": "+86-138-0013-8000 carol"})
        assert "138" not in "".join(problems(bad).values())

    @pytest.mark.parametrize(
        "at", ["1999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
    )
    def test_times_out_of_all_reason(self, at: str) -> None:
        assert problems({**paid(), "at": at}) == {"at": "must lie between the years 2000 and 2100"}

    def test_discounts_count_towards_the_largest_order(self) -> None:
        """The base of commission is paid + discount: no sum of the book may run over."""
        line = {"line": 1, "sku": "S", "title": "t", "quantity": 1, "paid": 10**11}
        assert sold(paid(lines=[line])).paid.lines[0].paid == Money(10**11)
        assert set(problems(paid(lines=[{**line, "level1_discount": 1}]))) == {"data.lines"}

    def test_a_flood_of_mistakes_is_cut(self) -> None:
        assert len(problems({**paid(), **{f"x{n}": 1 for n in range(500)}})) == 50
        (name,) = problems({**paid(), "x" * 9000: 1})
        assert len(name) == 120

    @given(JUNK, st.data())
    def test_anything_at_any_place_is_an_event_or_refused(self, junk: object, data: st.DataObject) -> None:
        document = json.loads(json.dumps(data.draw(st.sampled_from(GOOD))["event"]))
        place = data.draw(st.sampled_from(sorted(_steps(document), key=str)))
        here: Any = document
        for step in place[:-1]:
            here = here[step]
        here[place[-1]] = junk
        for read in _read(document):
            encode(read.visit() if isinstance(read, CustomerVisited) else read.heard())


def _read(document: object) -> Iterator[Event]:
    try:
        yield parse(document)
    except Invalid as invalid:
        if not invalid.problems or not all(one.field and one.problem for one in invalid.problems):
            raise AssertionError("refused without a reason") from invalid


def _steps(given_: object, place: tuple[int | str, ...] = ()) -> Iterator[tuple[int | str, ...]]:
    inside = (
        given_.items() if isinstance(given_, dict) else enumerate(given_) if isinstance(given_, list) else ()
    )
    for step, inner in inside:
        yield (*place, step)
        yield from _steps(inner, (*place, step))
