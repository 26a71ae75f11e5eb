"""`/prices`: the examples in docs/, the published schema and the answers of the real engine are one and the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from bot.doors.price_schema import PriceQuestion, parse, published
from bot.doors.prices import prices_door
from bot.doors.schema import Invalid
from bot.doors.signed import BODY_LIMIT
from engine import FEED, OPERATOR
from engine.errors import StoreBusyError
from engine.money import Money
from engine.orders.intake import MOST_LINES
from engine.programme.modes import Goods
from tests.bot.test_order_schema import DOCS, JUNK
from tests.bot.test_orders_door import SECRET, STRANGE_SECRET, House, signed

EXAMPLES = json.loads((DOCS / "examples/prices/prices.json").read_text(encoding="utf-8"))
GOOD, REJECTED = EXAMPLES["good"], EXAMPLES["rejected"]
SCHEMA = json.loads((DOCS / "prices.schema.json").read_text(encoding="utf-8"))
LINE = {"sku": "SKU2", "quantity": 3, "amount": 1935}


class Asking(House):
    """The orders' house with the other door: 自购省, and tea beside the hand cream."""

    def __init__(self) -> None:
        super().__init__()
        self.app.register_blueprint(
            prices_door((SECRET,), lambda: self.engine.at(self.shop, FEED, "price").quotes, self.shop)
        )
        operator = self.engine.at(self.shop, OPERATOR, "set up")
        operator.products.put("SKU2", "绿茶礼盒", Goods.GOODS, Money(645))
        operator.settings.set_up("self_purchase", "discount")

    def ask(self, question: object, secret: str = SECRET) -> TestResponse:
        body = json.dumps(question).encode()
        return self.app.test_client().post("/prices", data=body, headers=signed(body, secret, "msg_1"))

    def everything(self) -> dict[str, int]:
        tables = ("people", "identities", "commands", "orders", "entries", "outbox")
        return {table: self.count(table) for table in tables}


@pytest.fixture
def house() -> Asking:
    return Asking()


def question(**more: Any) -> dict[str, Any]:
    return {"buyer": {"openid": "oBob"}, "lines": [LINE], **more}


def ours(given_: Any, code: str) -> Any:
    """An example's question with bob's real code."""
    return json.loads(json.dumps(given_).replace("ABC234", code))


def fields(schema: dict[str, Any], prefix: str = "") -> Iterator[str]:
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].split("/")[-1]]
    for option in schema.get("anyOf", []):
        yield from fields(option, prefix)
    for name, inner in schema.get("properties", {}).items():
        place = f"{prefix}.{name}" if prefix else name
        yield place
        yield from fields(inner, place)
    if "items" in schema:
        yield from fields(schema["items"], f"{prefix}[]")


def _read(document: object) -> Iterator[PriceQuestion]:
    try:
        yield parse(document)
    except Invalid as wrong:
        if not wrong.problems or not all(one.field and one.problem for one in wrong.problems):
            raise AssertionError("refused without a reason") from wrong


class TestPublished:
    def test_the_schema_file_is_the_code_s(self) -> None:
        assert (DOCS / "prices.schema.json").read_text(encoding="utf-8") == published()
        Draft202012Validator.check_schema(SCHEMA)

    def test_it_takes_the_good_examples_and_refuses_the_others_but_for_those_that_say_so(self) -> None:
        validator = Draft202012Validator(SCHEMA)
        for example in GOOD:
            validator.validate(example["question"])
        for example in REJECTED:
            assert validator.is_valid(example["question"]) == example.get("beyond_schema", False), example[
                "why"
            ]

    def test_every_field_stands_in_the_words_and_is_rejected_once(self) -> None:
        named = set(re.findall(r"`([a-z_0-9.\[\]]+)`", (DOCS / "prices.md").read_text(encoding="utf-8")))
        refused = {re.sub(r"\[\d+]", "[]", one["field"]) for one in REJECTED}
        assert set(fields(SCHEMA)) - named == set()
        assert set(fields(SCHEMA)) - refused == set()

    @pytest.mark.parametrize("example", REJECTED, ids=lambda one: one["why"][:50])
    def test_a_rejected_one_names_its_field(self, house: Asking, example: dict[str, Any]) -> None:
        answer = house.ask(example["question"])
        assert answer.status_code == 422
        assert answer.json is not None
        assert {one["field"] for one in answer.json["problems"]} == {example["field"]}

    @given(JUNK, st.data())
    def test_anything_at_any_place_is_a_question_or_refused(self, junk: object, data: st.DataObject) -> None:
        document = json.loads(json.dumps(GOOD[1]["question"]))
        name = data.draw(st.sampled_from(sorted(document)))
        document[name] = junk
        for tried in (junk, document):
            for read in _read(tried):
                read.asked()


