"""What a shop may say at the order feed: the published schema, and the way from it to the engine's events."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError

from engine.clock import whole_ms
from engine.errors import Refusal
from engine.money import Money
from engine.orders import events as heard
from engine.orders import facts
from engine.orders.intake import MOST_FEN, MOST_LINES
from engine.programme.recruiting import clean_phone

MOST_PROBLEMS = 50
"""What is told of one event at most; a field's name is cut at LONGEST_NAME characters."""
LONGEST_NAME = 120

# Read by pydantic (Rust), by jsonschema (Python) and by the shop's own validator (ECMA 262): only what all know.
_CONTROL = r"\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069"
TEXT = f"^[^{_CONTROL}]*$"
NAME = rf"^[^\s{_CONTROL}]([^{_CONTROL}]*[^\s{_CONTROL}])?$"
SOURCE = r"^[a-z0-9][a-z0-9_.-]{0,31}$"
IDENTITY = r"^[A-Za-z0-9_-]{0,64}$"
PHONE = r"^[0-9+*() .-]{0,32}$"
INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$"

_SHAPES = {
    TEXT: "holds a control character or a line break",
    NAME: "is empty, begins or ends with a space, or holds a control character",
    SOURCE: "takes 1 to 32 of a-z 0-9 _ . - and begins with a letter or digit",
    IDENTITY: "takes at most 64 of A-Z a-z 0-9 _ -",
    PHONE: "takes digits, + * ( ) . - and spaces, at most 32",
}

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an event, named by its field."""

    field: str
    problem: str


@dataclass(eq=False)
class InvalidEvent(Exception):
    """The event is not of the published schema."""

    problems: tuple[Problem, ...]


def _instant(given: object) -> datetime:
    if not isinstance(given, str) or not re.fullmatch(INSTANT, given):
        raise PydanticCustomError("instant", "must be RFC 3339 with an offset: 2026-11-21T12:00:00+08:00")
    try:
        read = datetime.fromisoformat(given)
    except ValueError:
        raise PydanticCustomError("instant", "is no moment of the calendar") from None
    if not _EARLIEST <= read <= _LATEST:
        raise PydanticCustomError("instant", "must lie between the years 2000 and 2100")
    return whole_ms(read)


def _each_once(numbers: list[int]) -> list[int]:
    if len(set(numbers)) != len(numbers):
        raise PydanticCustomError("twice", "names a line twice")
    return numbers


Fen = Annotated[int, Field(ge=0, le=MOST_FEN, description="Whole fen (分): 1990 is ¥19.90.")]
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema(
        {
            "type": "string", "format": "date-time", "pattern": INSTANT,
            "description": "RFC 3339 with an offset, for example 2026-11-21T12:00:00.000+08:00.",
        }
    ),
]  # fmt: skip
LineNumber = Annotated[int, Field(ge=1, le=MOST_LINES)]
Key = Annotated[str, StringConstraints(pattern=NAME, max_length=64)]
Title = Annotated[str, StringConstraints(pattern=TEXT, min_length=1, max_length=200)]
Identity = Annotated[str, StringConstraints(pattern=IDENTITY)]
Code = Annotated[str, StringConstraints(pattern=TEXT, max_length=64)]
SomeLines = Annotated[
    list[LineNumber],
    Field(min_length=1, max_length=MOST_LINES, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_each_once),
]


class _Part(BaseModel):
    """No coercion, nothing extra, and no input in error texts: it may be somebody's phone."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Buyer(_Part):
    """Who bought, as far as the shop knows; empty when it does not."""

    openid: Identity | None = Field(None, description="Of this Official Account, not of a mini program.")
    unionid: Identity | None = None
    phone: Annotated[str, StringConstraints(pattern=PHONE)] | None = None

    def known(self) -> heard.Buyer:
        """For the engine; what is null or empty was not given."""
        return heard.Buyer(self.openid or "", self.unionid or "", _phone(self.phone or ""))


