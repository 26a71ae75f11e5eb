"""素材管理: what the merchant reads while he puts material together."""

from __future__ import annotations

from engine.programme.materials import LONGEST_TEXT, MOST_PICTURES, Material
from engine.programme.products import Product
from handlers.paging import Page
from handlers.texts.marks import CANCEL, clip, next_page, paragraphs, plain, tap
from handlers.texts.materials import LINK_HERE, address, title
from handlers.texts.merchant.goods import is_tappable
from handlers.texts.times import day

MANAGE, ADD = "素材管理", "加素材"
DONE = "完成"
LONGEST = LONGEST_TEXT // 3
"""汉字 that a text may have."""

_TEXT_FIRST = "先发文字，再发图片。"
_PREVIEW_BYTES = 900


def listing(page: Page[Material], *, may_change: bool) -> str:
    """素材管理"""
    add = [tap(ADD, "加素材")] if may_change else []
    if not page.rows:
        return "\n".join(["还没有素材。放上文案和图片，推广员点一下就能带着自己的链接转发。", *add])
    more = next_page(MANAGE, page)
    return "\n".join([MANAGE, *_rows(page), *more, "", *add])


def of_product(product: Product, page: Page[Material], *, may_change: bool) -> str:
    """商品 ‹编号› 素材"""
    head, sku = f"「{plain(product.title, 20)}」" + ("的素材" if page.rows else "还没有素材。"), product.sku
    lines = [head, *_rows(page)]
    if not is_tappable(sku):
        return "\n".join(lines)
    more = next_page(f"商品 {sku} 素材", page)
    add = [tap(f"商品 {sku} {ADD}", "给这个商品加素材")] if may_change else []
    return "\n".join([*lines, *more, "", *add, tap(f"商品 {sku}", "返回商品")])


def item(row: Material, home: str, *, may_change: bool) -> str:
    """One piece of material, and to the owner what can be done with it."""
    lines = [
        f"素材 {row.code} · {_standing(row)} · {day(row.made_at)}", _for(row, may_change),
        f"图片：{_pictures(row)}", "", clip(paragraphs(row.text), _PREVIEW_BYTES), "",
    ]  # fmt: skip
    if row.pictures:
        lines += [f"图文页（店员和推广员能打开）：{address(home, row.code)}", ""]
    back = tap(MANAGE, "返回素材管理")
    if not may_change:
        return "\n".join([*lines, back])
    shelf = tap(f"{MANAGE} {row.code} {'下架' if row.listed else '上架'}", "下架" if row.listed else "上架")
    last = back if row.listed else tap(f"{MANAGE} {row.code} 删除", "删除")
    return "\n".join(
        [
            *lines, shelf, tap(f"{MANAGE} {row.code} 改", "改文字"),
            tap(f"{MANAGE} {row.code} 图片", "加图片或清空图片"), last,
        ]
    )  # fmt: skip


def ask_text(product: Product | None) -> str:
    """加素材: the first question."""
    whose = f"给「{plain(product.title, 20)}」加素材。" if product else ""
    return (
        f"{whose}请发素材的文字，最多 {LONGEST} 个汉字。\n"
        f"推广员转发时，最后会带上他自己的链接；想让链接在别处，就在那里写{LINK_HERE}。\n不加了，回复 {CANCEL}。"
    )


def ask_text_first() -> str:
    """A picture came before the text."""
    return f"{_TEXT_FIRST}请发素材的文字。"


def ask_words(row: Material) -> str:
    """素材管理 ‹素材号› 改"""
    now = clip(paragraphs(row.text), _PREVIEW_BYTES)
    return f"现在的文字：\n{now}\n\n请发新的文字，最多 {LONGEST} 个汉字。不改了，回复 {CANCEL}。"


def added(row: Material) -> str:
    """The text is kept; now the pictures."""
    return (
        f"文字存好了（素材 {row.code}），还没有上架。\n"
        f"现在把图片发到这里，最多 {MOST_PICTURES} 张，可以一次选多张；不要图片就直接上架。\n{_finish(row)}"
    )


