"""What a promoter reads of his links and of his printed posters."""

from __future__ import annotations

from urllib.parse import quote

from engine.programme.points import Counted, Point
from handlers.paging import Page
from handlers.texts.marks import next_page, plain, tap

HOW_TO_PRINT = (
    "印刷的海报每张有自己的永久二维码，能分别看效果。\n请回复：海报 印刷 地点，如：海报 印刷 东门店\n"
    + tap("海报数据", "看印过的海报")
)
_CARD = "想发成卡片：在微信里点开自己的链接，再点右上角「···」发给朋友。"
_NONE = "你还没有印刷海报。\n请回复：海报 印刷 地点，如：海报 印刷 东门店"


def shop_address(home: str, code: str, sku: str = "") -> str:
    """Where a promoter's link leads to; his code and the product's number, nothing else."""
    return f"{home}/r/{code}/{quote(sku, safe='')}" if sku else f"{home}/r/{code}"


def shop(home: str, code: str, *, two_level: bool) -> str:
    """推广链接"""
    more = [tap("邀请链接", "邀请推广员的链接")] if two_level else []
    return "\n".join(
        [
            "你的推广链接，长按复制，发给客户或朋友圈：",
            shop_address(home, code),
            "",
            "客户在微信里点开，和扫你的海报一样算。",
            _CARD,
            "",
            tap("推广商品", "单个商品的链接"),
            tap("店铺海报", "拿海报"),
            tap("改名", "改海报和链接上的名字"),
            *more,
        ]
    )


def invitation(home: str, code: str) -> str:
    """邀请链接"""
    return "\n".join(
        [
            "你的邀请链接，长按复制，发给想一起做推广员的朋友：",
            f"{home}/i/{code}",
            "",
            "对方点开，能看到招募说明和协议，再来申请；免费加入，无需购买。",
            _CARD,
            "",
            tap("邀请推广员", "拿邀请二维码"),
        ]
    )


def printing(found: Point) -> str:
    """海报 印刷 ‹地点›"""
    return (
        f"正在为「{plain(found.place)}」制作印刷海报，几秒后发到这里…\n"
        f"二维码长期有效，可以放心印。{tap('海报数据', '看印过的海报')}"
    )


def data(page: Page[Counted]) -> str:
    """海报数据"""
    if not page.rows:
        return _NONE
    lines = ["印刷海报（访问 · 锁客 · 订单）"]
    lines += [
        f"{number}. {_place(row.point)} {row.visits} · {row.locks} · {row.orders}"
        for number, row in enumerate(page.rows, page.first)
    ]
    more = next_page("海报数据", page)
    return "\n".join(
        [*lines, *more, "", "按客户最后一次扫的那张算，订单含后来退款的。再印请回复：海报 印刷 地点"]
    )


def _place(point: Point) -> str:
    return tap(f"海报 印刷 {plain(point.place)}", plain(point.place, 10))
