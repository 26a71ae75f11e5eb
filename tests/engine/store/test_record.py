"""A command's result comes back from the database as it went in, for every type that a command gives."""

from __future__ import annotations

import dataclasses
import json
import string
import types
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Desk
from engine.money import LARGEST, Money, Rate
from engine.orders.archive import KINDS
from engine.store.columns import EPOCH, canonical, from_ms, to_ms
from engine.store.commands import VERBS
from engine.store.record import decode, encode


def rooms() -> dict[str, type]:
    """The rooms of a desk by the name under which their verbs are known."""
    found = {}
    for value in vars(Desk).values():
        if isinstance(value, property) and value.fget:
            room = get_type_hints(value.fget)["return"]
            found[room.__name__.lower().removesuffix("room")] = room
    return found


def result_of(verb: str) -> Any:
    room, name = verb.split(".")
    return get_type_hints(getattr(rooms()[room], name).__wrapped__)["return"]


INSTANTS = st.integers(0, 4 * 10**12).map(from_ms)
TEXTS = st.text(string.printable + "汉字“”😀\u200b", max_size=12)


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type, as annotations of results name types."""
    kind = getattr(kind, "__supertype__", kind)
    origin, args = get_origin(kind), get_args(kind)
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXTS, int: st.integers(-(10**12), 10**12), bool: st.booleans(), datetime: INSTANTS,
        date: st.dates(), Money: st.integers(-LARGEST, LARGEST).map(Money), Rate: st.integers(0, 10_000).map(Rate),
        type(None): st.none(), None: st.none(), Any: TEXTS,
    }  # fmt: skip
    if kind in plain:
        return plain[kind]
    if origin in (Union, types.UnionType):
        return st.one_of([values(option) for option in args])
    if origin is Literal:
        return st.sampled_from(args)
    if origin is tuple:
        return st.lists(values(args[0]), max_size=3).map(tuple)
    if origin is frozenset:
        return st.frozensets(values(args[0]), max_size=3)
    if origin is Mapping or origin is dict:
        return st.dictionaries(TEXTS, values(args[1]), max_size=3)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    assert dataclasses.is_dataclass(kind), kind
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: values(hints[field.name]) for field in dataclasses.fields(kind)})


@pytest.mark.parametrize("verb", sorted(VERBS))
@settings(max_examples=6, deadline=None, derandomize=True)
@given(data=st.data())
def test_the_result_of_each_command_round_trips(verb: str, data: st.DataObject) -> None:
    kind = result_of(verb)
    value = data.draw(values(kind))
    assert decode(kind, json.loads(canonical(encode(value)))) == value


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(max_examples=10, deadline=None, derandomize=True)
@given(data=st.data())
def test_each_fact_of_an_order_round_trips(kind: str, data: st.DataObject) -> None:
    hints = get_type_hints(KINDS[kind])
    parts = {name: values(hint) for name, hint in hints.items() if name not in ("paid", "amount", "lines")}
    value = data.draw(st.builds(KINDS[kind], **parts | _sound(kind)))
    assert decode(KINDS[kind], json.loads(canonical(encode(value)))) == value


def _sound(kind: str) -> dict[str, st.SearchStrategy[Any]]:
    """Amounts of orders are never negative, and line numbers are each used once."""
    from engine.orders.facts import Goods, Line, LineRefund, Paid, Payment

    amounts = st.integers(0, 10**9).map(Money)
    numbers = st.integers(1, 200)
    match kind:
        case "paid":
            line = st.builds(
                Line, numbers, TEXTS, TEXTS, st.none() | st.sampled_from(Goods), st.integers(1, 9), amounts,
                amounts, st.none() | INSTANTS,
            )  # fmt: skip
            lines = st.lists(line, max_size=3, unique_by=lambda one: one.number).map(tuple)
            return {"paid": st.builds(Paid, INSTANTS, st.sampled_from(Payment), lines, amounts)}
        case "refunded":
            parts = st.lists(st.builds(LineRefund, numbers, amounts), max_size=3).map(tuple)
            return {"amount": amounts, "lines": parts}
        case "completed" | "after_sale_opened" | "after_sale_closed":
            return {"lines": st.none() | st.frozensets(numbers, max_size=3)}
    return {}


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)))
def test_instants_are_kept_in_whole_milliseconds(naive: datetime) -> None:
    instant = naive.replace(tzinfo=UTC)
    assert instant - timedelta(milliseconds=1) < from_ms(to_ms(instant)) <= instant


def test_an_instant_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_ms(datetime(2026, 1, 1))
    assert to_ms(EPOCH) == 0


@pytest.mark.parametrize("value", [1.5, b"x", object(), {"x": 0.1}, [Money], Exception()])
def test_what_has_no_exact_text_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot keep"):
        encode(value)


def test_equal_values_have_one_text() -> None:
    assert canonical(encode({"b": frozenset({3, 1}), "a": Money(5)})) == '{"a":5,"b":[1,3]}'
    assert canonical(encode(True)) != canonical(encode(1))
