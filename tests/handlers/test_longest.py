"""Every screen at its longest fits into a message, with room for the hint about a parked question."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

import handlers
from engine.ids import OrderId, PersonId, PromoterId, VisitId, WithdrawalId
from engine.ledger.book import Balances
from engine.money import LARGEST, Money
from engine.orders.attribution import Basis
from engine.orders.cards import LineCard
from engine.orders.quoting import Offer
from engine.orders.refunds import Came, Purchase, Returnable, Way
from engine.orders.views import OrderView, Reward
from engine.payouts.adjusting import Adjusted
from engine.payouts.asking import Limits
from engine.payouts.bookings import Settled
from engine.payouts.payees import Channel, Payee
from engine.payouts.records import Withdrawal
from engine.payouts.states import State
from engine.people.authority import Role
from engine.people.names import Name
from engine.programme import wording
from engine.programme.materials import LONGEST_TEXT, Material
from engine.programme.members import MemberInvitation
from engine.programme.modes import Goods, LockMode
from engine.programme.points import Counted, Point
from engine.programme.products import Product
from engine.programme.recruiting import Progress
from engine.programme.settings import DEFAULT_AGREEMENT, DEFAULT_RECRUIT, Settings
from engine.referrals.moving import Tally
from engine.referrals.visits import Customer, Effect, Receipt, Referrer
from engine.reports.earnings import Downline, Earned, Earnings, Owed
from engine.reports.rankings import TOP, Ranked, Ranking
from engine.reports.teams import Period, Sold, Team
from handlers import menus
from handlers.paging import LAST_PAGE, ORDERS, ROWS, Page
from handlers.texts import (
    anyone,
    applying,
    customers,
    earnings,
    goods,
    links,
    materials,
    notices,
    referrals,
    refunds,
    standing,
    talking,
    withdrawing,
)  # fmt: skip
from handlers.texts.merchant import materials as merchant_materials
from handlers.texts.merchant import members as merchant_members
from tests.handlers.world import LIMIT, TAP

T = TypeVar("T")
HINT = 2 + len(talking.parked("apply.name").encode())
WIDEST = "\N{GRINNING FACE}"
"""Four bytes for one character."""

AT = datetime(2026, 12, 23, 2, tzinfo=UTC)
NAME = Name(PersonId("pe_0123456789abcdefghij"), WIDEST * 20, AT, "5678")
REMARKED = replace(NAME, person=PersonId("pe_0123456789abcdefghij"), remark=WIDEST * 20)
MUCH = Money(LARGEST)
ANSWERED = ((WIDEST * 40, WIDEST * 60),) * 3
RULES = Settings(shop_name=WIDEST * 20, recruit_text=WIDEST * 500, agreement=WIDEST * 1500)
PAYEE = Payee(Channel.ALIPAY, f"{'a' * 40}@{'b' * 40}.example.com", WIDEST * 20)
ORDER = OrderView(
    OrderId("or_1"), "ABC234", "N" * 64, AT, MUCH, MUCH, WIDEST * 60, 200, NAME,
    (Reward(PromoterId("pm_1"), NAME, 2, MUCH, True, AT),), False,
)  # fmt: skip
BOUGHT = LineCard(WIDEST * 60, 10**6, MUCH, MUCH, True)
PRODUCT = Product("S" * 32, WIDEST * 60, Goods.GOODS, MUCH, True)
OFFER = Offer(PRODUCT, 9999, MUCH, MUCH - Money(1), MUCH - Money(1), MUCH)
HOME = "https://" + "b" * 50 + ".example.com"
MATERIAL = Material(
    "ABC234", "&" * LONGEST_TEXT, "货" * 32, WIDEST * 60, True, False, AT, ("f" * 64 + ".jpg",) * 9, 0
)
INVITED = MemberInvitation("ABCDEFGH23", WIDEST * 12, WIDEST * 12, AT, 10**6, 10**6)
HIS_OWN = (replace(ORDER.rewards[0], level=1),)
EARNED = Earned(MUCH - Money(1), Money(1))
BALANCES = Balances(MUCH, MUCH, MUCH - Money(9), Money(9), MUCH, MUCH, -MUCH)
PROMOTERS = tuple(entry.word for column in menus.PROMOTER_SAID for entry in column.entries)
FORMERS = tuple(entry.word for column in menus.FORMER for entry in column.entries)
MERCHANTS = tuple(entry.word for column in menus.MERCHANT for entry in column.entries)


def withdrawal(state: State) -> Withdrawal:
    return Withdrawal(
        WithdrawalId("wd_1"), "ABC234", PromoterId("pm_1"), NAME, MUCH, state, Channel.ALIPAY, "aaa****.com", MUCH,
        AT, AT, None, WIDEST * 60, "" if state is State.REJECTED else "P" * 64,
    )  # fmt: skip


def receipt(effect: Effect, mode: LockMode, window: int = 90) -> Receipt:
    return Receipt(VisitId("vi_1"), NAME, effect, mode, NAME, AT, window)


def page(row: T, size: int = ROWS) -> Page[T]:
    return Page((row,) * size, LAST_PAGE - 1, True, size)


SCREENS = {
    "帮助": anyone.helping(PROMOTERS, talking.parked("apply.name")),
    "帮助 前推广员": anyone.helping(FORMERS, talking.parked("apply.name")),
    "菜单": anyone.lines(PROMOTERS),
    "商城": anyone.shopping(FORMERS),
    "菜单 商家": anyone.lines(MERCHANTS),
    "帮助 商家": anyone.helping(MERCHANTS, ""),
    "店员": anyone.enrolled(RULES.shop_name, Role.OWNER, MERCHANTS),
    "回来": anyone.welcome_back(RULES.shop_name, PROMOTERS),
    "关注": anyone.visitor_welcome(RULES.shop_name, "欢" * 60, FORMERS),
    "联系客服": anyone.service(RULES.shop_name, "客" * 120, to_staff=True),
    "进入商城": anyone.shop_link("https://" + "s" * 192),
    "招募说明": referrals.recruit(RULES, may_apply=True),
    "我的推荐人": referrals.referrer(Referrer(NAME, AT, NAME, AT)),
    "我的订单": referrals.orders(page(ORDER, ORDERS)),
    "我的订单 单号": refunds.purchase(
        Purchase(Returnable(ORDER, in_hand=True, way=Way.SHOP), "N" * 64, (BOUGHT,) * 200, Came.RECEIVED)
    ),
    "退款售后": refunds.refunds(page(Returnable(ORDER, in_hand=True, way=Way.SHOP), ORDERS), link=True),
    "不是": referrals.undone(WIDEST * 20, Referrer(NAME, AT, NAME, AT)),
    "申请进度": applying.progress(Progress("rejected", AT, WIDEST * 60), may_apply=True),
    "通过": applying.approved(RULES.shop_name, "ABC234", PROMOTERS),
    "核对": applying.confirm(
        WIDEST * 20,
        "13800138000",
        ANSWERED,
        NAME,
        applying.not_invited_by(WIDEST * 20),
    ),
    "驳回": notices.rejected("12-23 10:00", WIDEST * 60),
    "我的收益": earnings.earnings(
        Earnings(EARNED, EARNED, EARNED, EARNED, BALANCES, -MUCH, (Owed("ABC234", MUCH),) * 9),
        two_level=True,
        offline=True,
    ),
    "推广订单": earnings.orders(page(ORDER, ORDERS), two_level=True),
    "推广订单 自购省": earnings.orders(
        page(replace(ORDER, basis=Basis.PROXY, discount=MUCH, rewards=HIS_OWN), ORDERS), two_level=True
    ),
    "商品与价格": goods.prices(page(OFFER), promotes=False),
    "商品与价格 赚": goods.prices(page(replace(OFFER, own=MUCH)), promotes=False),
    "价格": goods.price(OFFER, promotes=False),
    "价格 找": goods.found(WIDEST * 60, (OFFER,) * ROWS, True, promotes=False),
    "推广商品": goods.promoted(page(OFFER)),
    "推广商品 找": goods.found_promoted(WIDEST * 60, (OFFER,) * ROWS, True),
    "推广商品 一个": goods.promotable(
        replace(OFFER, product=replace(PRODUCT, sku="货" * 32)), "ABC234", HOME, material=True
    ),
    "推广链接": links.shop(HOME, "ABC234", two_level=True),
    "邀请链接": links.invitation(HOME, "ABC234"),
    "印刷": links.printing(Point("ABCD", WIDEST * 12, AT)),
    "海报数据": links.data(page(Counted(Point("ABCD", WIDEST * 12, AT), 10**6, 10**6, 10**6))),
    "邀请成员": merchant_members.listing((INVITED,) * 6, (WIDEST * 12,) * 20),
    "成员邀请": merchant_members.one(INVITED, HOME, fresh=True),
    "成员邀请 扫码": anyone.welcome(RULES.shop_name) + "\n" + referrals.invited_by_merchant(INVITED, RULES),
    "素材文案": materials.listing(page(replace(MATERIAL, text=WIDEST * 300))),
    "商品素材": materials.of_product(WIDEST * 60, "S" * 32, page(replace(MATERIAL, text=WIDEST * 300))),
    "素材": materials.item(replace(MATERIAL, text=WIDEST * 300, sku="S" * 32), HOME),
    "素材 文案": materials.copied(MATERIAL, HOME, "ABC234"),
    "素材管理": merchant_materials.listing(page(replace(MATERIAL, text=WIDEST * 300)), may_change=True),
    "商品 素材": merchant_materials.of_product(
        replace(PRODUCT, sku="货" * 32), page(replace(MATERIAL, text=WIDEST * 300)), may_change=True
    ),
    "素材管理 一条": merchant_materials.item(replace(MATERIAL, coming=9), HOME, may_change=True),
    "素材管理 改": merchant_materials.ask_words(MATERIAL),
    "素材管理 图片": merchant_materials.ask_pictures(MATERIAL),
    "素材图片": notices.material_judged("ABC234", 9, "not_a_picture"),
    "收款码": notices.payee_judged(Channel.ALIPAY, "not_a_picture"),
    "没画成": notices.undrawn("members"),
    "图片": notices.judged("recruit_picture", "too_small"),
    "找不到": goods.nothing(WIDEST * 60, goods.PROMOTED),
    "我的下级": earnings.downlines(
        page(Downline(PromoterId("pm_1"), NAME, False, MUCH)), 10**9, sees_team=True, upline=NAME
    ),
    "排行榜": standing.ranking(
        Ranking(AT.date(), False, (Ranked(TOP, NAME, MUCH, True),) * TOP, MUCH, None, MUCH, False)
    ),
    "团队业绩": standing.team(Team(*(Period(Sold(MUCH, MUCH), Sold(MUCH, MUCH)),) * 3)),
    "我的客户": customers.customers(page(Customer(NAME, AT, True, AT)), 10**9),
    "我的客户 一位": customers.customer(Customer(REMARKED, AT, True, AT)),
    "我的客户 备注": customers.ask_remark(Customer(REMARKED, AT, True, AT)),
    "客户通知": notices.customers(Tally(10**6, 10**6, 10**6)),
    "移交通知": notices.inherited(WIDEST * 20, 10**6),
    "上级通知": notices.upline(NAME),
    "下级通知": notices.downlines(),
    "入账": earnings.earned(("ABC234",) * 3, MUCH),
    "扣回": earnings.clawed_back(("ABC234",) * 20, MUCH, BALANCES, offline=True),
    "售后": earnings.held_back(("ABC234",), MUCH, BALANCES, offline=True),
    "提多少": withdrawing.ask_amount(Limits(MUCH, MUCH, MUCH, PAYEE)),
    "提现核对": withdrawing.confirm(MUCH, PAYEE, as_before=True),
    "提现记录": withdrawing.history(
        Page((withdrawal(State.REJECTED),) * 7 + (withdrawal(State.REQUESTED),), 24, True)
    ),
    "提现记录 一笔": withdrawing.withdrawal(withdrawal(State.PAID)),
    "提现记录 驳回": withdrawing.withdrawal(withdrawal(State.REJECTED)),
    "提现记录 待审核": withdrawing.withdrawal(withdrawal(State.REQUESTED)),
    "提现记录 一次结算": withdrawing.booked(Settled("ABC234", MUCH, "P" * 64, AT, AT, AT)),
    "提现记录 凭证": withdrawing.history(page(withdrawal(State.UNKNOWN))),
    "提现记录 线下": withdrawing.history(page(Settled("ABC234", MUCH, "P" * 64, AT, AT, AT))),
    "提现记录 调整": withdrawing.history(page(Adjusted(-MUCH, WIDEST * 60, AT))),
    "提现驳回": withdrawing.rejected(withdrawal(State.REJECTED), offline=True),
    "线下结算通知": withdrawing.settled(Settled("ABC234", MUCH, "P" * 64, AT, AT, AT)),
    "人工调整": withdrawing.adjusted(Adjusted(-MUCH, WIDEST * 60, AT), "ABC234"),
    "提现打款": withdrawing.paid(withdrawal(State.PAID)),
} | {
    f"收据 {effect.value} {mode.value} {window} {how}": made
    for effect in Effect
    for mode in LockMode
    for window in (0, 90)
    for how, made in (
        ("扫码", referrals.receipt(receipt(effect, mode, window), RULES.shop_name)),
        (
            "邀请",
            anyone.welcome(RULES.shop_name) + "\n" + referrals.invited(receipt(effect, mode, window), RULES),
        ),
    )
}


@pytest.mark.parametrize("screen", SCREENS)
def test_the_longest_screen_fits(screen: str) -> None:
    shown = SCREENS[screen]
    assert len(shown.encode()) + HINT <= LIMIT
    bare = TAP.sub("", shown)
    assert "<" not in bare
    assert "<" not in "".join(label for _, label in TAP.findall(shown))


def test_the_longest_agreement_fits_page_by_page() -> None:
    found = applying.pages(RULES.agreement)
    assert len(found) > 1
    for number, shown in enumerate(found, 1):
        screen = applying.agreement(shown, number, len(found), applying.CHANGED)
        assert len(screen.encode()) <= LIMIT


def sentences(file: Path) -> list[str]:
    """Every string in a module that is no docstring."""
    tree = ast.parse(file.read_text())
    notes = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes
    ]


SHOUTED = re.compile(r"[\u4e00-\u9fff]！")
HOUSE = Path(handlers.__file__).parent
OURS = (
    "anyone",
    "applying",
    "customers",
    "earnings",
    "goods",
    "marks",
    "money",
    "notices",
    "people",
    "referrals",
    "talking",
    "withdrawing",
)


def test_our_own_words_keep_to_the_rules_that_we_check_the_merchant_by() -> None:
    for name in OURS:
        for sentence in sentences(HOUSE / "texts" / f"{name}.py"):
            wording.check(sentence)
    wording.check(DEFAULT_AGREEMENT)
    wording.check(DEFAULT_RECRUIT)


def test_everybody_is_addressed_alike() -> None:
    for file in (HOUSE / "texts").glob("*.py"):
        for sentence in sentences(file):
            assert "您" not in sentence, file.name
            assert not SHOUTED.search(sentence), file.name
    assert "您" not in DEFAULT_AGREEMENT + DEFAULT_RECRUIT


def test_sentences_stand_in_texts_only() -> None:
    files = list(HOUSE.rglob("*.py"))
    assert len(files) > 40
    for file in files:
        if "texts" not in file.relative_to(HOUSE).parts:
            assert not [said for said in sentences(file) if "。" in said], file
