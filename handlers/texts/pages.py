"""Words of the pages behind links (推广链接, 邀请页): a title, a few lines, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import Refusal
from engine.programme.materials import Material, NoSuchMaterial
from engine.programme.members import InvitationOver, MemberInvitation
from engine.programme.promoters import NoSuchPromoter, NotAPromoter, Promoter
from engine.programme.recruiting import (
    AlreadyApplied,
    AlreadyPromoter,
    ProgrammeOff,
    RecruitingClosed,
)
from engine.programme.settings import Settings
from engine.referrals.visits import CodeUnavailable, OwnCode, Receipt, UplineIsMerchants
from handlers.texts import materials, referrals
from handlers.texts.marks import paragraphs, plain
from handlers.texts.people import called


@dataclass(frozen=True, slots=True)
class Note:
    """A page that only says something."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What a link looks like when it is passed on in WeChat."""

    title: str
    text: str
    picture: str
    """The name of a file, or the empty string."""


NOT_FOUND = Note("链接不对", ("这个链接不完整，或者已经失效。请向发给你的人再要一次。",))
TRY_AGAIN = Note("再点一次", ("微信没有确认成功，这次没有记下。请重新打开链接。",))
BUSY = Note("请稍等", ("现在打开的人太多，这次没有记下。过一会儿再试。",))
SLOW = Note("请稍等", ("微信暂时没有回应，这次没有记下。过一会儿再试。",))
OUT = Note("请稍等", ("系统正忙，这次没有记下。过一会儿再试。",))
BROKEN = Note("出了点问题", ("这个页面没有打开，这次没有记下。过一会儿再试，还是不行请告诉商家。",))
FORGED = Note("请重新打开", ("这个地址不完整，这次没有记下。请重新打开链接。",))
SNAPSHOT = Note(
    "还差一步",
    (
        "你现在看到的是微信的快照页，商家还不知道是你。",
        "请点页面底部的「使用完整服务」，再继续。没有这一步，这次推荐不会记下。",
    ),
)
NOT_NOW = Note("链接现在不可用", ("这个链接现在用不了，请向发给你的人问一问。",))
NOT_RECRUITING = Note("现在不招募", ("本店暂时不招募推广员，请过些时候再来看看。",))
FRAMED = Note("请直接打开", ("请在微信里直接打开这个链接。",))
OPEN_AGAIN = "重新打开"
GO_SHOPPING = "进入商城"
WAITING = "二维码正在生成，请稍等…"
NO_CODE_YET = "二维码暂时没有准备好，请用下面的推荐码。"
NO_CODE_YET_INVITED = "二维码暂时没有准备好，请过一会儿再打开。"
AGREEMENT = "推广员协议"
MATERIAL = "链接和二维码都是你的"
MATERIAL_PREVIEW = "素材预览：推广员打开时，文案里是他自己的链接"
PICTURES_BELOW = "长按图片，保存或直接转发"
YOUR_CODE = "你的二维码，长按保存"
COPIES: Mapping[str, str] = {
    "words": "复制文案",
    "done": "已复制，去粘贴吧",
    "failed": "已选中文案，请长按复制",
}
MATERIAL_IN_WECHAT = Note(
    "请在微信里打开", ("素材是给推广员的，里面有推广员自己的链接。", "请在微信的聊天里点开。")
)
MAY_NOT_PROMOTE = Note("现在不能推广", ("推广暂时停了，或者你的推广员资格被冻结。有疑问请联系商家。",))


def shop(rules: Settings) -> str:
    """The shop's name."""
    return plain(rules.shop_name)


def recommends(promoter: Promoter) -> str:
    """Who sends the reader here."""
    return f"{called(promoter.name)} 向你推荐"


def outside(promoter: Promoter, rules: Settings) -> tuple[str, ...]:
    """What to do with the QR code, outside WeChat."""
    return (
        "电脑上：打开微信「扫一扫」，对准二维码。",
        "手机上：长按或截屏保存二维码，打开微信「扫一扫」，在右下角的相册里选它。",
        f"也可以在微信里搜索公众号「{plain(rules.shop_name)}」，关注后发送推荐码 {promoter.code}。",
    )


def counted(receipt: Receipt, rules: Settings) -> Note:
    """The visit was counted, and there is no shop on the web to go on to."""
    said = referrals.receipt(receipt, rules.shop_name).splitlines()[0]
    return Note(plain(rules.shop_name), (plain(said, 200), "长按二维码，关注公众号，就能看商品、下单。"))


