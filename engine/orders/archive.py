"""An order's facts in the database: kept as they were heard, read back as OrderFacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlalchemy import bindparam, func, insert, select, tuple_, update

from engine.ids import OrderId, PromoterId
from engine.money import Money, Rate, total
from engine.orders.commission import LineTerms
from engine.orders.events import AfterSaleClosed, AfterSaleOpened, Buyer, Fact, Heard, Sold
from engine.orders.facts import (
    AfterSale,
    Cancelled,
    Completed,
    Goods,
    Line,
    OrderFacts,
    Received,
    Refunded,
    Shipped,
)
from engine.programme.rates import RateFound, RateSource
from engine.store.base import Tx
from engine.store.codes import fresh_code
from engine.store.columns import canonical
from engine.store.prepared import Prepared
from engine.store.record import decode, encode
from engine.store.tables import conflicts, order_facts, order_lines, orders, reassignments

K = TypeVar("K")

Known = Literal["unionid", "phone"]
"""By what a buyer whom nobody knew may become known."""

How = Literal["claimed", "known", "assigned"]
"""How an order came to be decided after it was heard: 认领, its buyer became known, 归属."""

KINDS: dict[str, type] = {
    "paid": Sold,
    "shipped": Shipped,
    "received": Received,
    "completed": Completed,
    "refunded": Refunded,
    "after_sale_opened": AfterSaleOpened,
    "after_sale_closed": AfterSaleClosed,
    "cancelled": Cancelled,
}
_NAMES = {kind: name for name, kind in KINDS.items()}


_BY_ID = Prepared(
    select(orders).where(orders.c.shop_id == bindparam("shop"), orders.c.id == bindparam("order"))
)
_BY_NUMBER = Prepared(
    select(orders).where(
        orders.c.shop_id == bindparam("shop"),
        orders.c.source == bindparam("source"),
        orders.c.number == bindparam("number"),
    )
)
_NEXT_SOURCE = Prepared(
    select(func.min(orders.c.source)).where(
        orders.c.shop_id == bindparam("shop"), orders.c.source > bindparam("last")
    )
)
_CHANGE = Prepared(
    update(orders).where(orders.c.shop_id == bindparam("of_shop"), orders.c.id == bindparam("of_order"))
)
_ORDER, _FACT, _LINE = Prepared(insert(orders)), Prepared(insert(order_facts)), Prepared(insert(order_lines))
_KNOWN = Prepared(
    select(order_facts.c.content_hash).where(
        order_facts.c.shop_id == bindparam("shop"),
        order_facts.c.order_id == bindparam("order"),
        order_facts.c.kind == bindparam("kind"),
        order_facts.c.fact_id == bindparam("fact"),
    )
)
_FACTS = Prepared(
    select(order_facts.c.kind, order_facts.c.content)
    .where(order_facts.c.shop_id == bindparam("shop"), order_facts.c.order_id == bindparam("order"))
    .order_by(order_facts.c.at, order_facts.c.kind, order_facts.c.fact_id)
)
_LINES = Prepared(
    select(order_lines).where(
        order_lines.c.shop_id == bindparam("shop"), order_lines.c.order_id == bindparam("order")
    )
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Which fact of an order it is: kinds that can happen once have no id of their own."""

    kind: str
    id: str


def identity(fact: Fact) -> Identity:
    """Paid, received and cancelled are one per order; completed one per set of lines; the rest have their ids."""
    kind = _NAMES[type(fact)]
    if isinstance(fact, Completed):
        return Identity(kind, ",".join(str(line) for line in sorted(fact.lines or ())))
    return Identity(kind, getattr(fact, "id", ""))


def at_of(fact: Fact) -> datetime:
    """When it happened."""
    return fact.paid.at if isinstance(fact, Sold) else fact.at


def fingerprint(tx: Tx, order: OrderId, fact: Fact) -> str:
    """The same for the same content of a fact of this order."""
    return fingerprint_of(tx, order, _NAMES[type(fact)], canonical(_anonymous(tx, fact)))


def fingerprint_of(tx: Tx, order: OrderId, kind: str, content: str) -> str:
    """The same, from a fact's text as it is kept: whoever has the database but not the key cannot make it."""
    return tx.cipher.digest("fact", f"{order}\0{kind}\0{content}")


def order_of(tx: Tx, heard: Heard) -> Any:
    """The order's row, made at the first fact heard of it."""
    row = find(tx, heard.source, heard.number)
    if row is not None:
        return row
    tx.tell(
        _ORDER,
        {
            "shop_id": tx.shop, "id": tx.ids.new("or"), "source": heard.source, "number": heard.number,
            "code": fresh_code(tx, orders.c.code), "first_heard_at": tx.now, "refunded": Money(0),
            "excess_refund": Money(0),
        },
    )  # fmt: skip
    return find(tx, heard.source, heard.number)


