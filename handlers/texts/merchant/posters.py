"""海报招募: the posters of all kinds, the merchant's own pictures behind them, and what came of printed ones."""

from __future__ import annotations

from collections.abc import Mapping

from engine.programme.backdrops import KEYS
from engine.programme.modes import PosterKind
from engine.programme.points import PrintedBy
from engine.programme.settings import Settings
from handlers.paging import Page
from handlers.texts.marks import CANCEL, next_page, plain, tap
from handlers.texts.settings import name_of, said

KINDS: Mapping[PosterKind, str] = {"shop": "店铺", "product": "商品", "invitation": "邀请"}
"""What each kind is called before 海报."""
NAMED: Mapping[str, PosterKind] = {word: kind for kind, word in KINDS.items()}
DRAWING = "正在做样张，几秒后发到这里…左边的名字最短，右边的最长。"
HIS_POSTER = "正在准备他的海报，几秒后发到这里…"
_WORDS: Mapping[PosterKind, tuple[str, ...]] = {
    "shop": ("poster_title", "poster_text"),
    "product": ("product_text",),
    "invitation": ("recruit_title", "recruit_text"),
}
_LOOK: Mapping[PosterKind, str] = {
    "shop": "poster_template",
    "product": "product_template",
    "invitation": "invitation_template",
}
_NOTES: Mapping[PosterKind, str] = {
    "shop": "推广员各有一张，带自己的名字和二维码。",
    "product": "名称和价格来自商品。",
    "invitation": "标题和文字就是招募页的。",
}


def everything(rules: Settings) -> str:
    """海报招募: three kinds of posters, the recruit page, the looks that may be chosen, and what came of them."""
    rows = [
        f"{number}. {tap(f'海报招募 {word}', f'{word}海报')} · {_ground(kind, rules)}"
        for number, (kind, word) in enumerate(KINDS.items(), 1)
    ]
    looks = said("poster_looks", rules.poster_looks)
    return "\n".join(
        [
            "海报招募",
            *rows,
            f"4. {tap('设置 招募页面', '招募页面')} · 标题、说明、协议、提问",
            f"5. {tap('设置 可选样式', '可选样式')} · {looks}",
            f"6. {tap('全店海报数据', '海报数据')} · 印刷海报的访问、锁客、订单",
            f"7. {tap('素材管理', '素材管理')} · 给推广员转发的文案和图片",
        ]
    )


def one(kind: PosterKind, rules: Settings) -> str:
    """海报招募 ‹店铺›: one kind, and everything about it that can be changed."""
    word = KINDS[kind]
    keys = (*_WORDS[kind], _LOOK[kind])
    rows = [
        f"{number}. {tap(f'设置 {name_of(key)}', name_of(key))} · {plain(said(key, getattr(rules, key)), 16)}"
        for number, key in enumerate(keys, 2)
    ]
    own = [tap(f"海报底图 {word} 恢复默认", "恢复默认底图")] if getattr(rules, KEYS[kind]) else []
    return "\n".join(
        [
            f"{word}海报",
            _NOTES[kind],
            "",
            f"1. {tap(f'海报底图 {word}', '底图')} · {_ground(kind, rules)}",
            *rows,
            "",
            tap(f"海报样张 {word}", "看样张"),
            *own,
            tap("海报招募", "返回海报招募"),
        ]
    )


def ask_backdrop(kind: PosterKind) -> str:
    """Ask for the picture behind a kind of poster."""
    return (
        f"请发一张图片作{KINDS[kind]}海报的底图：JPG、PNG 或 WebP，竖图最好，宽至少 750、高至少 1000 像素。\n"
        "文字和二维码会自己找地方放，先给你看样张，你说「用」才换上。\n"
        f"回复 {tap('恢复默认', '恢复默认')} 用自带的底图，回复 {CANCEL} 不改。"
    )


def received(kind: PosterKind) -> str:
    """The picture is with a worker now; how to decide once the samples are seen."""
    return (
        f"收到，正在做{KINDS[kind]}海报的样张，几秒后发到这里（左边的名字最短，右边的最长）。\n"
        f"看过以后：\n{tap('用', '用这张')}\n{tap('换', '换一张')}\n{tap('取消', '取消，还用原来的')}\n"
        "也可以直接再发一张图片。"
    )


def used(kind: PosterKind) -> str:
    """用: it is live."""
    return (
        f"{KINDS[kind]}海报换上新底图了，推广员再要海报就是新的；发出去的旧海报照样能扫，归属不变。\n"
        f"{tap(f'海报招募 {KINDS[kind]}', f'看{KINDS[kind]}海报')}"
    )


def used_already(kind: PosterKind) -> str:
    """用: it was that very picture before."""
    return f"{KINDS[kind]}海报现在用的就是这张底图，没有改动。"


def dropped(kind: PosterKind) -> str:
    """取消: what was live stays."""
    return f"没有换，{KINDS[kind]}海报还用原来的底图。"


def default(kind: PosterKind) -> str:
    """恢复默认: the look's own background again."""
    return f"{KINDS[kind]}海报用回自带的底图了。\n{tap(f'海报样张 {KINDS[kind]}', '看样张')}"


def default_already(kind: PosterKind) -> str:
    """恢复默认: it had none of its own."""
    return f"{KINDS[kind]}海报用的就是自带的底图，没有改动。"


def data(page: Page[PrintedBy]) -> str:
    """全店海报数据: printed posters of everybody, the newest first."""
    if not page.rows:
        return (
            "还没有印刷海报。推广员回复「海报 印刷 地点」，每个地点有自己的永久二维码，效果会列在这里。\n"
            f"{tap('海报招募', '返回海报招募')}"
        )
    lines = ["印刷海报（访问 · 锁客 · 订单）"]
    for number, row in enumerate(page.rows, page.first):
        place = tap(f"推广员 {row.code}", plain(row.counted.point.place, 10))
        counts = f"{row.counted.visits} · {row.counted.locks} · {row.counted.orders}"
        lines.append(f"{number}. {place} {row.code} {counts}")
    more = next_page("全店海报数据", page)
    return "\n".join(
        [*lines, *more, "", "按客户最后一次扫的那张算，订单含后来退款的。", tap("海报招募", "返回海报招募")]
    )


def portrait_down(code: str) -> str:
    """移除头像: it is gone from his posters."""
    return f"推广员 {code} 的海报头像已移除，也通知了他；新海报不再有它。\n{tap(f'推广员 {code}', '返回这位推广员')}"


def _ground(kind: PosterKind, rules: Settings) -> str:
    own = bool(getattr(rules, KEYS[kind]))
    look = said(_LOOK[kind], getattr(rules, _LOOK[kind]))
    return f"{'你的底图' if own else '自带底图'}，{look}"
