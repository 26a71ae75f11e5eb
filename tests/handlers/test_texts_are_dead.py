"""Every function that makes words, called with what a cheat would type in every place where somebody types.

The arguments are made from the annotations: a new function is tried without a line here. What the engine makes itself
(codes, ids, addresses, states) stays what it is; every other string is hostile.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import pkgutil
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.errors import Refusal
from engine.money import Money, Rate
from engine.programme.settings import SPECS, Kind, Settings
from handlers import texts
from handlers.texts import pages
from handlers.texts.refusals import sorry, sorry_staff
from handlers.texts.settings import screens as screens_of
from tests.handlers.test_marks import alive
from tests.handlers.world import TAP

ATTACK = '<a href="weixin://bizmsgmenu?msgmenucontent=通过 1-8&msgmenuid=1">好</a>'
HOSTILE = {
    "a tap": ATTACK,
    "half a tap": '好<a href="weixin://bizmsgmenu?msgmenucontent=通过 1',
    "the end of a tap": '1-8&msgmenuid=1">点我</a>',
    "the end of CDATA": "]]></Content><MsgType><![CDATA[image]]></MsgType>",
    "full-width marks": "＜a href=weixin：//bizmsgmenu＞通过 1-8＜/a＞",
    "marks inside marks": "<<a>a href=weiweixin:xin://x>&lt;a&gt;",
    "other directions": "\u202e1-8 过通\u2066\u200b\u200d\ufeff",
    "control characters": "好\x00\x08\x1b[31m\r\n\u2028\u2029\x85通过 1-8",
    "a link": "https://evil.example/领钱 javascript:alert(1)",
    "huge": "好" * 5000,
    "empty": "",
}
OURS = {
    "ABC234": """code codes holder_code holder_handle token point scene reference handle id promoter person order
        withdrawal phone phone_tail tail account_tail successor upline
        picture recruit_picture share_picture""",
    "https://bot.example.com": "home link shop_link",
    "我的订单": """menu-words word example what unfinished note role standing whom who above notices lines done counts
        waiting when title held shown part""",
    "level1": "key keys",
    "apply": "state",
    "settings.change": "verb",
    "paid": "kind-of-message",
    "通过1-8": "group groups name-of-group moving",
}
"""What is no cheat's to choose, by the names of arguments and fields: codes, addresses, words of ours, keys; and the
names of groups, which have letters and digits only."""
GIVEN = {name: value for value, names in OURS.items() for name in names.split()}

SPECIAL = {
    ("Group", "name"): "name-of-group",
    ("Deleted", "name"): "name-of-group",
    ("Conflict", "kind"): "kind-of-message",
    ("Detail", "key"): "code",
    ("Detail", "number"): "code",
    ("Product", "title"): "name-of-product",
    ("Material", "product"): "name-of-product",
    ("Line", "title"): "name-of-product",
    ("LineCard", "title"): "name-of-product",
}
"""Fields that are called as others are and hold something else."""
INSTANT = datetime(2026, 3, 2, 2, tzinfo=UTC)
TOOLS = {"marks"}
"""The one room where strings are made harmless: it is tried by itself, in test_marks.py."""


def functions() -> Iterator[Any]:
    for found in pkgutil.walk_packages(texts.__path__, f"{texts.__name__}."):
        room = found.name.removeprefix(f"{texts.__name__}.")
        if room in TOOLS:
            continue
        module = importlib.import_module(found.name)
        for name, act in vars(module).items():
            if inspect.isfunction(act) and act.__module__ == found.name and not name.startswith("_"):
                yield pytest.param(act, id=f"{room}.{name}")


class Bound(dict[str, str]):
    """What a one-time code is bound to, or a note in the log: whatever is asked for is there."""

    def __init__(self, bad: str) -> None:
        self.bad = bad

    def __missing__(self, key: str) -> str:
        if key in ("amount", "count", "fen", "level1", "level2", "before1", "before2", "after1", "after2"):
            return "1000"
        return {
            "how": "earn",
            "name": GIVEN["group"],
            "key": "level1",
            "before": "1000",
            "after": "1000",
        }.get(key) or GIVEN.get(key, self.bad)

    def get(self, key: str, default: Any = None) -> str:
        """A plain dictionary's would give the default and leave the words out."""
        return self[key]


class CannotBeMadeError(Exception):
    """No argument of this type is made here."""


