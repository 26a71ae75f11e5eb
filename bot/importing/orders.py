"""`flask import orders`: the facts that the shop's feed tells, from a file, through the same schema and verb."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast

from bot.doors.order_schema import OrderEvent, parse
from bot.doors.orders import reference_of
from bot.doors.schema import Invalid
from bot.importing.products import KINDS, YES_NO
from bot.importing.sheet import BadCell, Column, Row
from bot.importing.steps import Bad, Found, Step, why
from engine import Desk
from engine.errors import Refusal
from engine.money import Money, half_width, total

COLUMNS = (
    Column("order", ("订单号", "商城单号"), required=True),
    Column("event", ("事件", "动作"), required=True),
    Column("at", ("时间",), required=True),
    Column("payment", ("支付方式",)),
    Column("openid", ("openid",)),
    Column("unionid", ("unionid",)),
    Column("phone", ("手机", "手机号")),
    Column("code", ("推荐码",)),
    Column("placed_by", ("代下单", "代下单推荐码")),
    Column("shipping", ("运费",)),
    Column("line", ("行号",)),
    Column("sku", ("商品编号",)),
    Column("title", ("名称", "商品名称")),
    Column("kind", ("类型",)),
    Column("quantity", ("数量",)),
    Column("paid", ("实付",)),
    Column("level1_discount", ("自购省", "代下单优惠")),
    Column("service_at", ("服务时间",)),
    Column("id", ("编号", "退款单号", "包裹号")),
    Column("amount", ("退款金额", "金额")),
    Column("final", ("最后一件",)),
)
EVENTS = {
    "支付": "paid", "付款": "paid", "paid": "paid", "发货": "shipped", "shipped": "shipped", "收货": "received",
    "确认收货": "received", "received": "received", "核销": "completed", "completed": "completed",
    "退款": "refunded", "refunded": "refunded", "取消": "cancelled", "cancelled": "cancelled",
}  # fmt: skip
PAYMENTS = {
    "微信": "wechat", "微信支付": "wechat", "wechat": "wechat", "支付宝": "alipay", "alipay": "alipay",
    "余额": "balance", "balance": "balance", "商家自行转账": "own_transfer", "own_transfer": "own_transfer",
    "其他": "other", "other": "other",
}  # fmt: skip
WHOLE = {
    "paid": ("at", "payment", "openid", "unionid", "phone", "code", "placed_by", "shipping"),
    "refunded": ("at",),
}
"""What is said of the whole fact: on its first row, and on the others the same or nothing."""

SOURCE = "csv"
"""Whose orders they are when nothing is said."""

_TIME = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T](\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_LINE = ("sku", "title", "kind", "quantity", "paid", "level1_discount", "service_at")
_BUYER = ("openid", "unionid", "phone")

T = TypeVar("T")
Key = tuple[str, str, str]
"""An order, what happened, and the id of it where it has one."""


def steps(
    rows: Sequence[Row], source: str, look: Callable[[], Desk], feed: Callable[[str], Desk]
) -> Iterator[Found]:
    """What each fact would be. `look` gives a desk to ask at, `feed` the order feed's desk for a reference.

    Without a source they are SOURCE's, and bad where another one told of an order of the same number.
    """
    facts: dict[Key, list[Row]] = {}
    for row in rows:
        if row.problem:
            yield Bad(row.line, row.problem)
            continue
        try:
            facts.setdefault(_key(row), []).append(row)
        except BadCell as bad:
            yield Bad(row.line, str(bad))
    for (order, event, named), told in facts.items():
        yield _step(source, order, event, named, told, look, feed)


def _step(
    source: str,
    order: str,
    kind: str,
    named: str,
    rows: Sequence[Row],
    look: Callable[[], Desk],
    feed: Callable[[str], Desk],
) -> Found:
    line = rows[0].line
    try:
        if not source:
            _check_elsewhere(order, look())
        document = {
            "type": f"order.{kind}",
            "source": source or SOURCE,
            "order": order,
            "at": _time(rows[0], "at"),
        }
        event = cast(OrderEvent, parse({**document, "data": _DATA[kind](rows, named)}))
        outcome = look().orders.compare(event.heard())
    except BadCell as bad:
        return Bad(line, str(bad))
    except Invalid as invalid:
        first = invalid.problems[0]
        return Bad(line, f"{first.field} {first.problem}")
    except Refusal as refusal:
        return Bad(line, why(refusal))
    if outcome == "conflict":
        return Bad(line, f"{order} {kind}: was told before with other content, which stands")
    return Step(line, f"{order}: {_said(kind, rows)}" if outcome == "new" else "", lambda: _tell(event, feed))


def _check_elsewhere(order: str, look: Desk) -> None:
    """The same order under two sources would be paid for twice."""
    other = look.orders.told_elsewhere(SOURCE, order)
    if other:
        raise BadCell(
            f"{order}: “{other}” told of an order of this number already; say --source {other} if it is that order, "
            f"or --source {SOURCE} if it is another one"
        )


def _tell(event: OrderEvent, feed: Callable[[str], Desk]) -> str:
    heard = event.heard()
    return feed(reference_of(event, heard)).orders.hear(heard).outcome


def _said(kind: str, rows: Sequence[Row]) -> str:
    if kind not in ("paid", "refunded"):
        return kind
    amounts = [Money(_fen(row, "paid" if kind == "paid" else "amount")) for row in rows]
    return f"{kind} {total(amounts)}" + (f" on {len(rows)} lines" if len(rows) > 1 else "")


def _key(row: Row) -> Key:
    """Which fact a row belongs to: the lines of one payment, and the parts of one refund, are one fact."""
    order = row.get("order")
    if not order:
        raise BadCell("needs an order number (订单号)")
    kind = EVENTS.get(row.get("event").casefold())
    if kind is None:
        raise BadCell(f"event: “{row.get('event')[:20]}” is none of {', '.join(EVENTS)}")
    if kind == "refunded" and not row.get("id"):
        raise BadCell("a refund needs its own id (退款单号): two refunds of one order may look alike")
    return order, kind, (row.get("id") or "1") if kind in ("shipped", "refunded") else ""


def _paid(rows: Sequence[Row], _named: str) -> dict[str, Any]:
    whole = _whole(rows, "paid")
    lines = [_line(row, number) for number, row in enumerate(rows, 1)]
    _check_twice(rows, lines)
    data: dict[str, Any] = {
        "buyer": {name: whole[name] for name in _BUYER if whole[name]},
        "payment": _word(whole["payment"], "payment", PAYMENTS),
        "lines": lines,
        "shipping": _fen_of(whole["shipping"], "shipping") if whole["shipping"] else 0,
    }
    if whole["code"]:
        data["code"] = whole["code"]
    if whole["placed_by"]:
        data["placed_by"] = {"code": whole["placed_by"]}
    return data


def _check_twice(rows: Sequence[Row], lines: Sequence[Mapping[str, Any]]) -> None:
    """A row that stands in the file twice is no second line of the order, unless its number says so."""
    seen: dict[tuple[Any, ...], int] = {}
    for row, line in zip(rows, lines, strict=True):
        told = tuple(line.get(name) for name in _LINE)
        before = seen.setdefault(told, row.line)
        if before != row.line and not row.get("line"):
            raise BadCell(
                f"line {row.line} says the same as line {before}: leave it out, "
                "or give both a line number (行号) if two lines of the order are alike"
            )


def _line(row: Row, number: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "line": _count(row, "line", number),
        "sku": row.get("sku"),
        "title": row.get("title") or row.get("sku"),
        "quantity": _count(row, "quantity", 1),
        "paid": _fen(row, "paid"),
        "level1_discount": _fen(row, "level1_discount") if row.get("level1_discount") else 0,
    }
    if row.get("kind"):
        made["kind"] = _word(row.get("kind"), "kind", {word: kind.value for word, kind in KINDS.items()})
    if row.get("service_at"):
        made["service_at"] = _time(row, "service_at")
    return made


def _shipped(rows: Sequence[Row], named: str) -> dict[str, Any]:
    final = _alone(rows).get("final")
    return {"id": named, "final": _word(final, "final", YES_NO) if final else True}


def _refunded(rows: Sequence[Row], named: str) -> dict[str, Any]:
    _whole(rows, "refunded")
    of_all = [row.line for row in rows if not row.get("line")]
    if len(of_all) > 1:
        raise BadCell(
            f"line {of_all[1]} tells of the same refund as line {of_all[0]}: leave it out, give it its own id "
            "(退款单号), or say which lines of the order (行号) they are for"
        )
    amounts = [_fen(row, "amount") for row in rows]
    lines = [
        {"line": _count(row, "line", 0), "amount": amount}
        for row, amount in zip(rows, amounts, strict=True)
        if row.get("line")
    ]
    return {"id": named, "amount": sum(amounts), **({"lines": lines} if lines else {})}


def _nothing(rows: Sequence[Row], _named: str) -> dict[str, Any]:
    _alone(rows)
    return {}


_DATA: Mapping[str, Callable[[Sequence[Row], str], dict[str, Any]]] = {
    "paid": _paid, "shipped": _shipped, "received": _nothing, "completed": _nothing, "refunded": _refunded,
    "cancelled": _nothing,
}  # fmt: skip


def _whole(rows: Sequence[Row], kind: str) -> dict[str, str]:
    """What is said of the whole fact. Raises BadCell where two rows say two things."""
    first = rows[0]
    for row in rows[1:]:
        for name in WHOLE[kind]:
            if row.get(name) not in ("", first.get(name)):
                raise BadCell(f"line {row.line} says another {name} of the same order")
    return {name: first.get(name) for name in WHOLE[kind]}


def _alone(rows: Sequence[Row]) -> Row:
    if len(rows) > 1:
        raise BadCell(f"line {rows[1].line} tells the same of this order once more")
    return rows[0]


def _word(typed: str, name: str, words: Mapping[str, T]) -> T:
    if typed.casefold() not in words:
        raise BadCell(f"{name}: “{typed[:20]}” is none of {', '.join(words)}")
    return words[typed.casefold()]


def _fen(row: Row, name: str) -> int:
    return _fen_of(row.get(name), name)


def _fen_of(typed: str, name: str) -> int:
    if not typed:
        raise BadCell(f"needs {name}")
    return Money.parse(typed).fen


def _count(row: Row, name: str, otherwise: int) -> int:
    typed = half_width(row.get(name))
    if not typed:
        return otherwise
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 7):
        raise BadCell(f"{name}: “{typed[:20]}” is no whole number")
    return int(typed)


def _time(row: Row, name: str) -> str:
    """As the feed's schema wants it; a time without an offset is Beijing's."""
    typed = half_width(row.get(name))
    found = _TIME.fullmatch(typed)
    if found is None:
        if not typed or ":" not in typed:
            raise BadCell(f"{name}: needs day and time, such as 2026-11-21 12:00")
        return typed
    year, month, day, hour, minute, second = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute}:{second or '00'}+08:00"
