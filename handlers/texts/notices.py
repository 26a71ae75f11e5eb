"""Words that belong to notices only."""

from __future__ import annotations

from collections.abc import Sequence

from engine.ledger.book import Balances
from engine.money import ZERO, Money
from engine.payouts.payees import Channel
from engine.people.names import Name
from engine.referrals.moving import Tally
from handlers.texts.applying import rejected as _decided
from handlers.texts.marks import plain, tap
from handlers.texts.money import CHANNELS, available
from handlers.texts.people import called
from handlers.texts.settings import name_of

PICTURES = {
    "poster": f"你要的海报已准备好，回复 {tap('店铺海报', '店铺海报')} 获取。",
    "product": f"你要的商品海报已准备好，到 {tap('推广商品', '推广商品')} 里再点一次获取。",
    "invitation": f"你要的邀请海报已准备好，回复 {tap('邀请推广员', '邀请推广员')} 获取。",
    "earnings_chart": f"你要的收益图已画好，回复 {tap('收益图', '收益图')} 获取。",
    "ranking_chart": f"你要的排行图已画好，回复 {tap('排行图', '排行图')} 获取。",
    "shop_chart": f"你要的经营图已画好，回复 {tap('经营图', '经营图')} 获取。",
    "printed": f"你要的印刷海报已准备好，在 {tap('海报数据', '海报数据')} 里点那个地点获取。",
    "preview": f"你要的海报样张已画好，在 {tap('海报招募', '海报招募')} 里点开那一种，再看样张。",
    "members_poster": f"你要的邀请海报已准备好，在 {tap('邀请成员', '邀请成员')} 里点开获取。",
    "members": f"你要的邀请二维码已准备好，在 {tap('邀请成员', '邀请成员')} 里点开获取。",
    "payee": f"你要的收款码已准备好，到 {tap('待打款', '待打款')} 里点开那一笔再看。",
    "material": f"你要的素材图片已准备好，到 {tap('素材文案', '素材文案')} 里再点一次获取。",
    "enrolment": f"你要的店员二维码没能发出来，请重新 {tap('加店员', '加店员')}。",
}
"""By what was asked for; shown when the picture missed WeChat's window."""

_UNDRAWN = {
    "poster": ("海报", "店铺海报"),
    "product": ("商品海报", "推广商品"),
    "invitation": ("邀请海报", "邀请推广员"),
    "earnings_chart": ("收益图", "收益图"),
    "ranking_chart": ("排行图", "排行图"),
    "shop_chart": ("经营图", "经营图"),
    "printed": ("印刷海报", "海报数据"),
    "preview": ("海报样张", "海报招募"),
    "members_poster": ("邀请海报", "邀请成员"),
    "members": ("邀请二维码", "邀请成员"),
    "payee": ("收款码", "待打款"),
    "material": ("素材图片", "素材文案"),
    "enrolment": ("店员二维码", "加店员"),
}
"""What was promised, and where to ask for it again."""

_PICTURE_REFUSED = {
    "not_a_picture": "这不是能用的图片（要 JPG、PNG 或 WebP）",
    "animated": "动图不能用，请发一张不会动的",
    "too_many_pixels": "图片超过 2500 万像素，请压缩后再发",
    "webp_too_large": "WebP 图片超过 1250 万像素，请存成 JPG 再发",
    "too_small": "图片太小，宽至少 750、高至少 1000 像素",
    "has_code": "图片上有别的二维码，客户会扫错，请发一张没有二维码的",
    "too_heavy": "图片文件太大",
    "lost": "没能从微信取到这张图片",
    "unkept": "服务器没能存下这张图片，请技术人员看一下磁盘",
}


_WHOLE_REFUSED = {
    "not_a_picture": "这不是能用的图片（要 JPG 或 PNG）",
    "animated": "动图不能用，请发一张不会动的",
    "too_many_pixels": "图片超过 2500 万像素，请压缩后再发",
    "webp_too_large": "WebP 图片不能用，请存成 JPG 再发",
    "too_small": "图片太小，每边至少 200 像素",
    "too_heavy": "图片超过 2 MB（发的时候不要勾选原图）",
    "lost": "没能从微信取到这张图片",
    "unkept": "服务器没能存下这张图片，请技术人员看一下磁盘",
}


def undrawn(what: str) -> str:
    """A picture that was promised does not come."""
    name, again = _UNDRAWN[what]
    return f"你要的{name}没能发出来：它可能已被撤下，也可能是微信正忙。过一会儿再要一次：{tap(again, again)}"


