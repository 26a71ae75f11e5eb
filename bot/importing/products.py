"""`flask import products`: the list of products with their rates."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from bot.importing.sheet import BadCell, Column, Row
from bot.importing.steps import Bad, Found, Step, why
from engine import Desk
from engine.errors import Refusal
from engine.money import Money, Rate
from engine.programme.modes import Goods
from engine.programme.products import NoSuchProduct, Product
from engine.store.columns import canonical
from engine.store.record import encode

COLUMNS = (
    Column("sku", ("商品编号", "编号"), required=True),
    Column("title", ("名称", "商品名称")),
    Column("kind", ("类型",)),
    Column("price", ("价格", "零售价")),
    Column("promoted", ("推广", "推广产品")),
    Column("level1", ("一级", "一级佣金", "佣金比例")),
    Column("level2", ("二级", "二级佣金", "邀请奖励")),
)
"""An empty cell leaves what is; 默认 in a rate's cell lets the shop's or group's rate rule again."""

KINDS = {
    "实物": Goods.GOODS, "goods": Goods.GOODS, "服务": Goods.SERVICE, "预约": Goods.SERVICE,
    "service": Goods.SERVICE, "虚拟": Goods.VIRTUAL, "virtual": Goods.VIRTUAL,
}  # fmt: skip
YES_NO = {"是": True, "yes": True, "开": True, "1": True, "否": False, "no": False, "关": False, "0": False}
T = TypeVar("T")
_SHOPS = ("默认", "default")


def steps(rows: Sequence[Row], at: Callable[[str], Desk]) -> Iterator[Found]:
    """What each row would change. `at` gives the operator's desk for a reference."""
    seen: dict[str, int] = {}
    for row in rows:
        sku = row.get("sku")
        if row.problem:
            yield Bad(row.line, row.problem)
        elif sku in seen:
            yield Bad(row.line, f"sku {sku} stands in line {seen[sku]} already")
        else:
            seen[sku] = row.line
            yield _step(row, at)


def _step(row: Row, at: Callable[[str], Desk]) -> Found:
    look = at("import:look")
    try:
        before = _before(look, row.get("sku"))
        new = _product(row, before)
        compared = look.products.compare(new)
    except BadCell as bad:
        return Bad(row.line, str(bad))
    except Refusal as refusal:
        return Bad(row.line, why(refusal))
    # The same change of the same state is one command, however often and by whomever it is run.
    content = hashlib.sha256(canonical(encode(new)).encode()).hexdigest()[:16]
    reference = f"import:product:{compared.changes}:{content}"
    return Step(row.line, _difference(before, new), lambda: _put(at(reference), new))


def _before(desk: Desk, sku: str) -> Product | None:
    try:
        return desk.products.get(sku)
    except NoSuchProduct:
        return None


def _put(desk: Desk, new: Product) -> str:
    desk.products.set_up(new)
    return "put"


def _product(row: Row, before: Product | None) -> Product:
    if before is None and not (row.get("title") and row.get("price")):
        raise BadCell("a new product needs a title (名称) and a price (价格)")
    return Product(
        row.get("sku"),
        row.get("title") or (before.title if before else ""),
        _one_of(row, "kind", KINDS, before.kind if before else Goods.GOODS),
        Money.parse(row.get("price")) if row.get("price") or not before else before.price,
        _one_of(row, "promoted", YES_NO, before.promoted if before else True),
        _rate(row, "level1", before.level1 if before else None),
        _rate(row, "level2", before.level2 if before else None),
    )


def _one_of(row: Row, name: str, words: dict[str, T], otherwise: T) -> T:
    typed = row.get(name)
    if not typed:
        return otherwise
    if typed.casefold() not in words:
        raise BadCell(f"{name}: “{typed[:20]}” is none of {', '.join(words)}")
    return words[typed.casefold()]


def _rate(row: Row, name: str, otherwise: Rate | None) -> Rate | None:
    typed = row.get(name)
    if not typed:
        return otherwise
    return None if typed.casefold() in _SHOPS else Rate.parse(typed)


def _difference(before: Product | None, new: Product) -> str:
    told = _told(new)
    if before is None:
        return f"{new.sku}: new, " + ", ".join(f"{name} {said}" for name, said in told.items())
    was = _told(before)
    changes = [f"{name} {was[name]} → {said}" for name, said in told.items() if was[name] != said]
    return f"{new.sku}: {', '.join(changes)}" if changes else ""


def _told(product: Product) -> dict[str, str]:
    rates = {
        name: "默认" if rate is None else str(rate)
        for name, rate in (("level1", product.level1), ("level2", product.level2))
    }
    return {
        "title": product.title, "kind": product.kind.value, "price": str(product.price),
        "promoted": "yes" if product.promoted else "no", **rates,
    }  # fmt: skip