def find(tx: Tx, source: str, number: str) -> Any:
    """The order's row; None while nothing was heard of it."""
    return tx.ask(_BY_NUMBER, source=source, number=number).one_or_none()


def sources(tx: Tx) -> Iterator[str]:
    """Every source that has told of an order, from one to the next through the index: they are few, orders many."""
    last = ""
    while last := tx.ask(_NEXT_SOURCE, last=last).scalar_one() or "":
        yield last


def sold_of(tx: Tx, order: OrderId) -> Sold:
    """order.paid as it is kept: who bought and who placed it as digests only."""
    content = tx.run(
        select(order_facts.c.content).where(
            order_facts.c.shop_id == tx.shop, order_facts.c.order_id == order, order_facts.c.kind == "paid"
        )
    ).scalar_one()
    sold: Sold = decode(Sold, content)
    return sold


def waiting_for(tx: Tx, kind: Known, digest: str, after: str, most: int) -> list[Any]:
    """The undecided orders of a buyer who is known by this digest only, the first paid first, from one order on."""
    column = orders.c.buyer_unionid if kind == "unionid" else orders.c.buyer_phone
    last = row_of(tx, OrderId(after)) if after else None
    further = [tuple_(orders.c.paid_at, orders.c.id) > (last.paid_at, last.id)] if last else []
    return list(
        tx.run(
            select(orders)
            .where(orders.c.shop_id == tx.shop, column == digest, *further)
            .order_by(orders.c.paid_at, orders.c.id)
            .limit(most)
        )
    )


def row_of(tx: Tx, order: OrderId) -> Any:
    """The order's row as it stands."""
    return tx.ask(_BY_ID, order=order).one()


def known(tx: Tx, order: OrderId, fact: Identity) -> str | None:
    """The fingerprint under which this fact stands already."""
    found: str | None = tx.ask(_KNOWN, order=order, kind=fact.kind, fact=fact.id).scalar_one_or_none()
    return found


def keep(tx: Tx, order: OrderId, fact: Fact) -> None:
    """Write the fact down; the buyer's identities only as digests."""
    mark = identity(fact)
    tx.tell(
        _FACT,
        {
            "shop_id": tx.shop, "order_id": order, "kind": mark.kind, "fact_id": mark.id, "at": at_of(fact),
            "content": _anonymous(tx, fact), "content_hash": fingerprint(tx, order, fact), "heard_at": tx.now,
        },
    )  # fmt: skip


def keep_conflict(tx: Tx, order: OrderId, fact: Fact) -> None:
    """The same fact with other content: kept for the operator, booked nowhere."""
    mark = identity(fact)
    seen = tx.run(
        select(conflicts.c.id).where(
            conflicts.c.shop_id == tx.shop,
            conflicts.c.order_id == order,
            conflicts.c.kind == mark.kind,
            conflicts.c.fact_id == mark.id,
            conflicts.c.content_hash == fingerprint(tx, order, fact),
        )
    ).one_or_none()
    if seen is None:
        tx.run(
            insert(conflicts).values(
                shop_id=tx.shop, id=tx.ids.new("cf"), order_id=order, kind=mark.kind, fact_id=mark.id,
                content_hash=fingerprint(tx, order, fact), content=_anonymous(tx, fact), heard_at=tx.now,
            )
        )  # fmt: skip


def facts_of(tx: Tx, order: OrderId) -> OrderFacts:
    """Everything heard of an order, as the pure rules take it."""
    rows = tx.ask(_FACTS, order=order).all()
    return gathered([read(row.kind, row.content) for row in rows])


def read(kind: str, content: Any) -> Fact:
    """A fact as it was kept."""
    fact: Fact = decode(KINDS[kind], content)
    return fact


def gathered(heard: Sequence[Fact]) -> OrderFacts:
    """All facts of one order as one value."""
    sold = _first(heard, Sold)
    return OrderFacts(
        paid=sold.paid if sold else None,
        shipped=tuple(fact for fact in heard if isinstance(fact, Shipped)),
        received=_first(heard, Received),
        completed=tuple(fact for fact in heard if isinstance(fact, Completed)),
        refunds=tuple(fact for fact in heard if isinstance(fact, Refunded)),
        after_sales=_after_sales(heard),
        cancelled=_first(heard, Cancelled),
    )


def keep_lines(
    tx: Tx, order: OrderId, lines: Sequence[Line], kinds: dict[int, Goods], terms: dict[int, LineTerms]
) -> None:
    """The order's lines with the terms that were decided for them."""
    tx.tell(
        _LINE,
        *(
            {
                "shop_id": tx.shop, "order_id": order, "line": line.number, "sku": line.sku, "title": line.title,
                "kind": kinds[line.number].value, "quantity": line.quantity, "paid": line.paid,
                "level1_discount": line.level1_discount, "service_at": line.service_at, **_terms(terms[line.number]),
            }
            for line in lines
        ),
    )  # fmt: skip


