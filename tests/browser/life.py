"""The life that must run, walked on the page by hand: seven steps, from the owner's QR to money paid out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

OWNER, FIRST, SECOND, CUSTOMER = "老板", "王小明", "李小红", "陈大文"
COLOURS = ("teal", "salmon", "plum")
PATIENCE = 60.0
"""Seconds for whatever must appear: this machine may be slow, and has chromium beside all processes of the demo."""

_NEWS = """([name, seen, texts]) => {
  const pane = document.querySelector(`[data-testid=pane][data-name="${name}"]`);
  const news = [...(pane?.querySelectorAll('[data-testid=message]') ?? [])]
    .filter((node) => Number(node.dataset.id) > seen && node.dataset.from !== 'me');
  const told = news.map((node) => node.innerText).join('\\n');
  return texts.every((text) => told.includes(text));
}"""
_LAST = """pane => Math.max(0, ...[...pane.querySelectorAll('[data-testid=message]')].map((n) => +n.dataset.id))"""
_SEEN = """([name, seen]) => document.querySelectorAll(
  `[data-testid=pane][data-name="${name}"] [data-testid=message]`).length > 0 && [...document.querySelectorAll(
  `[data-testid=pane][data-name="${name}"] [data-testid=message][data-from=bot][data-type=image]`)]
  .some((node) => Number(node.dataset.id) > seen && node.querySelector('img')?.naturalWidth > 100)"""

_HEARD = """events => {
  const told = [...document.querySelectorAll('[data-testid=event-status]')].map((node) => node.innerText);
  return told.length === events && told.every((status) => status === '200');
}"""


def drawn(colour: str) -> bytes:
    """A photo, as far as the bot is concerned."""
    data = BytesIO()
    Image.new("RGB", (600, 800), colour).save(data, "PNG")
    return data.getvalue()


@dataclass
class Phone:
    """One person's chat on the page."""

    page: Page
    name: str
    seen: int = field(default=0)
    """The last message before what he did last."""

    @property
    def pane(self) -> Locator:
        return self.page.locator(f'[data-testid=pane][data-name="{self.name}"]')

    def open(self) -> None:
        """Take it in the hand: from the list of people."""
        self.page.locator(f'[data-testid=person][data-name="{self.name}"]').click()
        self.pane.wait_for()

    def close(self) -> None:
        """Put it away, to make room for another."""
        self.pane.get_by_test_id("close-pane").click()

    def says(self, text: str) -> None:
        """Type it and press Enter."""
        self.looks_up()
        box = self.pane.get_by_test_id("input")
        box.fill(text)
        box.press("Enter")

    def taps(self, line: str) -> None:
        """The newest line that can be tapped and reads so."""
        self.looks_up()
        self.pane.get_by_test_id("tap").get_by_text(line, exact=True).last.click()

    def chooses(self, entry: str, column: str) -> None:
        """From the menu bar."""
        self.looks_up()
        self.pane.locator(f'[data-testid=menu-top][data-name="{column}"]').click()
        self.pane.locator(f'[data-testid=menu-item][data-name="{entry}"]').click()

    def reads(self, *texts: str, within: float = PATIENCE) -> None:
        """All of it stands in what came after his last move."""
        self.page.wait_for_function(_NEWS, arg=[self.name, self.seen, list(texts)], timeout=within * 1000)

    def finds(self, pattern: str) -> str:
        """What stands in the chat at this pattern's group, the newest."""
        found: list[str] = re.findall(pattern, self.pane.get_by_test_id("chat").inner_text())
        assert found, f"{self.name} does not see {pattern}"
        return found[-1]

    def gets_picture(self) -> Locator:
        """A picture that came after his last move, loaded."""
        arguments = [self.name, self.seen]
        self.page.wait_for_function(_SEEN, arg=arguments, timeout=PATIENCE * 1000)
        return self.pane.get_by_test_id("picture").last

    def looks_up(self) -> None:
        """What comes from now on is news."""
        self.seen = self.pane.evaluate(_LAST)


