"""The control API of the small shop. JSON under /sandbox/api/shop.

  GET  products                      → {products: [{sku, title, kind, price}]}
  GET  orders                        → {orders: […]}, newest first
  POST orders {buyer: openid | {openid?, unionid?, phone?}, lines: [{sku, quantity?, paid?, level1_discount?,
       title?, kind?, service_at?}], payment?, shipping?, code?, placed_by?, order?, at?, ask_price?}  → sends
       order.paid; with ask_price the bot is asked for the price first (自购省, 代下单)
  POST prices {buyer, lines, payment?, placed_by?}  → {status, answer, prices}: what the bot would take for the cart
  POST orders/<number>/events {type, data?, at?}  → sends order.shipped, order.refunded …
  POST orders/<number>/again {index}  → sends one event again under its first webhook id
  POST visits {customer: openid | {…}, page?, seconds?, code?, id?, at?}  → sends customer.visited
  POST events {event | body, id?}    → signs and sends exactly this, for bad input
Answers carry the bot's `status` (0: nobody answered) and `answer`.
"""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from bot.sandbox.doors.control import asked, refuse_kindly
from bot.sandbox.orders import Shop
from bot.sandbox.stage import Stage


class ShopDoor:
    """The routes of the small shop."""

    def __init__(self, stage: Stage, shop: Shop) -> None:
        self._stage = stage
        self._shop = shop

    def blueprint(self) -> Blueprint:
        """All routes under /sandbox/api/shop."""
        door = Blueprint("shop", __name__, url_prefix="/sandbox/api/shop")
        door.add_url_rule("/products", "products", self.products, methods=["GET"])
        door.add_url_rule("/orders", "orders", self.orders, methods=["GET"])
        door.add_url_rule("/orders", "buy", self.buy, methods=["POST"])
        door.add_url_rule("/prices", "price", self.price, methods=["POST"])
        door.add_url_rule("/orders/<number>/events", "move", self.move, methods=["POST"])
        door.add_url_rule("/orders/<number>/again", "again", self.again, methods=["POST"])
        door.add_url_rule("/visits", "visit", self.visit, methods=["POST"])
        door.add_url_rule("/events", "send", self.send, methods=["POST"])
        refuse_kindly(door)
        return door

    def products(self) -> Response:
        """The shelf."""
        return jsonify(products=[asdict(product) for product in self._stage.config.products])

    def orders(self) -> Response:
        """All orders."""
        return jsonify(orders=self._shop.orders())

    def buy(self) -> Response:
        """Place and pay."""
        return jsonify(self._shop.buy(asked()))

    def price(self) -> Response:
        """What the cart costs this buyer."""
        return jsonify(self._shop.price(asked()))

    def move(self, number: str) -> Response:
        """The next step of an order."""
        return jsonify(self._shop.move(number, asked()))

    def again(self, number: str) -> Response:
        """The same event again."""
        return jsonify(self._shop.again(number, int(asked().get("index", 0))))

    def visit(self) -> Response:
        """A look at a page of the shop."""
        return jsonify(self._shop.visit(asked()))

    def send(self) -> Response:
        """Exactly this, signed."""
        wish = asked()
        webhook_id = str(wish.get("id") or f"msg_{self._stage.world.next()}")
        status, answer = self._shop.post(wish.get("event"), webhook_id, wish.get("body"))
        return jsonify(status=status, answer=answer, id=webhook_id)
