"""What anybody may hear: greetings, menus, and that a word was not understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.people.authority import Role
from handlers.texts.marks import paragraphs, plain, tap

_HELP = tap("帮助", "看看能做什么")
UNKNOWN = f"没听懂这句话。\n{_HELP}"
TYPED_ONLY = f"我只看得懂文字，听不了语音，也看不了视频和位置。请打字告诉我。\n{_HELP}"
NO_SUCH_ROW = "这个序号点不开：刚才的列表里没有它，或者这一行没有更多内容。"
NOTHING_OPEN = f"现在没有填到一半的内容。\n{tap('帮助', '看看能做什么')}"
FORGOTTEN = f"这一步已经过时或办完了，不用再点。还没办的，请从头来一次。\n{tap('帮助', '看看能做什么')}"
OLD_CODE = f"这个二维码已经失效了。\n{tap('帮助', '看看能做什么')}"
PROMOTERS_ONLY = "这是推广员用的，你现在不是推广员。"
ROLES = {Role.OWNER: "店主", Role.REVIEW: "审核", Role.FINANCE: "财务", Role.SERVICE: "客服"}

_HELP_BYTES = 1_650
"""So that a greeting and the hint about an open question still fit."""

HINTS = {
    "商城与客服": "看价格、自己的订单，找客服",
    "商品与价格": "每样多少钱",
    "我的订单": "你在本店买过的",
    "退款售后": "怎么退，退到哪一步了",
    "进入商城": "打开网上商城",
    "联系客服": "时间、电话、人工客服",
    "我的推荐人": "是谁推荐你来的",
    "填写推荐码": "有推荐码就填这里",
    "绑定手机号": "把商城的订单认到你名下",
    "隐私与注销": "存着你的什么，怎么删除",
    "招募说明": "做推广员是怎么回事",
    "申请推广员": "免费加入",
    "申请进度": "审核到哪一步了",
    "店铺海报": "带你推荐码的海报",
    "推广链接": "发给客户的链接或卡片",
    "素材文案": "现成的图文，点一下带你的链接",
    "邀请推广员": "邀请朋友一起做推广员",
    "改名": "海报上的名字",
    "我的收益": "今日、本月和账上的钱",
    "推广商品": "能推广的和各赚多少",
    "推广订单": "每一单给你多少",
    "申请提现": "把账上的钱提出来",
    "提现记录": "提现到哪一步了",
    "排行榜": "本月卖得最多的和你的名次",
    "我的客户": "你推荐来的客户",
    "我的下级": "你邀请的推广员",
    "全部待办": "等你处理的事",
    "推广员审核": "通过或驳回申请",
    "提现审核": "通过或驳回提现",
    "待打款": "已通过、等打款的",
    "待认领订单": "不知道买家是谁的订单",
    "线下结算": "该付给谁多少，付清后登记",
    "结算记录": "登记过的线下结算",
    "今日概览": "今天和昨天的数据",
    "推广员业绩": "按销售额排",
    "推广明细": "每笔佣金、提现到哪一步了",
    "客户列表": "客户是谁的，分配和备注",
    "订单退款": "每一单的佣金和退款",
    "规则设置": "比例、结算、提现……",
    "商品佣金": "推广产品和它的比例",
    "海报招募": "海报、底图和招募页",
    "我的推广": "你自己的推广员功能",
    "帮助": "看看能做什么",
}


def lines(words: Iterable[str]) -> str:
    """A menu as lines to tap."""
    return "\n".join(tap(word, word) for word in words)


def help_lines(words: Iterable[str]) -> str:
    """A menu as lines to tap, each with what it is for while all of that has room in one message."""
    shown = [word for word in words if word != "帮助"]
    whole = "\n".join(f"{tap(word, word)} {HINTS[word]}" for word in shown)
    return whole if len(whole.encode()) <= _HELP_BYTES else lines(shown)


def shopping(words: Iterable[str]) -> str:
    """商城: a customer's words."""
    return f"买东西可以：\n{help_lines(words)}"


def service(shop: str, said: str, *, to_staff: bool) -> str:
    """联系客服"""
    lines = [f"{plain(shop)}的客服"]
    if said:
        lines.append(paragraphs(said))
    if to_staff:
        lines.append("直接把问题发给我，听不懂的会转给人工客服。")
    elif not said:
        lines.append("这里没有在线客服，请到店里或在商城联系商家。")
    return "\n".join(lines)


def shop_link(link: str) -> str:
    """进入商城, where the bar is not at hand."""
    return f"商城：{link}" if link else f"本店没有网上商城。\n{tap('商品与价格', '看商品与价格')}"


def helping(words: Iterable[str], unfinished: str) -> str:
    """What this person can do now."""
    return _under(f"你现在可以（点一下，或直接打这几个字）：\n{help_lines(words)}", unfinished)


def words_only(*, owner: bool, promoter: bool) -> str:
    """A picture that nobody asked for; who could have meant one is led to where it belongs."""
    places = [("海报招募", "作海报底图"), ("素材管理", "放进素材")] if owner else []
    places += [("海报头像", "作海报上的头像")] if promoter else []
    if not places:
        return f"我只看得懂文字，看不了图片。\n{_HELP}"
    return "\n".join(
        [
            "还不知道这张图片作什么用。先点要用的地方，再发一次：",
            *(tap(word, label) for word, label in places),
        ]
    )


def unknown(unfinished: str, words: Sequence[str] = ()) -> str:
    """Not understood; what may have been meant is offered, and a question left open is mentioned."""
    said = ["没听懂这句话。你是想：", lines(words)] if words else ["没听懂这句话。"]
    return "\n".join((*said, unfinished or _HELP))


def cancelled(what: str) -> str:
    """取消"""
    return f"好的，刚才的{what}不继续了，没有提交任何内容。"


def welcome(shop: str) -> str:
    """The first line to somebody who follows."""
    return f"欢迎来到{plain(shop)}。"


def welcome_back(shop: str, words: Iterable[str]) -> str:
    """To somebody who follows again and has a role here."""
    return f"欢迎回到{plain(shop)}。你可以：\n{help_lines(words)}"


def visitor_welcome(shop: str, said: str, words: Iterable[str]) -> str:
    """To a new follower: the merchant's own words, then what one can do here."""
    own = f"\n{paragraphs(said)}" if said else ""
    return f"{welcome(shop)}{own}\n在这里可以：\n{help_lines(words)}\n有推荐码也可以直接发给我。"


def enrolled(shop: str, role: Role, words: Iterable[str]) -> str:
    """To a new member of the merchant's staff."""
    whose = (
        f"你是{plain(shop)}的店主了。"
        if role is Role.OWNER
        else f"你加入了{plain(shop)}，角色是{ROLES[role]}。"
    )
    return f"{whose}现在可以：\n{help_lines(words)}"


def enrolled_already() -> str:
    """A member of the staff scanned a staff QR once more."""
    return f"这个二维码用过了或已过期。你已经是店员了，不用再扫。\n{tap('帮助', '看看能做什么')}"


def promoters_only(may_apply: bool) -> str:
    """A customer asked for something of a promoter's."""
    return f"{PROMOTERS_ONLY}\n{tap('招募说明', '看看怎么加入')}" if may_apply else PROMOTERS_ONLY


def _under(said: str, unfinished: str) -> str:
    return f"{said}\n\n{unfinished}" if unfinished else said
