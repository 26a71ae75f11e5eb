"""The small shop: what it sends, how it signs, what it says of the bot's answer."""

import json

import pytest
import requests
from standardwebhooks import Webhook

from tests.sandbox.test_browser import browse

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def sent(bot):
    """The last event, verified as the order feed verifies it."""
    headers, body = bot.orders[-1]
    return Webhook(SECRET).verify(body, headers)


def test_a_bought_cart_is_reported_signed(sandbox, bot):
    carol = sandbox.person()
    lines = [
        {"sku": "SKU1", "quantity": 2},
        {"sku": "SKU3", "paid": 15000, "service_at": "2026-12-01T10:00:00+08:00"},
    ]
    order = sandbox.control("shop/orders", buyer=carol, lines=lines, shipping=800, code="ABC234")
    assert (order["status"], order["answer"]) == (200, '{"ok": true}')
    event = sent(bot)
    assert (event["type"], event["source"], event["order"]) == ("order.paid", "shop", order["order"])
    assert event["at"] == "2026-11-21T12:00:00.000+08:00"
    assert event["data"]["buyer"] == {"openid": carol}
    assert (event["data"]["payment"], event["data"]["shipping"], event["data"]["code"]) == (
        "wechat",
        800,
        "ABC234",
    )
    first, second = event["data"]["lines"]
    assert first == {
        "line": 1,
        "sku": "SKU1",
        "title": "护手霜",
        "kind": "goods",
        "quantity": 2,
        "paid": 20000,
        "level1_discount": 0,
        "service_at": None,
    }
    assert (second["paid"], second["kind"], second["service_at"]) == (
        15000,
        "service",
        "2026-12-01T10:00:00+08:00",
    )


def test_a_changed_byte_breaks_the_signature(sandbox, bot):
    sandbox.control("shop/orders", buyer=sandbox.person(), lines=[{"sku": "SKU1"}])
    headers, body = bot.orders[-1]
    with pytest.raises(Exception, match="signature"):
        Webhook(SECRET).verify(body + b" ", headers)


def test_the_life_of_an_order(sandbox, bot):
    order = sandbox.control("shop/orders", buyer=sandbox.person(), lines=[{"sku": "SKU1"}])["order"]
    seen = []
    for step in (
        {"type": "order.shipped"},
        {"type": "order.received"},
        {"type": "order.completed", "data": {"lines": [1]}},
        {"type": "order.after_sale_opened"},
        {"type": "order.after_sale_closed"},
        {"type": "order.refunded", "data": {"amount": 4000, "lines": [{"line": 1, "amount": 4000}]}},
        {"type": "order.refunded"},
        {"type": "order.cancelled"},
    ):
        shown = sandbox.control(f"shop/orders/{order}/events", **step)
        seen.append((sent(bot)["type"], sent(bot)["data"], shown["state"]))
    assert [data for _, data, _ in seen] == [
        {"id": "s1", "final": True},
        {},
        {"lines": [1]},
        {"id": "a1"},
        {"id": "a1"},
        {"id": "r1", "amount": 4000, "lines": [{"line": 1, "amount": 4000}]},
        {"id": "r2", "amount": 6000},
        {},
    ]
    assert [state for _, _, state in seen][-3:] == ["部分退款", "已退款", "已取消"]
    assert len({headers["Webhook-Id"] for headers, _ in bot.orders}) == 9


def test_a_refused_event_is_shown_and_can_be_sent_again_under_its_id(sandbox, bot):
    bot.order_answer = ('{"error": "没有这个推荐码"}', 422)
    order = sandbox.control("shop/orders", buyer=sandbox.person(), lines=[{"sku": "SKU1"}])
    assert (order["status"], "没有这个推荐码" in order["answer"]) == (422, True)
    bot.order_answer = ("{}", 200)
    assert sandbox.control(f"shop/orders/{order['order']}/again", index=0)["status"] == 200
    (first, body), (second, again) = bot.orders[-2:]
    assert (first["Webhook-Id"], body) == (second["Webhook-Id"], again)


def test_a_visit_and_an_event_of_ones_own(sandbox, bot):
    carol = sandbox.person()
    sandbox.control("shop/visits", customer=carol, page="护手霜", seconds=12, code="ABC234")
    assert sent(bot)["data"]["customer"] == {"openid": carol}
    assert sandbox.control("shop/events", body="{oops", id="msg_1")["status"] == 200
    assert bot.orders[-1][1] == b"{oops"
    assert bot.orders[-1][0]["Webhook-Id"] == "msg_1"


@pytest.mark.parametrize(
    "wish",
    [
        {"lines": []},
        {"lines": ["SKU1"]},
        {"lines": [{"sku": "SKU9"}]},
        {"lines": [{"sku": "SKU1"}], "payment": "gold"},
    ],
)
def test_impossible_orders_are_refused_in_words(sandbox, bot, wish):
    refused = sandbox.ask("shop/orders", buyer=sandbox.person(), **wish)
    assert refused.status_code == 409
    assert refused.json()["error"]
    assert bot.orders == []


