"""Products and their prices, as whoever buys or promotes them reads them (商品与价格, 推广商品)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.orders.quoting import Offer
from handlers.paging import Page
from handlers.texts.links import shop_address
from handlers.texts.marks import next_page, plain, tap
from handlers.texts.merchant.goods import KINDS, is_tappable

PRICES, PROMOTED = "商品与价格", "推广商品"
_NONE = "这里还没有商品，请过些时候再来看。"
_NONE_PROMOTED = "还没有推广商品，商家加好后会出现在这里。"
_BY_NOW = "按你现在的比例算，以付款时为准；退款的部分不计。"


def prices(page: Page[Offer], *, promotes: bool) -> str:
    """商品与价格: every product at the reader's own price."""
    if not page.rows:
        return _NONE
    more = next_page(PRICES, page)
    rows = [f"{number}. {_priced(row, promotes)}" for number, row in enumerate(page.rows, page.first)]
    return "\n".join([PRICES, *rows, *more, "", "找商品请回复：价格 商品名"])


def found(typed: str, rows: Sequence[Offer], more: bool, *, promotes: bool) -> str:
    """Several products that could be meant."""
    lines = [f"{number}. {_priced(row, promotes)}" for number, row in enumerate(rows, 1)]
    return "\n".join([f"找到这些（{plain(typed, 12)}）", *lines, *_cut(more)])


def price(row: Offer, *, promotes: bool) -> str:
    """One product: its price for the reader, and for several pieces."""
    lines = [*_head(row), *_amounts(row)]
    if row.own != row.retail:
        lines.append(f"你的价格 {row.own}（自购省 {row.retail - row.own}）")
    lines += _earns(row, promotes=promotes)
    return "\n".join(
        [*lines, "", f"问几件的价格，请回复：价格 {plain(row.product.sku, 32)} 3", tap(PRICES, "看全部商品")]
    )


def promoted(page: Page[Offer]) -> str:
    """推广商品: what can be promoted, and what it earns."""
    if not page.rows:
        return _NONE_PROMOTED
    rows = [f"{number}. {_promotable(row)}" for number, row in enumerate(page.rows, page.first)]
    more = [tap(f"{PROMOTED} 第{page.number + 1}页", "下一页")] if page.more else []
    return "\n".join([PROMOTED, *rows, *more, "", f"找商品请回复：{PROMOTED} 商品名"])


def found_promoted(typed: str, rows: Sequence[Offer], more: bool) -> str:
    """Several promoted products that could be meant."""
    lines = [f"{number}. {_promotable(row)}" for number, row in enumerate(rows, 1)]
    return "\n".join([f"找到这些推广商品（{plain(typed, 12)}）", *lines, *_cut(more)])


def promotable(row: Offer, code: str, home: str, *, material: bool) -> str:
    """One promoted product: the prices, what it earns, the link to pass on; poster and material are one tap away."""
    lines = [*_head(row), *_amounts(row), *_reduced(row), *_earns(row, promotes=True)]
    if len(lines) > 3:
        lines.append(f"（{_BY_NOW}）")
    more = [tap(f"商品素材 {plain(row.product.sku, 32)}", "这个商品的素材文案")] if material else []
    return "\n".join(
        [
            *lines, "", "这个商品的链接，长按复制发给客户：", shop_address(home, code, row.product.sku),
            f"（推荐码 {code}，也可以请客户直接发到这个公众号）",
            tap(f"商品海报 {plain(row.product.sku, 32)}", "拿这个商品的海报"), *more, tap(PROMOTED, "看全部推广商品"),
        ]
    )  # fmt: skip


def nothing(typed: str, word: str) -> str:
    """Nothing of that name."""
    return f"没有找到「{plain(typed, 20)}」。换个词试试，或者：\n{tap(word, '看全部商品')}"


def _head(row: Offer) -> list[str]:
    product = row.product
    return [plain(product.title, 30), f"编号：{plain(product.sku, 32)} · {KINDS[product.kind]}"]


def _amounts(row: Offer) -> list[str]:
    if row.quantity == 1:
        return [f"价格 {row.retail}"]
    return [f"{row.quantity} 件 {row.retail}（一件 {row.product.price}）"]


def _reduced(row: Offer) -> list[str]:
    """What a promoter pays, for himself and for another; both go down by the same rate."""
    who = [name for name, price in (("自购", row.own), ("代下单", row.proxy)) if price != row.retail]
    return [f"你{'、'.join(who)} {row.proxy}（省 {row.retail - row.proxy}）"] if who else []


def _earns(row: Offer, *, promotes: bool) -> list[str]:
    # Beside a price of his own, 赚 alone would read as if he earned by buying.
    return (
        [f"{'客户购买，你赚' if promotes else _earn_word(promotes=promotes)} {row.earns}"]
        if row.earns
        else []
    )


def _priced(row: Offer, promotes: bool) -> str:
    before = f"（原价 {row.retail}）" if row.own != row.retail else ""
    earns = f" · {_earn_word(promotes=promotes)} {row.earns}" if row.earns and not before else ""
    return f"{_link('价格', row)} {row.own}{before}{earns}"


def _promotable(row: Offer) -> str:
    earns = f" · {_earn_word(promotes=True)} {row.earns}" if row.earns else ""
    return f"{_link(PROMOTED, row)} {row.retail}{earns}"


def _earn_word(*, promotes: bool) -> str:
    return "赚" if promotes else "推广可赚"


def _link(word: str, row: Offer) -> str:
    title, sku = plain(row.product.title, 12), row.product.sku
    pieces = f" {row.quantity}" if row.quantity > 1 else ""
    return tap(f"{word} {sku}{pieces}", title) if is_tappable(sku) else title


def _cut(more: bool) -> list[str]:
    return ["还有别的，把名称说全一点就能找到。"] if more else []