class TestAnswers:
    @pytest.mark.parametrize("example", GOOD, ids=lambda one: one["why"][:50])
    def test_the_good_examples_are_answered_as_they_say(self, house: Asking, example: dict[str, Any]) -> None:
        before = house.everything()
        answer = house.ask(ours(example["question"], house.bob.code))
        assert (answer.status_code, answer.json) == (200, example["answer"])
        assert house.everything() == before

    def test_a_code_is_forgiven_its_spelling(self, house: Asking) -> None:
        typed = f" {house.bob.code[:3]} {house.bob.code[3:]}".lower().strip()
        answer = house.ask(question(buyer={}, placed_by={"code": typed}))
        assert answer.json is not None
        assert answer.json["basis"] == "proxy"

    def test_the_order_at_that_price_pays_the_upline_only(self, house: Asking) -> None:
        priced = house.ask(question()).json
        assert priced is not None
        line = priced["lines"][0]
        sold = {"line": 1, "sku": "SKU2", "title": "绿茶礼盒", "quantity": 3, "paid": line["price"]}
        data = {
            "buyer": {"openid": "oBob"}, "payment": "wechat",
            "lines": [{**sold, "level1_discount": line["level1_discount"]}],
        }  # fmt: skip
        event = {"type": "order.paid", "order": "1", "at": "2026-11-21T12:00:00+08:00", "data": data}
        assert house.send(event).status_code == 200
        held = house.ledger()
        assert (held.bob.pending, held.alice.pending) == (Money(0), Money(96))
        assert house.is_sound()

    def test_as_many_lines_as_an_order_has(self, house: Asking) -> None:
        answer = house.ask(question(lines=[LINE] * MOST_LINES))
        assert answer.json is not None
        assert len(answer.json["lines"]) == MOST_LINES
        assert answer.json["price"] == 1355 * MOST_LINES
        assert house.ask(question(lines=[LINE] * (MOST_LINES + 1))).status_code == 422


class TestTheDoor:
    def test_only_the_signed_are_answered(self, house: Asking) -> None:
        assert house.ask(question(), STRANGE_SECRET).status_code == 401
        body = json.dumps(question()).encode()
        client = house.app.test_client()
        assert client.post("/prices", json=question()).status_code == 401
        assert (
            client.post("/prices", data=body + b" ", headers=signed(body, SECRET, "msg_1")).status_code == 401
        )
        assert client.get("/prices").status_code == 405

    def test_no_other_shop_s_prices(self, house: Asking) -> None:
        assert house.ask(question(shop=str(house.shop))).status_code == 200
        assert house.ask(question(shop="sh_another")).status_code == 422

    def test_too_much_and_what_is_no_json(self, house: Asking) -> None:
        for body, status in ((b" " * (BODY_LIMIT + 1), 413), (b"{oops", 400), (b"[]", 422)):
            answer = house.app.test_client().post("/prices", data=body, headers=signed(body, SECRET, "msg_1"))
            assert answer.status_code == status

    def test_an_outage_asks_for_another_try(self, house: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
        def gone(*_: object) -> None:
            raise StoreBusyError("away")

        monkeypatch.setattr("engine.orders.quoting.Quotes.price", gone)
        answer = house.ask(question())
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