@dataclass
class Life:
    """The people, the shop and the scanner of one fresh demo."""

    page: Page
    show: Callable[[str], None] = lambda moment: None
    """Called at the moments that are worth a look."""

    def __post_init__(self) -> None:
        self.owner, self.first, self.second, self.customer = (
            Phone(self.page, name) for name in (OWNER, FIRST, SECOND, CUSTOMER)
        )

    def walk(self) -> None:
        """All seven steps."""
        self.the_owner_comes()
        self.one_applies()
        self.he_is_approved()
        self.he_gets_his_poster()
        self.the_owner_gives_material()
        self.he_passes_it_on()
        self.a_stranger_scans_it()
        self.another_joins_through_him()
        self.the_customer_buys()
        self.the_goods_arrive()
        self.commission_is_due()
        self.she_asks_for_her_money()
        self.the_owner_pays()
        self.the_owner_looks_back()

    # -- 1 ---------------------------------------------------------------------------------------------

    def the_owner_comes(self) -> None:
        """The one-time QR in the scanner; the merchant's menu."""
        self._scanner(OWNER)
        self.page.locator("[data-testid=code][data-scene^='m:']").click()
        self.owner.pane.wait_for()
        self.owner.reads("青禾小店的店主", "全部待办", "规则设置")
        self.owner.pane.locator("[data-testid=menu-top][data-name=待办]").wait_for()
        self._put_away()
        self.show("owner")

    # -- 2 ---------------------------------------------------------------------------------------------

    def one_applies(self) -> None:
        """Follow, 招募说明 from the menu bar, agreement, name, phone."""
        one = self.first
        one.open()
        one.pane.get_by_test_id("follow").click()
        one.reads("欢迎来到青禾小店")
        one.chooses("招募说明", "推广员")
        one.reads("青禾小店招募推广员")
        one.taps("申请推广员")
        one.reads("推广员协议")
        self.show("agreement")
        one.taps("同意")
        one.reads("怎么称呼你？")
        one.says(FIRST)
        one.reads("请回复你的手机号")
        one.says("138 0013 8000")
        one.reads("请核对", "称呼：王小明", "手机号：138 0013 8000")
        self.show("application")
        one.taps("确认提交")
        one.reads("申请交上去了")

    def he_is_approved(self) -> None:
        """The notice, 待办, the item, 通过."""
        self.owner.reads("待办 1", "申请 1")
        self.first.looks_up()
        self.owner.taps("待办 1")
        self.owner.reads("推广员申请 1")
        self.owner.taps("推广员申请 1")
        self.owner.reads("点开处理")
        self.owner.taps(FIRST)
        self.owner.reads("称呼：王小明", "手机", "13800138000")
        self.show("item")
        self.owner.taps("通过")
        self.owner.reads("已通过 王小明", "申请都处理完了")
        self.first.reads("申请通过了", "你已经是青禾小店的推广员了", "店铺海报")
        self.first.pane.locator("[data-testid=menu-top][data-name=收益]").wait_for()
        self.show("approved")

    # -- 3 ---------------------------------------------------------------------------------------------

    def he_gets_his_poster(self) -> None:
        """An answer at once, then the picture."""
        self.first.taps("店铺海报")
        self.first.reads("正在为你制作海报")
        self.first.gets_picture()
        self.show("poster")

    def the_owner_gives_material(self) -> None:
        """Text, then three pictures chosen at once, then on the shelf."""
        owner = self.owner
        owner.says("加素材")
        owner.reads("请发素材的文字")
        owner.says("护手霜到店了。\n点【链接】看一看。")
        owner.reads("文字存好了")
        owner.looks_up()
        pictures = [
            {"name": f"{colour}.png", "mimeType": "image/png", "buffer": drawn(colour)} for colour in COLOURS
        ]
        owner.pane.get_by_test_id("image-file").set_input_files(pictures)
        owner.reads("收到第 1 张", "收到第 2 张", "收到第 3 张，还能发 6 张")
        self.show("material")
        owner.taps("完成，上架")
        owner.reads("已上架")

    def he_passes_it_on(self) -> None:
        """The text alone with his link; the page with the pictures, his QR code and a button that copies."""
        one = self.first
        one.chooses("素材文案", "推广")
        one.reads("护手霜到店了。", "图 3")
        one.taps("护手霜到店了。")
        one.reads("图片 3 张和文案在这一页", "点 http://", "/r/")
        one.pane.locator("[data-testid=link][href*='/s/']").last.click()
        inside = self.page.frame_locator("iframe:visible")
        inside.locator(".code img").wait_for()
        assert inside.locator(".pictures img").count() == len(COLOURS)
        inside.locator("#copy").click()
        inside.get_by_text("已复制，去粘贴吧").wait_for()
        self.show("material page")
        self.page.get_by_test_id("web-close").and_(self.page.locator(":visible")).click()

    def a_stranger_scans_it(self) -> None:
        """The poster at full size, the QR in it seen by somebody else's phone."""
        self.first.pane.get_by_test_id("picture").last.click()
        self.page.get_by_test_id("viewer-image").wait_for()
        self.page.get_by_test_id("viewer-person").select_option(label=CUSTOMER)
        self.show("enlarged")
        self.page.get_by_test_id("viewer-scan").click()
        self.customer.pane.wait_for()
        self.customer.reads("欢迎来到青禾小店", "王小明 向你推荐了青禾小店", "不是 TA 推荐的？回复 不是")
        self.show("receipt")

    def another_joins_through_him(self) -> None:
        """The invitation's QR, an application with its inviter, approval."""
        self.first.chooses("邀请推广员", "推广")
        self.first.reads("正在为你制作邀请海报")
        self.first.gets_picture().click()
        self.page.get_by_test_id("viewer-person").select_option(label=SECOND)
        self.show("invitation")
        self.page.get_by_test_id("viewer-scan").click()
        two = self.second
        two.pane.wait_for()
        two.reads("王小明 向你推荐了青禾小店", "招募推广员")
        two.taps("申请推广员")
        two.reads("推广员协议")
        two.taps("同意")
        two.reads("怎么称呼你？")
        two.says(SECOND)
        two.reads("请回复你的手机号")
        two.says("13900139000")
        two.reads("请核对", "邀请人：王小明")
        self.show("invited")
        two.taps("确认提交")
        two.reads("申请交上去了")
        self._approve_second()

    def _approve_second(self) -> None:
        """The owner looks by himself: a second notice would come ten minutes after the first."""
        self.first.looks_up()
        self.owner.chooses("推广员审核", "待办")
        self.owner.reads("推广员申请 1", "邀请人 王小明")
        self.owner.taps(SECOND)
        self.owner.reads("邀请人：王小明")
        self.owner.taps("通过")
        self.owner.reads("已通过 李小红")
        self.second.reads("申请通过了", "你已经是青禾小店的推广员了")
        # Two messages of his window are kept for what he asks for: the news waits for his next word.
        self.first.says("我的下级")
        self.first.reads("李小红 通过你的邀请成为推广员")
        self.show("downline")

    # -- 4 and 5 ---------------------------------------------------------------------------------------

    def the_customer_buys(self) -> None:
        """The downline's poster is scanned, then ¥100.00 are paid in the small shop."""
        self.second.chooses("店铺海报", "推广")
        self.second.gets_picture().click()
        self.page.get_by_test_id("viewer-person").select_option(label=CUSTOMER)
        self.customer.looks_up()
        self.page.get_by_test_id("viewer-scan").click()
        self.customer.reads("李小红 向你推荐了青禾小店", "7 天内下单，李小红 就是你的推荐人")
        self.page.get_by_test_id("panel-shop").click()
        self.page.get_by_test_id("shop-buyer").select_option(label=CUSTOMER)
        self.page.locator("[data-testid=good][data-sku=SKU1]").get_by_test_id("good-more").click()
        self._expect("shop-total", "¥100.00")
        self.show("shop")
        self.second.looks_up()
        self.first.looks_up()
        self.page.get_by_test_id("shop-pay").click()
        self.page.get_by_test_id("order-state").get_by_text("已付款").wait_for()
        self._all_heard(1)
        self.second.reads("有新的佣金入账")
        self.first.reads("有新的佣金入账")
        self._put_away()
        self.customer.chooses("我的订单", "商城")
        self.customer.reads("我的订单", "护手霜", "实付 ¥100.00")
        self.owner.chooses("今日概览", "数据")
        self.owner.reads(
            "销售额 ¥100.00 ↑¥100.00", "佣金 ¥30.00", "邀请奖励 ¥10.00", "1. 李小红 ¥100.00 · 1 单"
        )
        self.show("busy")

    def the_goods_arrive(self) -> None:
        """发货 and 确认收货; both promoters see their reward."""
        self.page.get_by_test_id("panel-shop").click()
        for kind, state in (("order.shipped", "已发货"), ("order.received", "已收货")):
            # What usually comes next stands out.
            self.page.locator(f".next[data-testid=order-step][data-type='{kind}']").click()
            self.page.get_by_test_id("order-state").get_by_text(state).wait_for()
        self._all_heard(3)
        self.show("order")
        self._put_away()
        self.second.chooses("推广订单", "收益")
        self.second.reads("护手霜 实付 ¥100.00", "佣金 ¥30.00 待结算")
        self.second.chooses("我的客户", "客户")
        self.second.reads("我的客户（1 人）", "锁客中")
        self.second.chooses("我的收益", "收益")
        self.second.reads("累计 ¥30.00", "待结算 ¥30.00", "可提现 ¥0.00")
        self.first.chooses("推广订单", "收益")
        self.first.reads("邀请奖励 ¥10.00 待结算", "邀请本身无奖励")

    # -- 6 ---------------------------------------------------------------------------------------------

    def commission_is_due(self) -> None:
        """Eight days later it can be withdrawn."""
        self.page.locator(f"[data-testid=clock-add][data-ms='{8 * 24 * 3600_000}']").click()
        self.page.get_by_test_id("clock-ahead").get_by_text("快 8 天").wait_for()
        self._until(self.second, "我的收益", "收益", "可提现 ¥30.00")
        self.show("due")
        self._until(self.first, "我的收益", "收益", "可提现 ¥10.00")
        self.first.chooses("我的下级", "客户")
        self.first.reads("我的下级（1 人）", "李小红 · 邀请奖励 ¥10.00")
        self.show("downlines")

    # -- 7 ---------------------------------------------------------------------------------------------

    def she_asks_for_her_money(self) -> None:
        """申请提现, by taps as far as there is something to tap."""
        two = self.second
        two.taps("申请提现")
        two.reads("可提现 ¥30.00", "提多少？")
        two.taps("提 ¥30.00")
        two.reads("提到哪里？")
        two.taps("支付宝")
        two.reads("请回复收款的支付宝账号")
        two.says("13900139000")
        two.reads("请回复收款人姓名")
        two.says(SECOND)
        two.reads("请核对", "提现：¥30.00", "支付宝", "姓名：李小红")
        self.show("withdrawal")
        two.taps("确认提现")
        two.reads("提现 ¥30.00 已提交，单号")

    def the_owner_pays(self) -> None:
        """Approve, 开始打款, the transfer, 已打款 with code and reference; she is told.

        The owner said nothing for eight days, so WeChat let no notice through: he looks into 待办.
        """
        owner, two = self.owner, self.second
        owner.chooses("全部待办", "待办")
        owner.reads("提现申请 1")
        self.show("away")
        owner.taps("提现申请 1")
        owner.reads("李小红 ¥30.00")
        owner.taps("李小红 ¥30.00")
        owner.reads("推广员：李小红", "金额：¥30.00", "状态：待审核")
        two.looks_up()
        owner.taps("通过")
        owner.reads("已通过提现", "李小红 ¥30.00")
        two.reads("已通过，等待打款")
        owner.taps("开始打款")
        owner.reads("支付宝账号：13900139000", "户名：李小红", "金额：¥30.00")
        self.show("paying")
        two.looks_up()
        owner.says(f"已打款 {owner.finds(r'已打款 ([0-9A-Z]{6}) 流水号')} 20261130002004")
        owner.reads("已记录打款：李小红 ¥30.00", "20261130002004")
        two.reads("你的提现 ¥30.00 已打款到支付宝", "20261130002004")
        self.show("paid")
        two.chooses("我的收益", "收益")
        two.reads("可提现 ¥0.00", "已打款 ¥30.00")

    # -- 8 ---------------------------------------------------------------------------------------------

    def the_owner_looks_back(self) -> None:
        """推广员业绩, 规则设置 and 操作记录."""
        owner = self.owner
        owner.chooses("推广员业绩", "数据")
        owner.reads("近 7 天还没有推广员成交")
        owner.taps("看近 30 天")
        owner.reads("近 30 天", "1. 李小红 ¥100.00")
        self.show("results")
        owner.chooses("规则设置", "管理")
        owner.reads("规则设置（推广计划：开）")
        owner.taps("锁客")
        owner.reads("锁定方式 · 购买单次锁定")
        self.show("rules")
        owner.says("操作记录")
        owner.reads("通过申请", "已打款")
        self.show("log")

    # -- the tools -------------------------------------------------------------------------------------

    def _scanner(self, who: str) -> None:
        if not self.page.get_by_test_id("scan-person").is_visible():
            self.page.get_by_test_id("panel-scan").click()
        person = self.page.get_by_test_id("scan-person")
        value = person.locator("option").filter(has_text=who).first.get_attribute("value")
        person.select_option(value=value)

    def _put_away(self) -> None:
        self.page.get_by_test_id("panel-close").click()

    def _expect(self, test_id: str, text: str) -> None:
        self.page.get_by_test_id(test_id).get_by_text(text, exact=True).wait_for()

    def _all_heard(self, events: int) -> None:
        """The bot took every event of the order."""
        self.page.wait_for_function(_HEARD, arg=events)

    def _until(self, phone: Phone, entry: str, column: str, text: str) -> None:
        """Look again until it is so: the tick settles within seconds."""
        for _ in range(60):
            phone.chooses(entry, column)
            phone.reads("我的收益", "可提现")
            if phone.pane.get_by_test_id("message").last.inner_text().find(text) >= 0:
                return
            self.page.wait_for_timeout(1000)
        raise AssertionError(f"{phone.name} never reads {text}")
