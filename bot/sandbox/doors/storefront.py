"""The small shop as a page (`/shop?ref=推广码&sku=商品`): where a 推广链接 leads, and where one can really buy.

It knows its visitors as a merchant's shop does, by 网页授权 of the same account, and reports every order to the feed.
"""

import html
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bot.sandbox.config import Product
from bot.sandbox.errors import ApiError
from bot.sandbox.oauth import AUTHORIZE
from bot.sandbox.orders import Shop, ShopError
from bot.sandbox.stage import Stage

PATH = "/shop"
VISITOR = "shop_visitor"
PAGE = (
    "<!doctype html><html lang=zh-CN><head><meta charset=utf-8>"
    "<meta name=viewport content='width=device-width,initial-scale=1'><title>{title}</title><style>"
    "body{{font:16px/1.6 sans-serif;margin:0;padding:20px;background:#f6f6f4;color:#1d1d1b}}"
    "h1{{font-size:20px;margin:0 0 4px}}small{{color:#77756f}}"
    "form{{display:grid;grid-template-columns:1fr auto;gap:2px 12px;align-items:center;background:#fff;"
    "border-radius:10px;padding:14px;margin:12px 0}}form b{{font-weight:600}}form span{{color:#b4472d}}"
    "button{{grid-row:1/3;grid-column:2;border:0;border-radius:8px;padding:10px 18px;background:#07c160;"
    "color:#fff;font-size:16px}}a{{color:#576b95}}</style></head><body>{body}</body></html>"
)


class Storefront:
    """The pages of the small shop."""

    def __init__(self, stage: Stage, shop: Shop) -> None:
        self._stage = stage
        self._shop = shop

    def blueprint(self) -> Blueprint:
        """`/shop`."""
        door = Blueprint("storefront", __name__)
        door.add_url_rule(PATH, "shelf", self.shelf, methods=["GET"])
        door.add_url_rule(PATH, "buy", self.buy, methods=["POST"])
        return door

    def shelf(self) -> AnyResponse:
        """What can be bought: the product of the link, or all of them."""
        if "code" in request.args:
            return self._known(request.args["code"])
        if not request.cookies.get(VISITOR):
            return self._ask_who()
        wanted = request.args.get("sku", "")
        products = self._stage.config.products
        shown = [one for one in products if one.sku == wanted] or list(products)
        more = (
            "" if len(shown) == len(products) else f"<a href='{html.escape(_address(sku=''))}'>全部商品</a>"
        )
        ref = request.args.get("ref", "")
        told = f"推荐码 {html.escape(ref)}" if ref else "没有推荐码"
        return _page("小店", f"<h1>小店</h1><small>{told}</small>{''.join(map(_offer, shown))}{more}")

    def buy(self) -> AnyResponse:
        """One of a product, paid at once; the order carries the code of the link."""
        visitor, ref = request.cookies.get(VISITOR, ""), request.args.get("ref", "")
        if not visitor:
            return self._ask_who()
        wish = {"buyer": visitor, "lines": [{"sku": request.form.get("sku", "")}], "code": ref}
        try:
            order = self._shop.buy(wish)
        except ShopError as error:
            return _page("小店", f"<h1>没有买成</h1><p>{html.escape(str(error))}</p>{_back()}")
        heard = "" if 200 <= order["status"] < 300 else "<p>商家还没有收到这笔订单，稍后会再报一次。</p>"
        paid = f"实付 ¥{order['paid'] / 100:.2f}，订单号 {html.escape(order['order'])}"
        return _page("小店", f"<h1>付款成功</h1><p>{paid}</p>{heard}{_back()}")

    def _ask_who(self) -> AnyResponse:
        query = {
            "appid": self._stage.config.app_id,
            "redirect_uri": f"{request.host_url.rstrip('/')}{_address()}",
            "response_type": "code",
            "scope": "snsapi_base",
            "state": "shop",
        }
        return redirect(f"{AUTHORIZE}?{urlencode(query)}#wechat_redirect")

    def _known(self, code: str) -> AnyResponse:
        """Back from 网页授权: who it is; the address is cleaned of the code."""
        try:
            visitor, _, _ = self._stage.oauth.spend(code)
        except ApiError:
            return self._ask_who()
        answer = redirect(_address())
        answer.set_cookie(VISITOR, visitor.openid, httponly=True, samesite="Lax")
        return answer


def _address(**change: str) -> str:
    """This page again, without what 网页授权 added."""
    kept = {name: request.args.get(name, "") for name in ("ref", "sku")} | change
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{PATH}?{query}" if query else PATH


def _offer(product: Product) -> str:
    return (
        f"<form method=post action='{html.escape(_address())}'><b>{html.escape(product.title)}</b>"
        f"<span>¥{product.price / 100:.2f}</span>"
        f"<input type=hidden name=sku value='{html.escape(product.sku)}'><button>购买</button></form>"
    )


def _back() -> str:
    return f"<p><a href='{html.escape(_address())}'>再逛逛</a></p>"


def _page(title: str, body: str) -> Response:
    return Response(PAGE.format(title=title, body=body))