def keep_excess_discounts(
    tx: Tx, order: OrderId, whose: PromoterId | None, excess: Mapping[int, Money]
) -> None:
    """By whose rate the price went down, and what each line's discount took off above the rule."""
    for line, above in excess.items():
        if above:
            _change_line(tx, order, line, excess_discount=above)
    change(tx, order, priced_for=whose, excess_discount=total(excess.values()))


def keep_terms(tx: Tx, order: OrderId, terms: dict[int, LineTerms]) -> None:
    """The terms of another decision; what the lines are stays."""
    for line, found in terms.items():
        _change_line(tx, order, line, **_terms(found))


def remember_decision(tx: Tx, order: OrderId, how: How, reason: str, before: Any, after: Any) -> int:
    """Who decided an order after it was heard, and what changed; gives the how manieth time it is."""
    n = 1 + times_decided(tx, order)
    tx.run(
        insert(reassignments).values(
            shop_id=tx.shop, order_id=order, n=n, at=tx.now, how=how, actor=str(tx.actor), reason=reason,
            before=before, after=after,
        )
    )  # fmt: skip
    return n


def times_decided(tx: Tx, order: OrderId) -> int:
    """How often the order was decided after it was heard."""
    found: int = tx.run(
        select(func.count()).where(reassignments.c.shop_id == tx.shop, reassignments.c.order_id == order)
    ).scalar_one()
    return found


def keep_buyer(tx: Tx, order: OrderId, buyer: Buyer) -> None:
    """How the shop knows the buyer of an order that waits, as digests to find it by."""
    digests = anonymous(tx, buyer)
    change(tx, order, buyer_unionid=digests.unionid or None, buyer_phone=digests.phone or None)


def terms_of(tx: Tx, order: OrderId) -> tuple[dict[int, LineTerms], dict[int, Goods]]:
    """The stored terms and kinds of an order's lines."""
    rows = tx.ask(_LINES, order=order).all()
    return {row.line: line_terms(row) for row in rows}, {row.line: Goods(row.kind) for row in rows}


def line_terms(row: Any) -> LineTerms:
    """The terms that stand in a row of `order_lines`."""
    return LineTerms(
        row.line,
        row.promoted,
        RateFound(Rate(row.rate1), RateSource(row.rate1_source)),
        RateFound(Rate(row.rate2), RateSource(row.rate2_source)),
    )


def amount_in(kind: str, content: Any) -> Money | None:
    """The money that a kept fact speaks of, if it speaks of any."""
    fact: Fact = decode(KINDS[kind], content)
    if isinstance(fact, Sold):
        return total(line.paid for line in fact.paid.lines)
    return fact.amount if isinstance(fact, Refunded) else None


def change(tx: Tx, order: OrderId, **values: Any) -> None:
    """Set columns of the order's row."""
    tx.tell(_CHANGE, {"of_shop": tx.shop, "of_order": order, **values})


def _change_line(tx: Tx, order: OrderId, line: int, **values: Any) -> None:
    mine = (order_lines.c.shop_id == tx.shop) & (order_lines.c.order_id == order)
    tx.run(update(order_lines).where(mine, order_lines.c.line == line).values(**values))


def _terms(terms: LineTerms) -> dict[str, Any]:
    return {
        "promoted": terms.promoted,
        "rate1": terms.level1.rate.bp, "rate1_source": terms.level1.source.value,
        "rate2": terms.level2.rate.bp, "rate2_source": terms.level2.source.value,
    }  # fmt: skip


def anonymous(tx: Tx, buyer: Buyer) -> Buyer:
    """The buyer's identities as digests."""
    return Buyer(
        *(
            tx.cipher.digest(kind, value) if value else ""
            for kind, value in zip(
                ("openid", "unionid", "phone"), (buyer.openid, buyer.unionid, buyer.phone), strict=True
            )
        )
    )


def _anonymous(tx: Tx, fact: Fact) -> Any:
    if not isinstance(fact, Sold):
        return encode(fact)
    placed = fact.placed_by
    if placed.openid:
        placed = replace(placed, openid=tx.cipher.digest("openid", placed.openid))
    return encode(replace(fact, buyer=anonymous(tx, fact.buyer), placed_by=placed))


def _after_sales(heard: Sequence[Fact]) -> tuple[AfterSale, ...]:
    opened = {fact.id: fact for fact in heard if isinstance(fact, AfterSaleOpened)}
    closed = {fact.id: fact for fact in heard if isinstance(fact, AfterSaleClosed)}
    return tuple(
        AfterSale(
            case,
            opened[case].at if case in opened else None,
            closed[case].at if case in closed else None,
            opened[case].lines if case in opened else closed[case].lines,
        )
        for case in sorted(opened.keys() | closed.keys())
    )


def _first(heard: Sequence[Fact], kind: type[K]) -> K | None:
    return next((fact for fact in heard if isinstance(fact, kind)), None)
