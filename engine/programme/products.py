"""Products (商品) and whether and how they are promoted (推广产品), with their history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, insert, or_, select, update

from engine.errors import Refusal
from engine.money import Money, Rate
from engine.people import confirmations
from engine.people.confirmations import CodeOutdated, Confirmation
from engine.programme import ceilings, wording
from engine.programme.modes import Goods
from engine.programme.rates import Rates, heard, said
from engine.store.base import Tx
from engine.store.commands import Room, command, question
from engine.store.prepared import Prepared
from engine.store.tables import group_history, product_group_history, product_history, products


@dataclass(frozen=True, slots=True)
class Product:
    """A product as the programme sees it. `level1` and `level2` are None where the shop's rate rules."""

    sku: str
    title: str
    kind: Goods
    price: Money
    promoted: bool
    level1: Rate | None = None
    level2: Rate | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What stands in the list where a product would be put."""

    before: Product | None
    changes: int
    """How many times it was put or changed so far."""


@dataclass(eq=False)
class NoSuchProduct(Refusal):
    """No product has this number."""

    sku: str


@dataclass(eq=False)
class BadProduct(Refusal):
    """The product's number or title is missing or too long."""

    sku: str


class Products(Room):
    """The list of products and their rates."""

    @question
    def all(self, tx: Tx, after: str, most: int) -> tuple[Product, ...]:
        """Products by number, beginning after one."""
        rows = tx.run(
            select(products)
            .where(products.c.shop_id == tx.shop, products.c.sku > after)
            .order_by(products.c.sku)
            .limit(most)
        )
        return tuple(_read(row) for row in rows)

    @question
    def get(self, tx: Tx, sku: str) -> Product:
        """One product. Raises NoSuchProduct."""
        return one(tx, sku)

    @command
    def put(self, tx: Tx, sku: str, title: str, kind: Goods, price: Money) -> Product:
        """Add a product as a promoted one, or correct its title, kind and price."""
        old = _find(tx, sku)
        _check_title(old, title)
        new = Product(
            sku, title, kind, price, True if old is None else old.promoted,
            old.level1 if old else None, old.level2 if old else None,
        )  # fmt: skip
        return _store(tx, old, new)

    @question
    def compare(self, tx: Tx, new: Product) -> Compared:
        """What a product would replace. Raises what `set_up` would raise."""
        _check_title(_find(tx, new.sku), new.title)
        _check(tx, new)
        changes = select(func.count()).where(
            product_history.c.shop_id == tx.shop, product_history.c.sku == new.sku
        )
        return Compared(_find(tx, new.sku), tx.run(changes).scalar_one())

    @command
    def set_up(self, tx: Tx, new: Product) -> Product:
        """The operator's product with its rates, which takes no one-time code; nothing new is no change."""
        old = _find(tx, new.sku)
        _check_title(old, new.title)
        return new if old == new else _store(tx, old, new)

    @command
    def promote(self, tx: Tx, sku: str, promoted: bool) -> Product:
        """Make it a promoted product, or no longer (new orders only)."""
        old = one(tx, sku)
        return _store(tx, old, _changed(old, promoted=promoted))

    @command
    def propose_rates(self, tx: Tx, sku: str, level1: Rate | None, level2: Rate | None) -> Confirmation:
        """Ask for other rates of one product: gives the one-time code that makes the change."""
        old = one(tx, sku)
        _check(tx, _changed(old, level1=level1, level2=level2))
        args = {
            "sku": sku, "level1": said(level1), "level2": said(level2),
            "before1": said(old.level1), "before2": said(old.level2),
        }  # fmt: skip
        return confirmations.issue(tx, "products.confirm_rates", args)

    @command
    def confirm_rates(self, tx: Tx, code: str) -> Product:
        """Make the change that the code stands for."""
        bound = confirmations.take(tx, code, "products.confirm_rates")
        old = one(tx, bound["sku"])
        if (said(old.level1), said(old.level2)) != (bound["before1"], bound["before2"]):
            raise CodeOutdated()
        level1, level2 = heard(bound["level1"]), heard(bound["level2"])
        tx.note |= dict(bound)
        return _store(tx, old, _changed(old, level1=level1, level2=level2))


def _newest(history: Any, *columns: Any, **keys: str) -> Prepared:
    """A history's row as of an instant."""
    return Prepared(
        select(*columns)
        .where(
            history.c.shop_id == bindparam("shop"),
            history.c.since <= bindparam("at"),
            *(history.c[column] == bindparam(name) for column, name in keys.items()),
        )
        .order_by(history.c.n.desc())
        .limit(1)
    )


_AS_OF = _newest(product_history, product_history, sku="sku")
_OF_GROUP = _newest(group_history, group_history.c.level1, group_history.c.level2, group_id="group")
_OF_PRODUCT_AND_GROUP = _newest(
    product_group_history,
    product_group_history.c.level1,
    product_group_history.c.level2,
    sku="sku",
    group_id="group",
)


