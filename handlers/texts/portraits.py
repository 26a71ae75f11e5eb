"""What a promoter reads about his own posters: his picture on them (海报头像) and the look that he chose (换样式)."""

from __future__ import annotations

from engine.programme.modes import PosterLook
from engine.programme.wishes import Looks
from handlers.texts.marks import CANCEL, tap
from handlers.texts.settings import look_name

ASK = (
    "请发一张你的照片或头像，会裁成圆形放在海报上你的名字旁边（JPG、PNG 或 WebP，每边至少 200 像素）。\n"
    f"{tap('跳过', '不放头像')}\n以后想放，回复 {tap('海报头像', '海报头像')}。"
)
OFFER = tap("海报头像", "加上你的头像（可以不加）")
"""After a new name, until he said yes or no."""
RECEIVED = "收到，正在处理头像，好了会告诉你。"
_AGAIN = tap("店铺海报", "拿海报")
SKIPPED = f"好的，海报上不放头像。以后想放，回复 {tap('海报头像', '海报头像')}。\n{_AGAIN}"
DEFAULT = "商家的样式"
DEFAULTS = (DEFAULT, "默认")
_REFUSED = {
    "not_a_picture": "这不是能用的图片（要 JPG、PNG 或 WebP）",
    "animated": "动图不能用，请发一张不会动的",
    "too_many_pixels": "图片超过 2500 万像素，请压缩后再发",
    "webp_too_large": "WebP 图片超过 1250 万像素，请存成 JPG 再发",
    "too_small": "图片太小，每边至少 200 像素",
    "too_heavy": "图片文件太大",
}


def mine(*, has: bool) -> str:
    """海报头像: send one, or take the present one off."""
    off = f"\n{tap('海报头像 删除', '删掉现在的头像')}" if has else ""
    return ASK if not has else f"你的海报上已有头像。想换就发一张新的照片；不换了，回复 {CANCEL}。{off}"


def judged(why_not: str) -> str:
    """What became of the picture that he sent."""
    if why_not:
        return f"头像没有换：{_REFUSED.get(why_not, '这张图片用不了')}。\n{tap('海报头像', '重新发一张')}"
    return (
        f"头像放上海报了，只加密保存在本店，注销时一起删除。\n{_AGAIN} · {tap('海报头像 删除', '删掉头像')}"
    )


def down() -> str:
    """The merchant took it off."""
    return f"商家移除了你海报上的头像。新的海报不再有它；可以换一张合适的。\n{tap('海报头像', '换一张')}"


def looks(found: Looks) -> str:
    """海报 换样式: what he may choose between."""
    if not found.allowed:
        return f"海报样式由商家统一设定，没有别的可选。\n{_AGAIN}"
    rows = [f"{number}. {_look(look, found.chosen)}" for number, look in enumerate(found.allowed, 1)]
    default = tap(f"海报样式 {DEFAULT}", DEFAULT)
    now = "（现在）" if found.chosen is None else ""
    return "\n".join(["海报样式，回复序号选一个", *rows, f"{len(rows) + 1}. {default}{now}"])


def chosen(look: PosterLook | None) -> str:
    """It is kept."""
    return f"好的，你的海报以后都用{f'「{look_name(look)}」' if look else DEFAULT}。\n{_AGAIN}"


def _look(look: PosterLook, chosen: PosterLook | None) -> str:
    name = look_name(look)
    return f"{tap(f'海报样式 {name}', name)}{'（现在）' if look is chosen else ''}"
