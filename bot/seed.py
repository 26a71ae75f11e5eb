"""The demo's small shop: products, rates, and the programme switched on."""

from __future__ import annotations

from collections.abc import Callable

from engine import Desk
from engine.money import Money
from engine.programme.modes import Goods
from engine.programme.settings import ACKNOWLEDGEMENT, NothingChanged

PRODUCTS = (
    ("SKU1", "护手霜", Goods.GOODS, Money(10_000)),
    ("SKU2", "绿茶礼盒", Goods.GOODS, Money(645)),
    ("SKU3", "肩颈护理 60 分钟", Goods.SERVICE, Money(19_900)),
    ("SKU4", "会员卡", Goods.VIRTUAL, Money(5_000)),
)
SETTINGS = (
    ("shop_name", "青禾小店"),
    ("poster_text", "手作护理与好茶，街角二十年的小店"),
    ("level1", "30%"),
    ("level2", "10%"),
    ("programme", "on"),
    ("acknowledged", ACKNOWLEDGEMENT),
)


def seed(desk: Callable[[], Desk]) -> None:
    """Set the shop up, once: an owner's later changes are left alone."""
    if desk().settings.now().version:
        return
    for product in PRODUCTS:
        desk().products.put(*product)
    for key, value in SETTINGS:
        try:
            desk().settings.set_up(key, value)
        except NothingChanged:
            continue
