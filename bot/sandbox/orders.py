"""The small shop: people buy, and every event goes signed to the bot's order feed."""

import json
import time
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from bot.sandbox.clock import beijing
from bot.sandbox.stage import Stage
from bot.sandbox.state import Order

DOOR = "/orders/events"
PRICES = "/prices"
PAYMENTS = {"wechat", "alipay", "balance", "own_transfer", "other"}
STATUS = {
    "order.shipped": "已发货",
    "order.received": "已收货",
    "order.completed": "已核销",
    "order.cancelled": "已取消",
    "order.after_sale_opened": "售后中",
    "order.after_sale_closed": "售后结束",
}


class ShopError(ValueError):
    """Something that the shop cannot do, told in Chinese."""


class Shop:
    """Takes orders, moves them on, and reports every step."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def buy(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Place and pay an order; answers with the order and what the bot said."""
        lines = self._lines(wish.get("lines"))
        payment = _payment(wish)
        at = wish.get("at") or beijing(self._stage.now())
        buyer = _buyer(wish)
        if wish.get("ask_price"):
            self._reduce(lines, wish)
        order = self._open_order(str(wish.get("order") or ""), buyer.get("openid", ""), at, lines, payment)
        data: dict[str, Any] = {"buyer": buyer, "payment": payment, "lines": lines}
        data["shipping"] = int(wish.get("shipping") or 0)
        for name in ("code", "placed_by"):
            if wish.get(name):
                data[name] = wish[name]
        self._tell(order, self._event("order.paid", order.number, at, data))
        return self.shown(order)

    def price(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Ask the bot what a cart costs this buyer; answers with the bot's status and prices."""
        lines = self._lines(wish.get("lines"))
        cart = [
            {
                "sku": line["sku"],
                "quantity": line["quantity"],
                "amount": line["paid"] + line["level1_discount"],
            }
            for line in lines
        ]
        question: dict[str, Any] = {"buyer": _buyer(wish), "payment": _payment(wish), "lines": cart}
        if wish.get("placed_by"):
            question["placed_by"] = wish["placed_by"]
        status, answer = self.post(question, f"msg_{self._stage.world.next()}", door=PRICES)
        return {"status": status, "answer": answer, "prices": json.loads(answer) if status == 200 else None}

    def move(self, number: str, wish: dict[str, Any]) -> dict[str, Any]:
        """Report the next step of an order: shipped, received, refunded …"""
        kind = str(wish.get("type", ""))
        if kind != "order.refunded" and kind not in STATUS:
            raise ShopError(f"不认识的订单事件：{kind}")
        order = self.order(number)
        at = wish.get("at") or beijing(self._stage.now())
        with self._stage.lock:
            data = {**self._defaults(order, kind), **(wish.get("data") or {})}
            if kind == "order.refunded":
                order.refunded += int(data["amount"])
                order.status = "已退款" if order.refunded >= _paid(order) else "部分退款"
            else:
                order.status = STATUS[kind]
        self._tell(order, self._event(kind, number, at, data))
        return self.shown(order)

    def again(self, number: str, index: int) -> dict[str, Any]:
        """Send an event again under its first webhook id, as a shop does that got no answer."""
        order = self.order(number)
        if not 0 <= index < len(order.events):
            raise ShopError("没有这个事件")
        note = order.events[index]
        status, answer = self.post(note["event"], note["id"])
        with self._stage.lock:
            note["status"], note["answer"] = status, answer
        self._stage.changed("order", order=self.shown(order))
        return self.shown(order)

    def visit(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Report that a customer looked at a page of the shop."""
        customer = wish.get("customer")
        data: dict[str, Any] = {
            "id": wish.get("id") or f"v{self._stage.world.next()}",
            "customer": {"openid": customer} if isinstance(customer, str) else customer,
            "page": wish.get("page") or "首页",
            "seconds": int(wish.get("seconds") or 0),
        }
        if wish.get("code"):
            data["code"] = wish["code"]
        event = self._event("customer.visited", "", wish.get("at") or beijing(self._stage.now()), data)
        status, answer = self.post(event, f"msg_{self._stage.world.next()}")
        return {"status": status, "answer": answer, "event": event}

    def post(self, event: Any, webhook_id: str, body: str | None = None, door: str = DOOR) -> tuple[int, str]:
        """Sign and send one event, or one question at another door; status 0 when nobody answers.

        `body` replaces the JSON, for bad input.
        """
        if not self._stage.config.order_secret:
            raise ShopError("没有设置 ORDER_WEBHOOK_SECRET，商城不能签名")
        text = json.dumps(event, ensure_ascii=False) if body is None else body
        now = datetime.now(UTC)
        signature = Webhook(self._stage.config.order_secret).sign(webhook_id, now, text)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
        started = time.monotonic()
        try:
            status, raw = self._stage.transport(door, text.encode(), headers)
            answer = raw.decode("utf-8", "replace")
        except OSError as error:
            status, answer = 0, f"连不上机器人（{type(error).__name__}）"
        title = (
            "问价"
            if door == PRICES
            else f"{event.get('type', '?')} {event.get('order', '')}"
            if isinstance(event, dict)
            else "?"
        )
        self._stage.journal.write(
            "order", title, started, ok=200 <= status < 300, sent=text, status=status, answer=answer
        )
        return status, answer

    def order(self, number: str) -> Order:
        """The order of this number."""
        order = self._stage.world.orders.get(number)
        if order is None:
            raise ShopError(f"没有订单 {number}")
        return order

    def orders(self) -> list[dict[str, Any]]:
        """All orders, newest first."""
        with self._stage.lock:
            return [self.shown(order) for order in reversed(self._stage.world.orders.values())]

    def shown(self, order: Order) -> dict[str, Any]:
        """An order as JSON, with its buyer's name and the bot's last answer."""
        person = self._stage.world.people.get(order.openid)
        last = order.events[-1] if order.events else {}
        return {
            "order": order.number,
            "openid": order.openid,
            "buyer": person.name if person else "（未知）",
            "at": order.at,
            "lines": order.lines,
            "paid": _paid(order),
            "refunded": order.refunded,
            "payment": order.payment,
            "state": order.status,
            "events": order.events,
            "status": last.get("status", 0),
            "answer": last.get("answer", ""),
        }

    def _open_order(
        self, number: str, openid: str, at: str, lines: list[dict[str, Any]], payment: str
    ) -> Order:
        with self._stage.lock:
            orders = self._stage.world.orders
            if not number:
                day = at[:10].replace("-", "")
                number = f"{day}-{len(orders) + 1:04d}"
            if number in orders:
                raise ShopError(f"订单号 {number} 已经有了")
            orders[number] = order = Order(number, openid, at, lines, payment)
        return order

    def _lines(self, wishes: Any) -> list[dict[str, Any]]:
        if not isinstance(wishes, list) or not wishes:
            raise ShopError("购物车是空的")
        if not all(isinstance(wish, dict) for wish in wishes):
            raise ShopError("购物车里的每一行要有 sku")
        return [self._line(index, wish) for index, wish in enumerate(wishes, 1)]

    def _line(self, index: int, wish: dict[str, Any]) -> dict[str, Any]:
        product = next((p for p in self._stage.config.products if p.sku == wish.get("sku")), None)
        if product is None and not {"sku", "title", "paid"} <= wish.keys():
            raise ShopError(f"没有商品 {wish.get('sku')}")
        quantity = int(wish.get("quantity") or 1)
        line: dict[str, Any] = {"line": index, "sku": wish["sku"], "title": wish.get("title")}
        line |= {"quantity": quantity, "level1_discount": 0, "service_at": None}
        if product is not None:
            line |= {"title": line["title"] or product.title, "kind": product.kind}
        paid = wish.get("paid")
        line["paid"] = int(paid) if paid is not None else (product.price if product else 0) * quantity
        return line | {name: wish[name] for name in ("kind", "level1_discount", "service_at") if name in wish}

    def _reduce(self, lines: list[dict[str, Any]], wish: dict[str, Any]) -> None:
        """Bring the cart down to the price that the bot names."""
        asked = self.price(wish)
        if asked["prices"] is None:
            raise ShopError(f"机器人没有给价格：{asked['answer']}")
        for line, priced in zip(lines, asked["prices"]["lines"], strict=True):
            line["paid"], line["level1_discount"] = priced["price"], priced["level1_discount"]

    def _defaults(self, order: Order, kind: str) -> dict[str, Any]:
        if kind == "order.shipped":
            order.shipments += 1
            return {"id": f"s{order.shipments}", "final": True}
        if kind == "order.refunded":
            order.refunds += 1
            return {"id": f"r{order.refunds}", "amount": _paid(order) - order.refunded}
        if kind == "order.after_sale_opened":
            order.after_sales += 1
            order.open_after_sale = f"a{order.after_sales}"
        return {"id": order.open_after_sale or "a1"} if "after_sale" in kind else {}

    def _event(self, kind: str, number: str, at: str, data: dict[str, Any]) -> dict[str, Any]:
        head: dict[str, Any] = {"type": kind, "source": "shop"}
        if number:
            head["order"] = number
        return {**head, "at": at, "data": data}

    def _tell(self, order: Order, event: dict[str, Any]) -> None:
        webhook_id = f"msg_{order.number}_{len(order.events) + 1}"
        note = {"id": webhook_id, "event": event, "status": 0, "answer": ""}
        with self._stage.lock:
            order.events.append(note)
        note["status"], note["answer"] = self.post(event, webhook_id)
        self._stage.changed("order", order=self.shown(order))


def _payment(wish: dict[str, Any]) -> str:
    payment = str(wish.get("payment") or "wechat")
    if payment not in PAYMENTS:
        raise ShopError(f"不认识的付款方式：{payment}")
    return payment


def _buyer(wish: dict[str, Any]) -> dict[str, Any]:
    buyer = wish.get("buyer")
    return {"openid": buyer} if isinstance(buyer, str) else dict(buyer or {})


def _paid(order: Order) -> int:
    return sum(int(line["paid"]) for line in order.lines)