class PlacedBy(_Part):
    """Which promoter placed the order for the buyer (代下单): by his code or by his openid."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["code"], "properties": {"code": {"type": "string"}, "openid": {"type": "null"}}},
                {"required": ["openid"], "properties": {"openid": {"type": "string"}, "code": {"type": "null"}}},
            ]
        }
    )  # fmt: skip

    code: Annotated[str, StringConstraints(pattern=NAME, max_length=64)] | None = None
    openid: Annotated[str, StringConstraints(pattern=IDENTITY, min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.code is None) == (self.openid is None):
            raise PydanticCustomError("placed_by", "needs either code or openid, not both")
        return self


class PaidLine(_Part):
    """One line of the order, for its whole quantity."""

    line: LineNumber = Field(description="The line's number within the order, each once.")
    sku: Key
    title: Title
    kind: Literal["goods", "service", "virtual"] | None = Field(
        None, description="实物, 服务 (预约) or 虚拟; the product's own kind when it is not given."
    )
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]
    paid: Fen = Field(description="Fen paid for the line, after coupons, without shipping.")
    level1_discount: Fen = Field(0, description="Fen that 自购省 or 代下单 took off.")
    service_at: Instant | None = Field(None, description="When a booked service takes place.")

    def fact(self) -> facts.Line:
        """For the engine."""
        return facts.Line(
            self.line, self.sku, self.title, facts.Goods(self.kind) if self.kind else None, self.quantity,
            Money(self.paid), Money(self.level1_discount), self.service_at,
        )  # fmt: skip


class PaidData(_Part):
    """What order.paid tells."""

    buyer: Buyer
    payment: Literal["wechat", "alipay", "balance", "own_transfer", "other"] = Field(
        description="own_transfer is 商家自行转账: such an order earns nobody anything."
    )
    lines: Annotated[list[PaidLine], Field(min_length=1, max_length=MOST_LINES)]
    shipping: Fen = 0
    code: Code | None = Field(None, description="The promoter's code that the shop's link carried.")
    placed_by: PlacedBy | None = None

    @field_validator("lines")
    @classmethod
    def _a_sane_order(cls, lines: list[PaidLine]) -> list[PaidLine]:
        _each_once([line.line for line in lines])
        if sum(line.paid + line.level1_discount for line in lines) > MOST_FEN:
            raise PydanticCustomError("too_much", f"amounts to more than {MOST_FEN} fen")
        return lines


class ShippedData(_Part):
    """What order.shipped tells."""

    id: Key
    final: bool = Field(True, description="False while more parcels will follow.")


class CompletedData(_Part):
    """What order.completed tells."""

    lines: SomeLines | None = Field(None, description="Left out: the whole order.")


class RefundedLine(_Part):
    """The part of a refund that belongs to one line."""

    line: LineNumber
    amount: Fen


class RefundedData(_Part):
    """What order.refunded tells."""

    id: Key
    amount: Annotated[int, Field(gt=0, le=MOST_FEN, description="All fen that went back with this refund.")]
    lines: Annotated[list[RefundedLine], Field(max_length=MOST_LINES)] | None = Field(
        None, description="Where it belongs, as far as the shop knows; together at most the amount."
    )

    @field_validator("lines")
    @classmethod
    def _within_the_amount(
        cls, lines: list[RefundedLine] | None, info: ValidationInfo
    ) -> list[RefundedLine] | None:
        _each_once([part.line for part in lines or ()])
        if sum(part.amount for part in lines or ()) > info.data.get("amount", MOST_FEN):
            raise PydanticCustomError("too_much", "adds up to more than the refund's amount")
        return lines


class AfterSaleData(_Part):
    """What both ends of an after-sale case tell."""

    id: Key = Field(description="The case; its closing bears the same.")
    lines: SomeLines | None = Field(None, description="Left out: the whole order.")


class VisitedData(_Part):
    """What customer.visited tells."""

    id: Key
    customer: Buyer
    page: Annotated[str, StringConstraints(pattern=TEXT, max_length=500)] = ""
    seconds: Annotated[int, Field(ge=0, le=86_400, description="How long he stayed.")] = 0
    code: Code | None = None


class NoData(_Part):
    """Nothing more to tell."""


class _Event(_Part):
    source: Annotated[str, StringConstraints(pattern=SOURCE)] = Field(
        "shop", description="Which system tells; an order is known by source and number."
    )
    shop: Key | None = Field(None, description="May be left out while there is one shop.")
    at: Instant = Field(description="When it happened, which is not when it is sent.")


class _OrderEvent(_Event):
    order: Key = Field(description="The shop's own order number.")

    def fact(self) -> heard.Fact:
        """For the engine."""
        raise NotImplementedError

    def heard(self) -> heard.Heard:
        """For the engine, with the order it speaks of."""
        return heard.Heard(self.source, self.order, self.fact())


class OrderPaid(_OrderEvent):
    """支付成功. Decides, once, who earns from the order."""

    type: Literal["order.paid"]
    data: PaidData

    def fact(self) -> heard.Fact:
        """Lines by their number, for the shop may send them in any order."""
        data, by = self.data, self.data.placed_by
        lines = sorted(data.lines, key=lambda line: line.line)
        return heard.Sold(
            facts.Paid(
                self.at,
                facts.Payment(data.payment),
                tuple(line.fact() for line in lines),
                Money(data.shipping),
            ),
            data.buyer.known(),
            _code(data.code or ""),
            heard.PlacedBy(_code(by.code or ""), by.openid or "") if by else heard.PlacedBy(),
        )


class OrderShipped(_OrderEvent):
    """发货."""

    type: Literal["order.shipped"]
    data: ShippedData

    def fact(self) -> heard.Fact:
        """For the engine."""
        return facts.Shipped(self.data.id, self.at, self.data.final)


class OrderReceived(_OrderEvent):
    """确认收货."""

    type: Literal["order.received"]
    data: NoData

    def fact(self) -> heard.Fact:
        """For the engine."""
        return facts.Received(self.at)


class OrderCompleted(_OrderEvent):
    """核销: a service was given, a virtual good used."""

    type: Literal["order.completed"]
    data: CompletedData

    def fact(self) -> heard.Fact:
        """For the engine."""
        return facts.Completed(self.at, _numbers(self.data.lines))


class OrderRefunded(_OrderEvent):
    """退款, whole or in part; each refund has its own id."""

    type: Literal["order.refunded"]
    data: RefundedData

    def fact(self) -> heard.Fact:
        """For the engine."""
        parts = sorted(self.data.lines or (), key=lambda part: part.line)
        return facts.Refunded(
            self.data.id,
            self.at,
            Money(self.data.amount),
            tuple(facts.LineRefund(part.line, Money(part.amount)) for part in parts),
        )


class OrderAfterSaleOpened(_OrderEvent):
    """售后开始: the commission of the lines waits."""

    type: Literal["order.after_sale_opened"]
    data: AfterSaleData

    def fact(self) -> heard.Fact:
        """For the engine."""
        return heard.AfterSaleOpened(self.data.id, self.at, _numbers(self.data.lines))


class OrderAfterSaleClosed(_OrderEvent):
    """售后结束."""

    type: Literal["order.after_sale_closed"]
    data: AfterSaleData

    def fact(self) -> heard.Fact:
        """For the engine."""
        return heard.AfterSaleClosed(self.data.id, self.at, _numbers(self.data.lines))


class OrderCancelled(_OrderEvent):
    """取消: all that is left of the order went back."""

    type: Literal["order.cancelled"]
    data: NoData

    def fact(self) -> heard.Fact:
        """For the engine."""
        return facts.Cancelled(self.at)


class CustomerVisited(_Event):
    """A customer looked at a page of the shop (客户雷达). Decides nothing."""

    type: Literal["customer.visited"]
    data: VisitedData

    def visit(self) -> heard.PageVisit:
        """For the engine."""
        data = self.data
        return heard.PageVisit(
            self.source, data.id, self.at, data.customer.known(), data.page, data.seconds,
            _code(data.code or ""),
        )  # fmt: skip


OrderEvent = (
    OrderPaid
    | OrderShipped
    | OrderReceived
    | OrderCompleted
    | OrderRefunded
    | OrderAfterSaleOpened
    | OrderAfterSaleClosed
    | OrderCancelled
)
Event = OrderEvent | CustomerVisited

_EVENTS: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])


def parse(document: object) -> Event:
    """The event that a JSON document tells. Raises InvalidEvent, which names every field that is wrong."""
    try:
        return _EVENTS.validate_python(document)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise InvalidEvent(tuple(_problems(found[:MOST_PROBLEMS]))) from None


def published() -> str:
    """The text of docs/order-events.schema.json."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Order events",
        "description": "The body of POST /orders/events. See orders.md.",
        **_EVENTS.json_schema(schema_generator=_Plain),
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