def own(rules: Settings) -> Note:
    """A promoter opened his own link: from here he can pass it on as a card."""
    return Note(
        "这是你自己的推广链接",
        (
            "自己打开不算访问。",
            "点右上角的「···」，发给朋友或分享到朋友圈，朋友看到的是下面这张卡片。",
            f"朋友点开，就能看到{plain(rules.shop_name)}。",
        ),
    )


def own_invitation() -> Note:
    """A promoter opened his own invitation."""
    return Note(
        "这是你自己的邀请链接",
        ("点右上角的「···」，发给想一起做推广员的朋友，对方看到的是下面这张卡片。", "邀请本身没有奖励。"),
    )


def material_title(found: Material) -> str:
    """素材文案, and for which product."""
    return f"「{plain(found.product, 20)}」的素材" if found.product else materials.MATERIALS


def preview(found: Material) -> str:
    """素材文案 as staff see it, before it has anybody's link."""
    return paragraphs(found.text)


def why_not(refusal: Refusal) -> Note:
    """Why a visit does not count."""
    made = _WHY_NOT.get(type(refusal))
    return made(refusal) if made else NOT_FOUND


def share_card(promoter: Promoter | None, rules: Settings) -> Card:
    """The card of a shop link."""
    shop = plain(rules.shop_name)
    by = called(promoter.name) if promoter else ""
    title = plain(rules.share_title) or (f"{by} 向你推荐{shop}" if by else shop)
    return Card(title, plain(rules.share_text or rules.poster_text, 60) or shop, rules.share_picture)


def recruit_card(rules: Settings) -> Card:
    """The card of an invitation."""
    text = plain(paragraphs(rules.recruit_text), 60)
    return Card(recruit_title(rules), text, rules.recruit_picture or rules.share_picture)


def recruit_title(rules: Settings) -> str:
    """The title of the recruit page."""
    return plain(rules.recruit_title) or f"{plain(rules.shop_name)}招募推广员"


def recruit_lines(rules: Settings) -> tuple[str, ...]:
    """The text of the recruit page."""
    return tuple(paragraphs(rules.recruit_text).splitlines())


def agreement_lines(rules: Settings) -> tuple[str, ...]:
    """The agreement, whole."""
    return tuple(paragraphs(rules.agreement).splitlines())


def invited_by(promoter: Promoter) -> str:
    """Above the recruit page of a promoter's invitation."""
    return f"{called(promoter.name)} 邀请你一起做推广员"


def invited_by_merchant(found: MemberInvitation, rules: Settings) -> str:
    """Above the recruit page of the merchant's own invitation."""
    into = f"，加入「{plain(found.group, 12)}」" if found.group else ""
    return f"{plain(rules.shop_name)}邀请你做推广员{into}"


def how_to_apply(*, in_wechat: bool) -> tuple[str, ...]:
    """From the page to the chat."""
    if in_wechat:
        return (
            "已关注：回到公众号的聊天，发送「申请推广员」。",
            "还没关注：长按二维码识别，关注后点「申请推广员」。",
        )
    return (
        "电脑上：打开微信「扫一扫」，对准二维码。",
        "手机上：长按或截屏保存二维码，打开微信「扫一扫」，在右下角的相册里选它。",
        "关注后点「申请推广员」。",
    )


_WHY_NOT: Mapping[type[Refusal], Callable[[Any], Note]] = {
    OwnCode: lambda _: Note("这是你自己的链接", ("自己打开不算访问。",)),
    CodeUnavailable: lambda _: Note("这个推荐码暂时不可用", ("这次没有记下推荐人，你仍然可以在本店购买。",)),
    ProgrammeOff: lambda _: Note("本店暂时没有开放推荐", ("这次没有记下推荐人，你仍然可以在本店购买。",)),
    NoSuchPromoter: lambda _: NOT_FOUND,
    NotAPromoter: lambda _: Note(
        "这是推广员用的", ("素材是给推广员的。想加入，请在公众号里发送「申请推广员」。",)
    ),
    NoSuchMaterial: lambda _: Note("素材不在了", ("这条素材已经下架。请回到公众号，点「素材文案」看别的。",)),
    UplineIsMerchants: lambda _: Note("你已是推广员", ("上级只能由商家调整，打开邀请不会改变。",)),
    InvitationOver: lambda _: Note("邀请已结束", ("这个邀请不再使用，请向商家再要一次。",)),
    RecruitingClosed: lambda _: NOT_RECRUITING,
    AlreadyPromoter: lambda _: Note("你已是推广员", ("回到公众号的聊天，就能看海报、收益和客户。",)),
    AlreadyApplied: lambda _: Note("申请已提交", ("正在等商家审核，结果会在公众号里告诉你。",)),
}
