"""ROUTES: one ordered table, read top to bottom; the first match wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.people.authority import Right
from handlers.anyone import coming, help
from handlers.anyone.unknown import forgotten, no_right, picture, promoters_only, silence, unknown
from handlers.customer import applying, orders, referrals
from handlers.matching import By, Handler, OfKind, Pattern, Route, Scan, State, Word
from handlers.promoter import earnings, pictures, withdrawing
from handlers.typed import BareCode
from handlers.types import Ask, Kind

__all__ = ["ROUTES", "Found", "find", "unknown"]

ANSWERS = ("下一页", "同意", "确认提交", "邀请人不对", "重填", "确认提现", "换账号", "微信", "支付宝")
"""Lines that are tapped in answer to a question; the question may be gone by then."""

ROUTES: tuple[Route, ...] = (
    # -- merchant: words and patterns of the staff --------------------------------------------------
    # -- promoter -----------------------------------------------------------------------------------
    Route(Word("店铺海报", "海报", "我的海报"), pictures.poster, By.PROMOTER),
    Route(Word("邀请推广员", "邀请"), pictures.invitation, By.UPLINE),
    Route(Word("改名"), pictures.ask_name, By.PROMOTER),
    Route(Pattern(r"改名 (?P<name>.+)", "改名 ‹名字›"), pictures.name_said, By.PROMOTER),
    Route(Word("我的收益", "收益"), earnings.mine, By.PROMOTER),
    Route(Word("推广订单"), earnings.orders, By.PROMOTER),
    Route(Pattern(r"推广订单 (?P<page>\d+)", "推广订单 ‹页›"), earnings.orders, By.PROMOTER),
    Route(Word("申请提现", "提现"), withdrawing.begin, By.PROMOTER),
    Route(
        Pattern(r"(?:申请)?提现(?= |[\d¥-]|全部) ?(?P<amount>.+)", "提现 ‹金额›"),
        withdrawing.amount_said,
        By.PROMOTER,
    ),
    Route(Word("提现记录"), withdrawing.history, By.PROMOTER),
    Route(Word("取消提现"), withdrawing.ask_which, By.PROMOTER),
    Route(Pattern(r"取消提现 ?(?P<code>\S+)", "取消提现 ‹单号›"), withdrawing.cancel, By.PROMOTER),
    Route(Word("我的客户"), earnings.customers, By.PROMOTER),
    Route(Pattern(r"我的客户 (?P<page>\d+)", "我的客户 ‹页›"), earnings.customers, By.PROMOTER),
    Route(Word("我的下级"), earnings.downlines, By.UPLINE),
    Route(Pattern(r"我的下级 (?P<page>\d+)", "我的下级 ‹页›"), earnings.downlines, By.UPLINE),
    Route(Word("我的推广"), earnings.menu, By.PROMOTER),
    # -- customer -----------------------------------------------------------------------------------
    Route(Word("我的推荐人", "推荐人"), referrals.mine),
    Route(Word("填写推荐码", "推荐码"), referrals.ask_code),
    Route(Pattern(r"(?:填写)?推荐码[ :：]?(?P<code>.+)", "推荐码 ‹推荐码›"), referrals.code_said),
    Route(Word("不是", "不是ta推荐的"), referrals.undo),
    Route(Word("我的订单", "订单"), orders.mine),
    Route(Pattern(r"我的订单 (?P<page>\d+)", "我的订单 ‹页›"), orders.mine),
    Route(Word("招募说明"), applying.recruit),
    Route(Word("申请推广员", "申请"), applying.apply),
    Route(Word("申请进度"), applying.progress),
    # -- anyone: scans, follows, help, cancel, continue ---------------------------------------------
    Route(Scan("p"), coming.poster),
    Route(Scan("i"), coming.invitation),
    Route(Scan("m"), coming.enrolment),
    Route(OfKind(Kind.FOLLOW), coming.followed),
    Route(OfKind(Kind.SCAN), coming.unknown_code),
    Route(OfKind(Kind.UNFOLLOW), coming.unfollowed),
    Route(Word("帮助", "help", "?", "？"), help.helping),
    Route(Word("菜单"), help.menu),
    Route(Word("取消"), help.cancel),
    Route(Word("继续"), help.carry_on),
    # -- answers to open questions ------------------------------------------------------------------
    Route(State(referrals.CODE), referrals.code_answered),
    Route(State(applying.AGREEMENT), applying.agreement_answered),
    Route(State(applying.NAME), applying.name_answered),
    Route(State(applying.PHONE), applying.phone_answered),
    Route(State(applying.CONFIRM), applying.confirm_answered),
    Route(State(pictures.NAME), pictures.name_answered),
    Route(State(withdrawing.AMOUNT), withdrawing.amount_answered),
    Route(State(withdrawing.CHANNEL), withdrawing.channel_answered),
    Route(State(withdrawing.ACCOUNT), withdrawing.account_answered),
    Route(State(withdrawing.NAME), withdrawing.name_answered),
    Route(State(withdrawing.CONFIRM), withdrawing.confirm_answered),
    # -- merchant's answers to open questions -------------------------------------------------------
    # -- what only means something when nothing is asked --------------------------------------------
    Route(Word(*ANSWERS), forgotten),
    Route(BareCode(), referrals.bare_code),
    Route(OfKind(Kind.IMAGE), picture),
    Route(OfKind(Kind.OTHER), silence),
)


@dataclass(frozen=True, slots=True)
class Found:
    """The route that a message takes."""

    do: Handler
    match: Mapping[str, str]
    answers: bool
    """It answers the open question."""


def find(ask: Ask) -> Found | None:
    """The first route that fits the message and its sender; None for an unknown word (then `unknown` answers)."""
    instead: Found | None = None
    for route in ROUTES:
        match = route.when.match(ask)
        if match is None:
            continue
        if isinstance(route.when, State) and instead:
            break  # a command that is not for him is no answer to the open question
        if route.is_for(ask):
            return Found(route.do, match, isinstance(route.when, State))
        instead = instead or _instead(route.by, ask)
    return instead


def _instead(by: By | Right, ask: Ask) -> Found | None:
    """Staff hear which right they lack, others which words are a promoter's; nobody is told more."""
    if isinstance(by, Right) and ask.who.is_staff:
        return Found(no_right, {"right": by.value}, False)
    return Found(promoters_only, {}, False) if by is By.PROMOTER else None