class _Plain(GenerateJsonSchema):
    """No titles that only say the field's name again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never."""
        return False


def _problems(found: Iterable[ErrorDetails]) -> Iterable[Problem]:
    for one in found:
        # The first step of a place inside an event is the union's tag: the type, which the shop knows.
        yield Problem(_field(one["loc"][1:]) or _of_whole(one["type"]), _words(one))


def _field(place: tuple[int | str, ...]) -> str:
    """`data.lines[0].paid`."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return steps.removeprefix(".")[:LONGEST_NAME]


def _of_whole(kind: str) -> str:
    return "type" if kind.startswith("union_tag") else "event"


def _words(one: ErrorDetails) -> str:
    context: Mapping[str, Any] = one.get("ctx", {})
    say = _SAY.get(one["type"])
    return say(context) if say else one["msg"][:200]


_SAY: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "is missing",
    "extra_forbidden": lambda _: "is unknown here",
    "int_type": lambda _: "must be a whole number: no text, no fraction, no true or false",
    "int_from_float": lambda _: "must be a whole number: no text, no fraction, no true or false",
    "bool_type": lambda _: "must be true or false",
    "string_type": lambda _: "must be text",
    "string_unicode": lambda _: "is no valid Unicode",
    "list_type": lambda _: "must be a list",
    "model_type": lambda _: "must be an object",
    "model_attributes_type": lambda _: "must be an object",
    "union_tag_not_found": lambda _: "is missing",
    "union_tag_invalid": lambda context: f"must be one of {context['expected_tags']}",
    "literal_error": lambda context: f"must be {context['expected']}",
    "greater_than": lambda context: f"must be more than {context['gt']}",
    "greater_than_equal": lambda context: f"must be at least {context['ge']}",
    "less_than_equal": lambda context: f"must be at most {context['le']}",
    "too_short": lambda context: f"needs at least {context['min_length']} entry",
    "too_long": lambda context: f"takes at most {context['max_length']} entries",
    "string_too_short": lambda _: "is empty",
    "string_too_long": lambda context: f"takes at most {context['max_length']} characters",
    "string_pattern_mismatch": lambda context: _SHAPES[context["pattern"]],
}


def _code(given: str) -> str:
    """A promoter's code as we keep codes: it may come in small letters, full width or with spaces."""
    return "".join(unicodedata.normalize("NFKC", given).split()).upper()


def _phone(given: str) -> str:
    """The eleven digits by which people bind a phone. Any other number is nobody's, and no reason to refuse."""
    try:
        return clean_phone(given)
    except Refusal:
        return given.strip()


def _numbers(lines: list[int] | None) -> frozenset[int] | None:
    return None if lines is None else frozenset(lines)