def todo(counts: Sequence[tuple[str, int]]) -> str:
    """待办 3：申请 2 · 提现 1"""
    all_of_them = sum(count for _, count in counts)
    parts = " · ".join(f"{what} {count}" for what, count in counts)
    return f"{tap('待办', f'待办 {all_of_them}')}：{parts}"


def rejected(when: str, reason: str) -> str:
    """The application was rejected, and he may apply again."""
    return f"{_decided(when, reason)}\n改好后可以再申请：{tap('申请推广员', '申请推广员')}"


def judged(key: str, why_not: str) -> str:
    """To the owner: what became of the picture that he sent."""
    name = name_of(key)
    again = tap(f"设置 {name} 改", "重新发一张")
    if why_not:
        return f"{name}没有换：{_PICTURE_REFUSED.get(why_not, '这张图片用不了')}。\n{again}"
    return f"{name}换好了。\n{tap(f'设置 {name}', name)}"


def payee_judged(channel: Channel, why_not: str) -> str:
    """To a promoter: what became of the 收款码 that he sent."""
    name, again = f"{CHANNELS[channel]}收款码", tap("申请提现", "申请提现")
    if why_not:
        return f"{name}没有保存：{_WHOLE_REFUSED.get(why_not, '这张图片用不了')}。请 {again} 重新发一张，或改填账号。"
    return f"{name}已加密保存，只给打款的人看。\n继续：{again}"


def material_judged(code: str, number: int, why_not: str) -> str:
    """To the owner: a picture that he sent for 素材文案 cannot be used."""
    why = _WHOLE_REFUSED.get(why_not, "这张图片用不了")
    again = tap(f"素材管理 {code} 图片", "重新发这一张")
    return f"素材 {code} 的第 {number} 张图片没有收：{why}。\n{again}"


def gone(code: str, count: int) -> str:
    """To the owner: a promoter had his data deleted."""
    return (
        f"推广员 {code} 注销了个人信息（客户 {count} 位）。推广码还有效，账还在；"
        f"要移交他的客户，请解约：{tap(f'推广员 {code}', f'推广员 {code}')}"
    )


def customers(tally: Tally) -> str:
    """To a promoter: the merchant gave him customers, or took some."""
    parts = [f"新增 {tally.gained} 位（以后下单给你计佣）"] if tally.gained else []
    parts += [f"交给你跟进 {tally.followed} 位"] if tally.followed else []
    parts += [f"转出 {tally.lost} 位（已成交的订单不变）"] if tally.lost else []
    return f"商家调整了客户：{'；'.join(parts)}。\n{tap('我的客户', '我的客户')}"


def inherited(shop: str, count: int) -> str:
    """To a promoter who takes over what somebody else had."""
    return f"{plain(shop)}把 {count} 位客户移交给你，以后由你跟进。\n{tap('我的客户', '我的客户')}"


def upline(now: Name | None) -> str:
    """To a promoter whose upline the merchant changed."""
    who = f"现在是 {called(now)}" if now else "现在没有上级"
    return f"商家调整了你的上级：{who}。只影响以后的订单，你自己的佣金不变。"


def downlines() -> str:
    """To somebody who has one downline more or less; it promises nothing."""
    return f"商家调整了你的下级，只影响以后的订单。\n{tap('我的下级', '我的下级')}"


def terminated(shop: str, held: Balances, *, offline: bool) -> str:
    """To a promoter who was terminated: what stays his, and how to get it."""
    amounts = [f"{available(offline=offline)} {held.available}"]
    amounts += [f"待结算 {held.pending}（到期后{'一起结算' if offline else '可提'}）"] if held.pending else []
    amounts += [f"待追回 {held.owed}"] if held.owed else []
    how = "提现记录" if offline else "申请提现"
    last = "由商家线下结给你" if offline else "最后一笔提现没有最低金额"
    return (
        f"你和{plain(shop)}的推广合作结束了，推荐码和海报不再使用。谢谢你一直以来的推广。\n"
        f"账上的钱还是你的：{' · '.join(amounts)}。{last}；之后客户退款，对应的佣金仍会扣回。\n"
        f"{tap('我的收益', '我的收益')}\n{tap(how, how)}"
    )


def assigned(code: str, difference: Money, reason: str) -> str:
    """To a promoter whose part of an order was changed by 归属."""
    if difference > ZERO:
        what = f"商家改了单 {code} 的归属，你的收益 +{difference}。"
    elif difference < ZERO:
        what = (
            f"商家改了单 {code} 的归属，收回你的收益 {-difference}；账上不够的记为待追回，以后的收益先抵它。"
        )
    else:
        what = f"商家改了单 {code} 的归属，你的收益没有变。"
    return f"{what}\n原因：{plain(reason, 60)}\n有疑问请联系商家。{tap(f'为什么 {code}', '看这一单')}"