def as_of(tx: Tx, sku: str, instant: datetime) -> Product | None:
    """The product as it was; None if it was not in the list yet."""
    row = tx.ask(_AS_OF, sku=sku, at=instant).one_or_none()
    return _read(row) if row else None


def one(tx: Tx, sku: str) -> Product:
    """One product. Raises NoSuchProduct."""
    found = _find(tx, sku)
    if found is None:
        raise NoSuchProduct(sku)
    return found


def group_rates_as_of(tx: Tx, group: str | None, instant: datetime) -> Rates:
    """A group's own rates as they were."""
    return _rates(tx.ask(_OF_GROUP, group=group, at=instant).one_or_none()) if group else Rates()


def product_group_rates_as_of(tx: Tx, sku: str, group: str | None, instant: datetime) -> Rates:
    """The rates of one product for one group as they were."""
    if group is None:
        return Rates()
    return _rates(tx.ask(_OF_PRODUCT_AND_GROUP, sku=sku, group=group, at=instant).one_or_none())


def search(tx: Tx, typed: str, *, promoted_only: bool, most: int) -> tuple[Product, ...]:
    """Products whose number or title holds what was typed, by number; all of them for the empty string.

    What is called exactly so comes first: its number, then its title.
    """
    wanted = typed.lower()
    sku, title = func.lower(products.c.sku), func.lower(products.c.title)
    statement = select(products).where(
        products.c.shop_id == tx.shop,
        or_(sku.contains(wanted, autoescape=True), title.contains(wanted, autoescape=True)),
    )
    if promoted_only:
        statement = statement.where(products.c.promoted)
    nearest = case((sku == wanted, 0), (title == wanted, 1), else_=2)
    return tuple(_read(row) for row in tx.run(statement.order_by(nearest, products.c.sku).limit(most)))


def any_promoted(tx: Tx) -> bool:
    """Is there a promoted product?"""
    statement = select(func.count()).where(products.c.shop_id == tx.shop, products.c.promoted)
    return bool(tx.run(statement).scalar_one())


def any_rate(tx: Tx) -> bool:
    """Has any promoted product a rate of its own?"""
    statement = select(func.count()).where(
        products.c.shop_id == tx.shop, products.c.promoted, products.c.level1.is_not(None)
    )
    return bool(tx.run(statement).scalar_one())


def _rates(row: Any) -> Rates:
    return Rates(_rate(row.level1), _rate(row.level2)) if row else Rates()


def _check(tx: Tx, product: Product) -> None:
    """Raises BadProduct, RatesTooHigh."""
    sku, title = product.sku, product.title
    if not (0 < len(sku) <= 32 and 0 < len(title) <= 60) or any(char.isspace() for char in sku):
        raise BadProduct(sku)
    own = Rates(product.level1, product.level2)
    ceilings.check(ceilings.general(tx), product.title, own, ceilings.special_rates(tx, product.sku))


def _check_title(old: Product | None, title: str) -> None:
    """A new title holds no banned words; one that is kept never stands in the way of other changes."""
    if old is None or old.title != title:
        wording.check(title)


def _store(tx: Tx, old: Product | None, new: Product) -> Product:
    _check(tx, new)
    values = {
        "title": new.title, "kind": new.kind.value, "price": new.price, "promoted": new.promoted,
        "level1": None if new.level1 is None else new.level1.bp,
        "level2": None if new.level2 is None else new.level2.bp,
        "since": tx.now,
    }  # fmt: skip
    if old is None:
        tx.run(insert(products).values(shop_id=tx.shop, sku=new.sku, **values))
    else:
        tx.run(
            update(products).where(products.c.shop_id == tx.shop, products.c.sku == new.sku).values(**values)
        )
    last = tx.run(
        select(func.max(product_history.c.n)).where(
            product_history.c.shop_id == tx.shop, product_history.c.sku == new.sku
        )
    ).scalar_one()
    tx.run(insert(product_history).values(shop_id=tx.shop, sku=new.sku, n=(last or 0) + 1, **values))
    tx.note |= {"sku": new.sku, "title": new.title, "promoted": new.promoted, "new": old is None}
    tx.note |= {"level1": said(new.level1), "level2": said(new.level2), "price": new.price.fen}
    if old:
        tx.note |= {"before1": said(old.level1), "before2": said(old.level2), "price_before": old.price.fen}
    return new


def _changed(old: Product, **values: Any) -> Product:
    fields = {name: getattr(old, name) for name in Product.__dataclass_fields__}
    return Product(**(fields | values))


def _find(tx: Tx, sku: str) -> Product | None:
    row = tx.run(select(products).where(products.c.shop_id == tx.shop, products.c.sku == sku)).one_or_none()
    return _read(row) if row else None


def _read(row: Any) -> Product:
    return Product(
        row.sku, row.title, Goods(row.kind), row.price, row.promoted, _rate(row.level1), _rate(row.level2)
    )


def _rate(bp: int | None) -> Rate | None:
    return None if bp is None else Rate(bp)
