"""The menus by role, as data: what the menu bar shows, and what 菜单 and 帮助 write as lines."""

from __future__ import annotations

from dataclasses import dataclass

from engine.people.authority import Right
from engine.programme.who import Who
from handlers.matching import By


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu: the word it sends, and for whom the word is."""

    word: str
    by: By | Right = By.ANYONE
    recruiting: bool = False
    """Only while recruiting is open."""
    online: bool = False
    """Said in the chat only while promoters ask for their money; in the bar it stays, and answers why not."""
    opens_shop: bool = False
    """In the bar only: opens the merchant's shop, where there is a link to it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One button of the menu bar."""

    title: str
    entries: tuple[Entry, ...]


Menu = tuple[Column, ...]

VISITOR: Menu = (
    Column(
        "商城",
        (
            Entry("进入商城", opens_shop=True),
            Entry("商品与价格"),
            Entry("我的订单"),
            Entry("退款售后"),
            Entry("联系客服"),
        ),
    ),
    Column(
        "我的",
        (Entry("我的推荐人"), Entry("填写推荐码"), Entry("绑定手机号"), Entry("隐私与注销"), Entry("帮助")),
    ),
    Column(
        "推广员",
        (
            Entry("招募说明", recruiting=True),
            Entry("申请推广员", recruiting=True),
            Entry("申请进度", recruiting=True),
        ),
    ),
)
RECRUITING = frozenset({"招募说明", "申请推广员", "申请进度"})
"""What a promoter has behind him."""
PROMOTER: Menu = (
    Column(
        "推广",
        (
            Entry("店铺海报", By.PROMOTER),
            Entry("推广商品", By.PROMOTER),
            Entry("推广链接", By.PROMOTER),
            Entry("素材文案", By.PROMOTER),
            Entry("邀请推广员", By.UPLINE),
        ),
    ),
    Column(
        "收益",
        (
            Entry("我的收益", By.EARNER),
            Entry("推广订单", By.EARNER),
            Entry("申请提现", By.EARNER, online=True),
            Entry("提现记录", By.EARNER),
            Entry("排行榜", By.PROMOTER),
        ),
    ),
    Column(
        "客户",
        (Entry("我的客户", By.PROMOTER), Entry("我的下级", By.UPLINE), Entry("商城与客服"), Entry("帮助")),
    ),
)
PROMOTER_SAID: Menu = (*PROMOTER, Column("我的", (Entry("改名", By.PROMOTER),)))
"""In the chat: what the bar has no room for as well."""
FORMER: Menu = (*VISITOR, PROMOTER[1])
"""In the chat only: a former promoter's bar is a visitor's, his money is still to be read and withdrawn."""
MERCHANT: Menu = (
    Column(
        "待办",
        (
            Entry("全部待办", By.STAFF),
            Entry("推广员审核", Right.REVIEW),
            Entry("提现审核", Right.FINANCE),
            Entry("待打款", Right.FINANCE),
            Entry("待认领订单", Right.SERVICE),
        ),
    ),
    Column(
        "数据",
        (
            Entry("今日概览", By.STAFF),
            Entry("推广员业绩", By.STAFF),
            Entry("推广明细", Right.FINANCE),
            Entry("客户列表", Right.SERVICE),
            Entry("订单退款", By.STAFF),
        ),
    ),
    Column(
        "管理",
        (
            Entry("规则设置", Right.OWNER),
            Entry("商品佣金", Right.OWNER),
            Entry("海报招募", Right.OWNER),
            Entry("我的推广", By.STAFF),
        ),
    ),
)
MERCHANT_OFFLINE: Menu = (
    *MERCHANT,
    Column("线下结算", (Entry("线下结算", Right.FINANCE), Entry("结算记录", Right.FINANCE))),
)
"""In the chat only, while the merchant settles outside: the bar has no room for a sixth entry."""


_ALSO_SAID: Menu = (Column("管理", (Entry("推广员列表", By.STAFF), Entry("员工", Right.OWNER))),)
"""What the staff has no key for, and asks for often."""


def bar(menu: Menu, *, two_level: bool, recruiting: bool, shop: bool = False) -> Menu:
    """The menu bar as the rules of the moment have it: one bar for everybody of a role."""
    kept = (
        Column(
            column.title,
            tuple(entry for entry in column.entries if _stands(entry, two_level, recruiting, shop)),
        )
        for column in menu
    )
    return tuple(column for column in kept if column.entries)


def words(menu: Menu, who: Who) -> tuple[str, ...]:
    """The words of a menu that this person can use now."""
    shown = bar(menu, two_level=who.two_level, recruiting=who.recruiting)
    return tuple(entry.word for column in shown for entry in column.entries if _is_for(entry, who))


def promoter_words(*, two_level: bool) -> tuple[str, ...]:
    """The words of a promoter's menu."""
    shown = bar(PROMOTER_SAID, two_level=two_level, recruiting=False)
    return tuple(entry.word for column in shown for entry in column.entries)


def offered(who: Who) -> frozenset[str]:
    """Every word of every menu that is of use to this person, whichever of them his bar shows."""
    all_of_them = frozenset(words((*VISITOR, *PROMOTER_SAID, *MERCHANT, *_ALSO_SAID), who))
    return all_of_them - RECRUITING if who.promoter else all_of_them


def of(who: Who) -> Menu:
    """The menu of somebody's first role."""
    if who.is_staff:
        return MERCHANT_OFFLINE if who.offline else MERCHANT
    if who.promoter:
        return PROMOTER_SAID
    return FORMER if who.former else VISITOR


def _stands(entry: Entry, two_level: bool, recruiting: bool, shop: bool) -> bool:
    level2, open_now = two_level or entry.by is not By.UPLINE, recruiting or not entry.recruiting
    return level2 and open_now and (shop or not entry.opens_shop)


def _is_for(entry: Entry, who: Who) -> bool:
    if entry.online and who.offline:
        return False
    if isinstance(entry.by, Right):
        return who.may(entry.by)
    if entry.by is By.STAFF:
        return who.is_staff
    if entry.by is By.EARNER and who.former:
        return True
    return entry.by is By.ANYONE or who.promoter is not None