def ask_pictures(row: Material) -> str:
    """素材管理 ‹素材号› 图片"""
    clear = [tap(f"{MANAGE} {row.code} 清空图片", "清空图片，重新发")] if row.pictures or row.coming else []
    left = MOST_PICTURES - len(row.pictures) - row.coming
    ask = f"把图片发到这里，还能加 {left} 张。" if left else f"已经有 {MOST_PICTURES} 张，满了。"
    return "\n".join([f"素材 {row.code} 的图片：{_pictures(row)}", ask, *clear, _finish(row)])


def picture_received(row: Material) -> str:
    """One more picture is on its way."""
    count = len(row.pictures) + row.coming
    more = f"还能发 {MOST_PICTURES - count} 张" if count < MOST_PICTURES else "满了"
    return f"收到第 {count} 张，{more}。发完点：\n{_finish(row)}"


def put_up(row: Material) -> str:
    """On the shelf."""
    seen = "推广员在「素材文案」里能看到了。" if row.promoted else "不过这个商品现在不推广，推广员还看不到。"
    return f"素材「{title(row, 20)}」已上架，{seen}\n{_open(row)}"


def taken_down(row: Material) -> str:
    """Off the shelf."""
    return f"素材「{title(row, 20)}」已下架，推广员看不到了；随时可以再上架。\n{_open(row)}"


def rewritten(row: Material) -> str:
    """Another text."""
    return f"文字改好了。\n{_open(row)}"


def assigned(row: Material) -> str:
    """For a product, or for the whole shop."""
    return f"素材「{title(row, 20)}」现在用于{_target(row)}。\n{_open(row)}"


def cleared(row: Material) -> str:
    """No pictures any more."""
    return f"图片清空了。现在可以重新发，最多 {MOST_PICTURES} 张。\n{_finish(row)}"


def ask_delete(row: Material) -> str:
    """Once more before it is gone."""
    count = len(row.pictures) + row.coming
    pictures = f"和 {count} 张图片" if count else ""
    return (
        f"删除素材「{title(row, 20)}」？文字{pictures}一起删，找不回来。\n"
        f"{tap(f'{MANAGE} {row.code} 确认删除', '确认删除')}\n{_open(row)}"
    )


def deleted() -> str:
    """Gone."""
    return f"素材删掉了。\n{tap(MANAGE, '返回素材管理')}"


def _finish(row: Material) -> str:
    return _open(row) if row.listed else tap(f"{MANAGE} {row.code} 上架", "完成，上架")


def _open(row: Material) -> str:
    return tap(f"{MANAGE} {row.code}", "看这条素材")


def _rows(page: Page[Material]) -> list[str]:
    return [f"{number}. {_row(row)}" for number, row in enumerate(page.rows, page.first)]


def _row(row: Material) -> str:
    count = len(row.pictures) + row.coming
    parts = [tap(f"{MANAGE} {row.code}", title(row, 14)), _standing(row)]
    parts += [f"图 {count}"] if count else []
    return " · ".join([*parts, *([plain(row.product, 8)] if row.product else [])])


def _standing(row: Material) -> str:
    if not row.listed:
        return "未上架"
    return "已上架" if row.promoted else "已上架（商品不推广）"


def _for(row: Material, may_change: bool) -> str:
    how = f"{MANAGE} {row.code} 全店" if row.sku else f"{MANAGE} {row.code} 商品 编号"
    return f"用于：{_target(row)}" + (f"（要改请回复：{how}）" if may_change else "")


def _target(row: Material) -> str:
    if not row.sku:
        return "全店"
    named = f"「{plain(row.product, 20)}」"
    return f"{named}（{row.sku}）" if is_tappable(row.sku) else named


def _pictures(row: Material) -> str:
    if not row.pictures and not row.coming:
        return "没有"
    coming = f"（另有 {row.coming} 张正在处理）" if row.coming else ""
    return f"{len(row.pictures)} 张{coming}"
