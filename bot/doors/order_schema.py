"""What a shop may say at the order feed: the published schema, and the way from it to the engine's events."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, TypeAdapter, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from bot.doors.schema import (
    SOURCE,
    TEXT,
    Buyer,
    Code,
    Fen,
    Instant,
    Key,
    LineNumber,
    Part,
    PlacedBy,
    SomeLines,
    Title,
    code_of,
    each_once,
    read,
    schema_of,
)
from engine.money import Money
from engine.orders import events as heard
from engine.orders import facts
from engine.orders.intake import MOST_FEN, MOST_LINES


class PaidLine(Part):
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


class PaidData(Part):
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
        each_once([line.line for line in lines])
        if sum(line.paid + line.level1_discount for line in lines) > MOST_FEN:
            raise PydanticCustomError("too_much", f"amounts to more than {MOST_FEN} fen")
        return lines


class ShippedData(Part):
    """What order.shipped tells."""

    id: Key
    final: bool = Field(default=True, description="False while more parcels will follow.")


class CompletedData(Part):
    """What order.completed tells."""

    lines: SomeLines | None = Field(None, description="Left out: the whole order.")


class RefundedLine(Part):
    """The part of a refund that belongs to one line."""

    line: LineNumber
    amount: Fen


class RefundedData(Part):
    """What order.refunded tells."""

    id: Key
    amount: Annotated[
        int,
        Field(
            ge=0,
            le=MOST_FEN,
            description="All fen that went back with this refund; 0 where free lines came back, which it names.",
        ),
    ]
    lines: Annotated[list[RefundedLine], Field(max_length=MOST_LINES)] | None = Field(
        None, description="Where it belongs, as far as the shop knows; together at most the amount."
    )

    @field_validator("lines")
    @classmethod
    def _within_the_amount(
        cls, lines: list[RefundedLine] | None, info: ValidationInfo
    ) -> list[RefundedLine] | None:
        each_once([part.line for part in lines or ()])
        if sum(part.amount for part in lines or ()) > info.data.get("amount", MOST_FEN):
            raise PydanticCustomError("too_much", "adds up to more than the refund's amount")
        return lines

    @model_validator(mode="after")
    def _gives_something_back(self) -> Self:
        if self.amount == 0 and not self.lines:
            raise PydanticCustomError("nothing", "is a refund of 0 fen that names no line")
        return self


class AfterSaleData(Part):
    """What both ends of an after-sale case tell."""

    id: Key = Field(description="The case; its closing bears the same.")
    lines: SomeLines | None = Field(None, description="Left out: the whole order.")


class VisitedData(Part):
    """What customer.visited tells."""

    id: Key
    customer: Buyer
    page: Annotated[str, StringConstraints(pattern=TEXT, max_length=500)] = ""
    seconds: Annotated[int, Field(ge=0, le=86_400, description="How long he stayed.")] = 0
    code: Code | None = None


class NoData(Part):
    """Nothing more to tell."""


class _Event(Part):
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
            code_of(data.code or ""),
            by.known() if by else heard.PlacedBy(),
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
            code_of(data.code or ""),
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
    """The event that a JSON document tells. Raises Invalid, which names every field that is wrong."""
    return read(_EVENTS, document, tagged=True, whole="event")


def published() -> str:
    """The text of docs/order-events.schema.json."""
    return schema_of(_EVENTS, "Order events", "The body of POST /orders/events. See orders.md.")


def _numbers(lines: list[int] | None) -> frozenset[int] | None:
    return None if lines is None else frozenset(lines)