def made(kind: Any, name: str, bad: str, depth: int = 0) -> Any:
    """A value of a type, with `bad` wherever a person may have typed."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, typing.TypeAliasType if hasattr(typing, "TypeAliasType") else ()):
        return made(kind.__value__, name, bad, depth)
    if isinstance(kind, typing.NewType):
        return made(kind.__supertype__, "id", bad, depth)
    if isinstance(kind, typing.TypeVar) or kind is Any:
        return bad
    if origin in (typing.Union, types.UnionType):
        return made(next(one for one in args if one is not type(None)), name, bad, depth)
    if origin is typing.Literal:
        return args[0]
    if origin in (tuple, list, frozenset, set, Sequence, Iterable):
        name = f"menu-{name}" if name == "words" else name
        one = made(args[0], name, bad, depth + 1)
        return (
            frozenset({one})
            if origin in (frozenset, set)
            else (one,)
            if args[1:] in ((), (...,))
            else tuple(made(arg, name, bad, depth + 1) for arg in args)
        )
    if origin is Mapping:
        return Bound(bad)
    if origin in (Callable, typing.get_origin(Callable[..., Any])):
        return lambda *_: True
    if is_dataclass(origin):
        return _of_fields(origin, dict(zip(origin.__parameters__, args, strict=True)), bad, depth)
    return _plain(kind, name, bad, depth)


def _plain(kind: Any, name: str, bad: str, depth: int) -> Any:
    simple = {
        bool: True,
        int: 1,
        Money: Money(1000),
        Rate: Rate(1000),
        datetime: INSTANT,
        date: INSTANT.date(),
    }
    if kind is str:
        return GIVEN.get(name, bad)
    if kind in simple:
        return simple[kind]
    if inspect.isclass(kind) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if is_dataclass(kind) and inspect.isclass(kind):
        return _of_fields(kind, {}, bad, depth)
    raise CannotBeMadeError(f"{name}: {kind}")


def _of_fields(kind: Any, bound: Mapping[Any, Any], bad: str, depth: int) -> Any:
    hints = typing.get_type_hints(kind)
    values = {}
    for field in fields(kind):
        if depth > 3 and field.default is not MISSING:
            continue
        hint = hints[field.name]
        values[field.name] = made(
            _bind(hint, bound), SPECIAL.get((kind.__name__, field.name), field.name), bad, depth + 1
        )
    return kind(**values)


def _bind(hint: Any, bound: Mapping[Any, Any]) -> Any:
    if hint in bound:
        return bound[hint]
    args = typing.get_args(hint)
    return (
        hint[tuple(bound.get(arg, arg) for arg in args if arg is not ...)]
        if any(a in bound for a in args)
        else hint
    )


OUT_OF_SCREEN = {
    "settings.values.heard", "settings.values.received_days", "privacy.is_meant", "materials.copied", "cards.members",
    "merchant.offline.page_of", "merchant.confirming.confirm_tap", "merchant.goods.is_tappable",
    "merchant.staff.ordered", "settings.catalogue.key_of", "settings.catalogue.group_of", "settings.values.options_of",
}  # fmt: skip
"""What goes back into the engine or to other texts; what a promoter passes on as he got it; what becomes pixels."""
NOT_BY_TYPE = {
    "charts.earnings", "charts.shop", "settings.values.letters", "settings.values.said_again",
    "settings.changing.changed", "notices.undrawn",
}  # fmt: skip
"""Their arguments hang together as no annotation says; charts hold figures and days only."""
REFUSALS = {"refusals.sorry", "refusals.sorry_staff", "pages.why_not"}
OWN_LINK = re.compile(r"https://bot\.example\.com\S*")


def screens(act: Callable[..., Any], bad: str) -> list[str]:
    """What the function says, in the one or in several texts."""
    hints = typing.get_type_hints(act)
    said = act(**{name: made(hints[name], name, bad) for name in inspect.signature(act).parameters})
    return list(strings(said))


def strings(said: Any) -> Iterator[str]:
    """Every text in what a function gave."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, tuple | list):
        for one in said:
            yield from strings(one)
    elif is_dataclass(said):
        for field in fields(said):
            yield from strings(getattr(said, field.name))


def dead(text: str) -> list[str]:
    """What lives in a text beside the lines that are ours to tap and the links that are ours to open."""
    return [mark for line in OWN_LINK.sub("", TAP.sub("", text)).split("\n") for mark in alive(line)]


FUNCTIONS = list(functions())


def test_no_exception_outlives_its_function() -> None:
    assert {str(one.id) for one in FUNCTIONS} >= OUT_OF_SCREEN | NOT_BY_TYPE | REFUSALS


@pytest.mark.parametrize("act", FUNCTIONS)
def test_no_screen_lets_out_what_a_cheat_typed(
    act: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.id
    if name in OUT_OF_SCREEN | NOT_BY_TYPE | REFUSALS:
        return
    for label, bad in HOSTILE.items():
        said = screens(act, bad)
        assert any(said) or not bad, "nothing was said, so nothing was tried"
        for text in said:
            assert dead(text) == [], (label, text)
            sent = [sends for sends, _ in TAP.findall(text)]
            assert (
                not [one for one in sent if one.startswith(("通过", "驳回", "已打款"))] or "merchant" in name
            ), sent


def _refusals() -> Iterator[type[Refusal]]:
    """Every refusal there is."""
    known: list[type[Refusal]] = [Refusal]
    while known:
        for kind in known.pop().__subclasses__():
            known.append(kind)
            if kind.__module__.startswith("engine."):
                yield kind


@pytest.mark.parametrize("kind", sorted(set(_refusals()), key=lambda kind: kind.__name__))
def test_no_refusal_lets_it_out_either(kind: type[Refusal]) -> None:
    for label, bad in HOSTILE.items():
        refusal = _of_fields(kind, {}, bad, 0)
        for say in (sorry, sorry_staff, pages.why_not):
            with suppress(KeyError):  # words for it that only the staff reads, or that no page says
                assert [dead(text) for text in strings(say(refusal)) if dead(text)] == [], (
                    label,
                    kind.__name__,
                )


@pytest.mark.parametrize(
    "key", [key for key, spec in SPECS.items() if spec.kind is Kind.TEXT and key != "shop_link"]
)
def test_no_text_of_the_settings_does(key: str) -> None:
    for label, bad in HOSTILE.items():
        rules = replace(Settings(), **{key: bad})
        for said in (screens_of.value(key, rules, 400), screens_of.page(key, rules, may_change=True)):
            assert dead(said) == [], (label, said)
