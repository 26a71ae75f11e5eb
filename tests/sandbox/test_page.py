"""The page in a real browser: people, taps, a poster scanned by another person, an order, a narrow window."""

import hashlib
import io
import os
import shutil
import threading
from contextlib import suppress

import pytest
import qrcode
import requests
from flask import Response, request

from tests.sandbox.conftest import APP_ID

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing")
        pytest.skip("chromium is missing")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = play.chromium.launch(executable_path=chromium, args=arguments)
        yield started
        started.close()


@pytest.fixture
def page(browser):
    """A window of its own, with nothing remembered."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(30_000)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.context.close()
    assert errors == []


def send_poster(sandbox, openid):
    """A picture with a code of the account, by a customer-service message."""
    body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "p:ABC234"}}}
    url = sandbox.call("qrcode/create", body)["url"]
    out = io.BytesIO()
    qrcode.make(url).save(out)
    media = sandbox.upload(out.getvalue())["media_id"]
    sandbox.call("message/custom/send", {"touser": openid, "msgtype": "image", "image": {"media_id": media}})


def answer(bot, sandbox):
    def reply(push):
        if push.get("Content") == "海报":
            threading.Thread(target=send_poster, args=(sandbox, push["FromUserName"])).start()
            return bot.reply(push, Content="马上就好")
        if push.get("Content") == "待办":
            line = '<a href="weixin://bizmsgmenu?msgmenucontent=通过 1&msgmenuid=1">通过</a>'
            return bot.reply(push, Content=line + "<img src=x onerror=alert(1)>")
        return bot.reply(push, Content=f"收到 {push.get('Content') or push.get('EventKey')}")

    return reply


def test_a_life_on_the_page(page, sandbox, bot):
    bot.answer = answer(bot, sandbox)
    menu = {"button": [{"name": "我的", "sub_button": [{"type": "click", "name": "帮助", "key": "HELP"}]}]}
    sandbox.call("menu/create", menu)
    page.goto(sandbox.base)
    page.wait_for_selector("body[data-ready]")

    def pane(name):
        return page.locator(f'[data-testid=pane][data-name="{name}"]')

    def says(name, text):
        pane(name).get_by_test_id("message").get_by_text(text, exact=True).last.wait_for()

    for name in ("bob", "carol"):
        page.get_by_test_id("person-name").fill(name)
        page.get_by_test_id("person-name").press("Enter")
        pane(name).wait_for()
    pane("bob").get_by_test_id("follow").click()
    field = pane("bob").get_by_test_id("input")
    field.fill("待办")
    field.press("Enter")
    pane("bob").get_by_test_id("tap").click()
    says("bob", "收到 通过 1")
    assert pane("bob").get_by_test_id("message").locator("img[src=x]").count() == 0
    assert pane("bob").get_by_test_id("quota").inner_text().startswith("可推 ")
    assert pane("bob").get_by_test_id("quota").inner_text().endswith(" + 5 条 48 小时")

    pane("bob").get_by_test_id("menu-top").click()
    pane("bob").get_by_test_id("menu-item").click()
    says("bob", "收到 HELP")

    field.fill("海报")
    field.press("Enter")
    pane("bob").get_by_test_id("picture").click()
    page.get_by_test_id("viewer-person").select_option(label="carol")
    page.get_by_test_id("viewer-scan").click()
    says("carol", "收到 qrscene_p:ABC234")

    page.get_by_test_id("panel-shop").click()
    page.get_by_test_id("shop-buyer").select_option(label="bob")
    page.locator("[data-testid=good][data-sku=SKU1]").get_by_test_id("good-more").click()
    page.get_by_test_id("shop-price").click()
    page.get_by_text("自购省，省 ¥20.00").wait_for()
    assert page.get_by_test_id("shop-total").inner_text() == "¥80.00"
    assert page.get_by_test_id("good-discount").first.input_value() == "20.00"
    page.get_by_test_id("shop-buyer").select_option(label="carol")
    assert page.get_by_test_id("shop-basis").inner_text() == ""
    assert page.get_by_test_id("shop-total").inner_text() == "¥100.00"
    page.locator("[data-testid=good][data-sku=SKU1]").get_by_test_id("good-less").click()
    page.locator("[data-testid=good][data-sku=SKU1]").get_by_test_id("good-more").click()
    page.get_by_test_id("good-paid").first.fill("88.80")
    assert page.get_by_test_id("shop-total").inner_text() == "¥88.80"
    page.get_by_test_id("shop-pay").click()
    page.locator('[data-testid=order-step][data-type="order.shipped"]').click()
    page.get_by_test_id("order-state").get_by_text("已发货").wait_for()
    assert page.get_by_test_id("event-status").all_inner_texts() == ["200", "200"]
    assert b'"paid": 8880' in bot.orders[0][1]

    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_test_id("panel-close").click()
    page.locator("[data-testid=person][data-name=bob]").click()
    assert pane("bob").is_visible()
    assert not pane("carol").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_link_opens_in_wechats_browser_and_its_code_is_scanned(page, sandbox, bot, bot_url):
    wish = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "p:ABC234"}}}
    url = sandbox.call("qrcode/create", wish)["url"]
    out = io.BytesIO()
    qrcode.make(url).save(out)
    ticket = sandbox.call("ticket/getticket", type="jsapi")["ticket"]

    def site():
        signed = f"jsapi_ticket={ticket}&noncestr=n&timestamp=1&url={request.url}"
        signature = hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()
        return f"""<title>招募</title><script src="https://res.wx.qq.com/open/js/jweixin-1.6.0.js"></script>
            <img src="/code.png" width="120"><form method="post" action="/join"><button name="agree" value="yes">
            同意</button></form><a href="https://shop.example/1">商城</a><script>
            wx.config({{appId: "{APP_ID}", timestamp: 1, nonceStr: "n", signature: "{signature}"}});
            wx.ready(() => wx.updateAppMessageShareData({{title: "一起卖茶", desc: "最高 20%",
              link: "{bot_url}/i/X", imgUrl: ""}}));</script>"""

    bot.app.add_url_rule("/i/X", "i", site)
    bot.app.add_url_rule("/code.png", "code", lambda: Response(out.getvalue(), mimetype="image/png"))
    bot.app.add_url_rule("/join", "join", lambda: f"<h2>agree={request.form['agree']}</h2>", methods=["POST"])
    bob, carol = sandbox.person("bob"), sandbox.person("carol")
    sandbox.say(bob, f"看看 {bot_url}/i/X")
    page.goto(sandbox.base)
    page.wait_for_selector("body[data-ready]")

    def pane(name):
        return page.locator(f'[data-testid=pane][data-name="{name}"]')

    def frame(name):
        return page.frame_locator(f'[data-name="{name}"] [data-testid=web-frame]')

    pane("bob").get_by_test_id("link").click()
    pane("bob").get_by_test_id("web-title").get_by_text("招募").wait_for()
    pane("bob").get_by_text("JS-SDK ✓").wait_for()
    frame("bob").get_by_role("button").click()
    frame("bob").get_by_text("agree=yes").wait_for()
    pane("bob").get_by_test_id("web-back").click()
    frame("bob").get_by_role("link").click()
    pane("bob").get_by_test_id("web-told").get_by_text("https://shop.example/1").wait_for()
    pane("bob").get_by_test_id("web-back").click()
    frame("bob").get_by_role("button").wait_for()
    page.wait_for_timeout(100)
    pane("bob").get_by_text("JS-SDK ✓").wait_for()
    pane("bob").get_by_test_id("web-more").click()
    pane("bob").get_by_test_id("share-card").get_by_text("一起卖茶").wait_for()
    pane("bob").locator("[data-testid=share-to][data-name=carol]").click()
    frame("carol").locator("img").click()
    page.get_by_test_id("viewer-scan").click()
    pane("carol").get_by_text("扫了公众号的二维码").wait_for()
    pane("carol").get_by_test_id("webview").wait_for(state="hidden")
    assert bot.pushes[-1]["EventKey"] == "p:ABC234"
    assert carol == bot.pushes[-1]["FromUserName"]


def test_windows_quotas_staff_and_what_did_not_arrive(page, sandbox, bot):
    bot.answer = lambda push: bot.reply(push, "transfer_customer_service")
    bob = sandbox.person("bob")
    sandbox.move(61)
    page.goto(sandbox.base)
    page.wait_for_selector("body[data-ready]")
    pane = page.get_by_test_id("pane")
    assert pane.get_by_test_id("quota").inner_text() == "窗口已关"
    sandbox.say(bob, "打款了")
    pane.get_by_text("45015：窗口已关，未送达").wait_for()
    pane.get_by_text("客服消息「打款了」").wait_for()
    assert page.get_by_test_id("unread").count() == 0

    pane.get_by_test_id("input").fill("人工客服")
    pane.get_by_test_id("input").press("Enter")
    pane.get_by_text("等人工客服").wait_for()
    pane.get_by_test_id("staff-input").fill("您好")
    pane.get_by_test_id("staff-input").press("Enter")
    pane.locator("[data-testid=message][data-via=staff]").get_by_text("您好").wait_for()
    pane.get_by_text("人工客服接待中").wait_for()
    pane.get_by_test_id("staff-end").click()
    pane.get_by_test_id("staff").wait_for(state="hidden")

    page.get_by_test_id("panel-log").click()
    page.get_by_test_id("quota-panel").locator("summary").click()
    row = page.locator("[data-testid=quota-row][data-path='/cgi-bin/message/custom/send']")
    row.get_by_role("spinbutton").fill("1")
    row.get_by_role("spinbutton").press("Tab")
    page.locator("[data-testid=quota-row].low").wait_for()
    sandbox.say(bob, "再来")
    pane.get_by_text("45009：今天的调用额度已用完，未送达").wait_for()

    pane.get_by_test_id("more").click()
    pane.get_by_test_id("refuse").click()
    pane.get_by_text("已关掉接收消息").wait_for()
    pane.get_by_test_id("more").click()
    page.keyboard.press("Escape")
    assert not pane.get_by_test_id("more-menu").is_visible()
    pane.get_by_test_id("more").click()
    pane.get_by_test_id("unfollow").click()
    pane.get_by_test_id("follow").wait_for()


def test_a_long_chat_opens_at_its_end_and_more_can_be_read(page, sandbox, bot):
    bob = sandbox.person("bob")
    for number in range(100):
        sandbox.control(f"people/{bob}/text", content=f"第 {number} 条")
    page.goto(sandbox.base)
    page.wait_for_selector("body[data-ready]")
    chat = page.get_by_test_id("chat")
    page.get_by_text("第 99 条", exact=True).last.wait_for()
    at_end = "node => node.scrollHeight - node.scrollTop - node.clientHeight < 2"
    page.wait_for_function(f"({at_end})(document.querySelector('[data-testid=chat]'))")
    assert page.get_by_text("第 5 条", exact=True).count() == 0
    page.get_by_test_id("earlier").click()
    page.get_by_text("第 5 条", exact=True).wait_for()
    assert not chat.evaluate(at_end)
    sandbox.say(bob, "新的")
    page.get_by_text("新消息").wait_for()
    with suppress(requests.RequestException):
        sandbox.control("reset")


def test_by_keyboard_alone(page, sandbox, bot):
    bot.answer = lambda push: bot.reply(push, Content=f"收到 {push.get('Content')}")
    bob, carol = sandbox.person("bob"), sandbox.person("carol")
    page.goto(sandbox.base)
    page.wait_for_selector("body[data-ready]")
    focused = "() => document.activeElement.dataset.openid ?? document.activeElement.dataset.testid"
    page.locator(f"[data-testid=person][data-openid={bob}]").focus()
    sandbox.say(carol, "一条新消息")
    page.locator("[data-testid=people]").get_by_text("一条新消息").wait_for()
    assert page.evaluate(focused) == bob, "the list was drawn anew, and he is where he was"
    page.keyboard.press("Alt+2")
    page.keyboard.type("你好")
    page.keyboard.press("Enter")
    page.get_by_text("收到 你好").first.wait_for()
    page.keyboard.press("ArrowUp")
    assert (
        page.locator(f"[data-testid=pane][data-openid={carol}]").get_by_test_id("input").input_value()
        == "你好"
    )
    page.get_by_test_id("panel-log").focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("log-filter").first.focus()
    page.keyboard.press("Escape")
    assert not page.get_by_test_id("panel").is_visible()
    assert page.evaluate(focused) == "panel-log"


def test_on_a_narrow_screen_everything_is_within_reach(page, sandbox, bot):
    people = [
        sandbox.person(name)
        for name in ("老板", "bob", "carol", "dave", "一个名字很长很长的客户小姐姐王某某")
    ]
    send_poster(sandbox, people[1])
    page.set_viewport_size({"width": 375, "height": 740})
    page.goto(sandbox.base)
    page.wait_for_selector("body[data-ready]")

    def inside(what):
        for _ in range(50):  # the list of people is drawn a moment after a message
            box = what.bounding_box()
            if box and box["x"] >= -1 and box["x"] + box["width"] <= 376:
                return
            page.wait_for_timeout(100)
        pytest.fail(f"not within 375 pixels: {box}")

    page.locator(f"[data-testid=person][data-openid={people[1]}]").click()
    page.locator(f"[data-testid=pane][data-openid={people[1]}]").get_by_test_id("picture").click()
    for name in ("viewer-image", "viewer-scan", "viewer-person", "viewer-close"):
        inside(page.get_by_test_id(name))
    page.get_by_test_id("viewer-person").select_option(people[4])
    page.get_by_test_id("viewer-scan").click()
    page.locator(f"[data-testid=pane][data-openid={people[4]}]").get_by_text("扫了公众号的二维码").wait_for()
    inside(page.locator(f"[data-testid=person][data-openid={people[4]}]"))
    for name in ("shop", "scan", "log"):
        page.get_by_test_id(f"panel-{name}").click()
        inside(page.get_by_test_id("panel-close"))
        page.get_by_test_id("panel-close").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_a_picture_that_is_gone_says_so(page, sandbox, bot):
    bob = sandbox.person("bob")
    send_poster(sandbox, bob)
    sandbox.stage.shelf.clear()
    page.goto(sandbox.base)
    page.wait_for_selector("body[data-ready]")
    page.get_by_test_id("picture-lost").get_by_text("图片打不开了").wait_for()