def test_orders_are_numbered_by_day_and_kept_newest_first(sandbox):
    carol = sandbox.person()
    for _ in range(2):
        sandbox.control("shop/orders", buyer=carol, lines=[{"sku": "SKU2"}])
    assert [o["order"] for o in sandbox.get("shop/orders")["orders"]] == ["20261121-0002", "20261121-0001"]


def test_buyers_may_be_known_by_phone_only(sandbox, bot):
    sandbox.control(
        "shop/orders", buyer={"phone": "13800000000"}, lines=[{"sku": "SKU4"}], payment="own_transfer"
    )
    data = sent(bot)["data"]
    assert (data["buyer"], data["payment"]) == ({"phone": "13800000000"}, "own_transfer")
    assert json.dumps(data)


def asked(bot):
    """The last question for a price, verified as the bot verifies it."""
    headers, body = bot.questions[-1]
    return Webhook(SECRET).verify(body, headers)


def test_a_price_is_asked_for_the_cart_at_retail(sandbox, bot):
    bob = sandbox.person("bob")
    lines = [{"sku": "SKU1", "quantity": 2}, {"sku": "SKU2", "paid": 500, "level1_discount": 145}]
    shown = sandbox.control("shop/prices", buyer="", lines=lines, placed_by={"openid": bob})
    assert asked(bot) == {
        "buyer": {"openid": ""},
        "payment": "wechat",
        "lines": [
            {"sku": "SKU1", "quantity": 2, "amount": 20000},
            {"sku": "SKU2", "quantity": 1, "amount": 645},
        ],
        "placed_by": {"openid": bob},
    }
    assert [line["price"] for line in shown["prices"]["lines"]] == [16000, 516]
    assert bot.orders == []


def test_who_asks_first_buys_at_that_price_and_tells_the_discount(sandbox, bot):
    bob = sandbox.person("bob")
    sandbox.control("shop/orders", buyer=bob, lines=[{"sku": "SKU2", "quantity": 3}], ask_price=True)
    (line,) = sent(bot)["data"]["lines"]
    assert (line["paid"], line["level1_discount"]) == (1548, 387)


def test_without_a_price_nothing_is_sold(sandbox, bot):
    bot.price_answer = ('{"error": "no"}', 503)
    wish = {"buyer": sandbox.person("bob"), "lines": [{"sku": "SKU2"}]}
    shown = sandbox.control("shop/prices", **wish)
    assert (shown["status"], shown["prices"]) == (503, None)
    refused = sandbox.ask("shop/orders", **wish, ask_price=True)
    assert (refused.status_code, "没有给价格" in refused.json()["error"]) == (409, True)
    assert (bot.orders, sandbox.get("shop/orders")["orders"]) == ([], [])


def test_a_link_leads_into_the_shop_where_one_buys_with_its_code(sandbox, bot):
    carol = sandbox.person("carol")
    link = f"{sandbox.base}/shop?ref=ABC234&sku=SKU2"
    page = browse(sandbox, carol, link)
    assert [hop["status"] for hop in page["hops"]] == [302, 302, 302, 200]
    assert page["url"] == link, "nothing of 网页授权 stays in the address"
    assert "绿茶礼盒" in page["html"]
    assert "护手霜" not in page["html"]
    assert "推荐码 ABC234" in page["html"]
    paid = browse(sandbox, carol, link, method="post", fields=[["sku", "SKU2"]])
    assert "付款成功" in paid["html"]
    told = sent(bot)
    assert (told["type"], told["data"]["code"]) == ("order.paid", "ABC234")
    assert (told["data"]["buyer"], told["data"]["lines"][0]["paid"]) == ({"openid": carol}, 645)


def test_the_shop_shows_everything_where_the_link_names_no_product_and_says_what_went_wrong(sandbox, bot):
    carol = sandbox.person("carol")
    shop = f"{sandbox.base}/shop?ref=<b>"
    page = browse(sandbox, carol, shop)
    assert all(one["title"] in page["html"] for one in sandbox.get("shop/products")["products"])
    assert "推荐码 &lt;b&gt;" in page["html"]
    none = browse(sandbox, carol, shop, method="post", fields=[["sku", "SKU9"]])
    assert "没有商品 SKU9" in none["html"]
    bot.order_answer = ("no", 503)
    late = browse(sandbox, carol, shop, method="post", fields=[["sku", "SKU1"]])
    assert "还没有收到这笔订单" in late["html"]


def test_outside_wechat_the_shop_asks_who_is_there(sandbox):
    said = requests.get(f"{sandbox.base}/shop?ref=ABC234", timeout=20)
    assert "以谁的身份打开" in said.text
