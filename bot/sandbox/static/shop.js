// The small shop: fill a cart for somebody, pay, and move the orders on.

import { el, fill } from "./dom.js";
import { fenOf, yuan } from "./format.js";
import { orderCard } from "./orders.js";
import { on, post, world } from "./world.js";

const KIND = { goods: "实物", service: "服务", virtual: "虚拟" };
const PAYMENTS = [["wechat", "微信支付"], ["alipay", "支付宝"], ["balance", "余额"], ["own_transfer", "商家自行转账"], ["other", "其他"]];

export function shop(desk) {
  const cart = new Map();
  const buyer = el("select", { test: "shop-buyer", "aria-label": "买家" });
  const payment = el("select", { test: "shop-payment", "aria-label": "付款方式" }, PAYMENTS.map(([value, label]) => el("option", { value }, label)));
  const code = el("input", { test: "shop-code", placeholder: "可不填", "aria-label": "推荐码", autocomplete: "off" });
  const placedBy = el("select", { test: "shop-placed-by", "aria-label": "代下单人" });
  const shipping = el("input", { test: "shop-shipping", value: "0", inputMode: "decimal", "aria-label": "运费" });
  const goods = el("div", { className: "goods" });
  const total = el("b", { test: "shop-total" });
  const pay = el("button", { type: "button", className: "button", test: "shop-pay" }, "付款");
  const orders = el("div", { test: "orders" });
  const rows = new Map();

  const sum = () => {
    const fen = [...cart.values()].reduce((all, item) => all + (fenOf(item.paid.value) ?? 0), 0) + (fenOf(shipping.value) ?? 0);
    total.textContent = yuan(fen);
    pay.disabled = !cart.size || !buyer.value;
  };
  const drawPeople = () => {
    const people = [...world.people.values()];
    const chosen = buyer.value || desk.current();
    fill(buyer, ...people.map((p) => el("option", { value: p.openid }, p.name)));
    if (people.some((p) => p.openid === chosen)) buyer.value = chosen;
    const by = placedBy.value;
    fill(placedBy, el("option", { value: "" }, "本人下单"), ...people.map((p) => el("option", { value: p.openid }, p.name)));
    placedBy.value = by;
    sum();
  };
  const drawGoods = () => {
    rows.clear();
    cart.clear();
    fill(goods, ...world.products.map((product) => good(product, cart, rows, sum)));
    sum();
  };
  const drawOrders = () => fill(orders, ...(world.orders.length ? world.orders.map(orderCard) : [el("div", { className: "empty" }, "还没有订单")]));

  pay.addEventListener("click", async () => {
    const lines = [...cart.values()].map(({ product, quantity, paid, discount }) => ({
      sku: product.sku, quantity, paid: fenOf(paid.value) ?? 0, level1_discount: fenOf(discount.value) ?? 0,
    }));
    pay.disabled = true;
    const wish = { buyer: buyer.value, lines, payment: payment.value, shipping: fenOf(shipping.value) ?? 0 };
    if (code.value.trim()) wish.code = code.value.trim();
    if (placedBy.value) wish.placed_by = { openid: placedBy.value };
    const order = await post("shop/orders", wish);
    if (order) drawGoods();
    sum();
  });
  shipping.addEventListener("input", sum);
  on("all person desk", drawPeople);
  on("all", () => { drawGoods(); drawOrders(); });
  on("order", drawOrders);
  drawPeople();
  drawGoods();
  drawOrders();
  return el("div", {},
    el("label", { className: "field" }, el("span", {}, "买家"), buyer),
    goods,
    el("label", { className: "field" }, el("span", {}, "付款方式"), payment),
    el("label", { className: "field" }, el("span", {}, "推荐码"), code),
    el("details", { className: "more" }, el("summary", {}, "运费、代下单、浏览"),
      el("label", { className: "field" }, el("span", {}, "运费"), shipping),
      el("label", { className: "field" }, el("span", {}, "下单人"), placedBy),
      el("div", { className: "field" }, el("span", {}, "浏览"), visit(buyer, code))),
    el("div", { className: "checkout" }, total, pay),
    el("h3", {}, "订单"), orders);
}

function good(product, cart, rows, sum) {
  const count = el("output", { test: "good-quantity" }, "0");
  const paid = el("input", { inputMode: "decimal", test: "good-paid", "aria-label": `${product.title} 实付` });
  const discount = el("input", { inputMode: "decimal", value: "0", test: "good-discount", "aria-label": `${product.title} 自购省` });
  const paidRow = el("label", { className: "paid", hidden: true }, "实付 ¥", paid, "自购省 ¥", discount);
  const set = (quantity) => {
    count.textContent = String(quantity);
    paidRow.hidden = !quantity;
    less.disabled = !quantity;
    if (quantity) cart.set(product.sku, { product, quantity, paid, discount });
    else cart.delete(product.sku);
    paid.value = ((product.price * quantity) / 100).toFixed(2);
    sum();
  };
  const less = el("button", { type: "button", test: "good-less", "aria-label": `少一件 ${product.title}`, disabled: true, onclick: () => set(Number(count.textContent) - 1) }, "−");
  const more = el("button", { type: "button", test: "good-more", "aria-label": `加一件 ${product.title}`, onclick: () => set(Number(count.textContent) + 1) }, "+");
  paid.addEventListener("input", sum);
  rows.set(product.sku, set);
  return el("div", { className: "good", test: "good", data: { sku: product.sku } },
    el("div", { className: "title" }, el("span", {}, product.title), el("span", { className: "tag" }, KIND[product.kind] ?? product.kind)),
    el("div", { className: "price" }, `${yuan(product.price)} · ${product.sku}`),
    el("div", { className: "stepper" }, less, count, more), paidRow);
}

function visit(buyer, code) {
  const page = el("input", { value: "首页", "aria-label": "浏览的页面" });
  const said = el("small", {});
  const go = async () => {
    const answer = await post("shop/visits", { customer: buyer.value, page: page.value, seconds: 12, code: code.value.trim() || undefined });
    if (answer) said.textContent = `HTTP ${answer.status}`;
  };
  return el("div", { className: "line" }, page, el("button", { type: "button", className: "chip", test: "shop-visit", onclick: go }, "看 12 秒"), said);
}
