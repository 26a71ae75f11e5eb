"""What the oracle is told when something has taken effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.people.authority import Role
from engine.programme.recruiting import digest_of
from engine.programme.settings import DEFAULT_AGREEMENT
from tests.simulation.moves.people import phone_of
from tests.simulation.world import World


def setting_told(change: Any) -> list[Any]:
    value: Any = change.after
    if value in ("True", "False"):
        value = value == "True"
    elif value.isdigit():
        value = int(value)
    return [("setting", {"key": change.key, "value": value})]


def product_told(product: Any) -> list[Any]:
    rates = {
        name: None if rate is None else rate.bp
        for name, rate in (("level1", product.level1), ("level2", product.level2))
    }
    facts = {"sku": product.sku, "goods": product.kind.value, "promoted": product.promoted, **rates}
    return [("product", facts)]


def applied(world: World, name: str) -> Callable[[Any], list[Any]]:
    def told(applied: Any) -> list[Any]:
        facts = {"person": name, "application": applied.application, "phone": phone_of(name)}
        joined = applied.promoter is not None
        code = [("code", {"person": name, "code": world.code(name)})] if joined else []
        return [*code, ("apply", {**facts, "joined": joined})]

    return told


def approved(world: World, name: str, application: str) -> Callable[[Any], list[Any]]:
    return lambda _done: [
        ("code", {"person": name, "code": world.code(name)}),
        ("approve", {"application": application}),
    ]


def enrolled(name: str, role: Role) -> Callable[[Any], list[Any]]:
    return lambda _done: [("enrolled", {"person": name, "role": role.value})]


def apply_words(name: str) -> Callable[[Any], Any]:
    return lambda desk: desk.recruiting.apply(name, phone_of(name), digest_of(DEFAULT_AGREEMENT))
