"""素材文案: what a promoter reads of it, and the text that he copies."""

from __future__ import annotations

from engine.programme.materials import MOST_PUSHED, Material
from handlers.paging import Page
from handlers.texts.links import shop_address
from handlers.texts.marks import clip, next_page, paragraphs, plain, tap
from handlers.texts.merchant.goods import is_tappable
from handlers.texts.times import day

MATERIALS, OF_PRODUCT = "素材文案", "商品素材"
LINK_HERE = "【链接】"
"""Where the merchant wants the promoter's link to stand; without it the link stands below the text."""
NO_SUCH_PICTURE = f"这条素材没有这张图片，可能换过了。\n{tap(MATERIALS, '看素材文案')}"
PICTURE_COMES = "图片马上发到这里…"
_NONE = "还没有素材。商家放上文案和图片后，会出现在这里，点一下就能转发。"
_MOST_BYTES = 1_540
"""Of the text that is copied: it shares its message with a link, of which a product's number may be a third."""


def listing(page: Page[Material]) -> str:
    """素材文案"""
    if not page.rows:
        return _NONE
    more = next_page(MATERIALS, page)
    return "\n".join([f"{MATERIALS}（点一条，文案带着你的链接发给你）", *_rows(page), *more])


def of_product(title: str, sku: str, page: Page[Material]) -> str:
    """商品素材 ‹编号›"""
    if not page.rows:
        return f"「{plain(title, 20)}」还没有素材。\n{tap(MATERIALS, '看全部素材')}"
    more = [tap(f"{OF_PRODUCT} {plain(sku, 32)} 第{page.number + 1}页", "下一页")] if page.more else []
    return "\n".join([f"「{plain(title, 20)}」的素材", *_rows(page), *more, "", tap(MATERIALS, "看全部素材")])


def item(row: Material, home: str) -> str:
    """One piece of material, of which the text comes as a message of its own."""
    head = f"素材「{title(row, 20)}」" + (f" · {plain(row.product, 12)}" if row.product else "")
    poster = tap(f"商品海报 {row.sku}", "带我二维码的商品海报") if is_tappable(row.sku) else ""
    return "\n".join(
        [
            head, "文案带着你的链接，马上单独发给你，长按就能复制。",
            _pictures(row), address(home, row.code), "",
            tap(f"素材 {row.code} 文案", "没收到？再发一次文案"),
            poster or tap("店铺海报", "带我二维码的海报"), tap(MATERIALS, "返回素材文案"),
        ]
    )  # fmt: skip


def copied(row: Material, home: str, code: str) -> str:
    """The text with the promoter's own link and nothing else: the whole message is what is passed on."""
    link, words = shop_address(home, code, row.sku), clip(paragraphs(row.text), _MOST_BYTES)
    if LINK_HERE not in words:
        return f"{words}\n{link}"
    # Spaces, so that WeChat sees where the link ends.
    filled = words.replace(LINK_HERE, f" {link} ", 1).replace(LINK_HERE, "")
    return "\n".join(line.strip() for line in filled.splitlines())


def address(home: str, code: str) -> str:
    """The page with text and pictures; WeChat tells it whose it is."""
    return f"{home}/s/{code}"


def title(row: Material, longest: int) -> str:
    """The first line that says something, which is what it is known by."""
    lines = (plain(line.replace(LINK_HERE, " "), longest) for line in row.text.splitlines())
    return next((line for line in lines if line), row.code)


def _rows(page: Page[Material]) -> list[str]:
    return [f"{number}. {_row(row)}" for number, row in enumerate(page.rows, page.first)]


def _row(row: Material) -> str:
    parts = [tap(f"素材 {row.code}", title(row, 14)), day(row.made_at)]
    parts += [f"图 {len(row.pictures)}"] if row.pictures else []
    return " · ".join([*parts, *([plain(row.product, 8)] if row.product else [])])


def _pictures(row: Material) -> str:
    count = len(row.pictures)
    if not count:
        return "这条没有图片。也可以打开这一页，一键复制："
    if count <= MOST_PUSHED:
        return f"图片 {count} 张也马上发来。图文都在这一页，长按图片能保存："
    return f"图片 {count} 张和文案在这一页，长按图片能保存："
