// The small shop: fill a cart for somebody, pay, and move the orders on.

import { el, fill } from "./dom.js";
import { fenOf, yuan } from "./format.js";
import { orderCard } from "./orders.js";
import { on, post, world } from "./world.js";

const KIND = { goods: "实物", service: "服务", virtual: "虚拟" };
const PAYMENTS = [["wechat", "微信支付"], ["alipay", "支付宝"], ["balance", "余额"], ["own_transfer", "商家自行转账"], ["other", "其他"]];

const BASIS = {
  self_purchase: "自购省", proxy: "代下单价", retail: "零售价：不是推广员自购，也没有代下单", frozen: "零售价：推广员已冻结",
  own_transfer: "零售价：商家自行转账", programme_off: "零售价：推广计划关着",
};

export function shop(desk) {
  const cart = new Map();
  const buyer = el("select", { test: "shop-buyer", "aria-label": "买家" });
  const payment = el("select", { test: "shop-payment", "aria-label": "付款方式" }, PAYMENTS.map(([value, label]) => el("option", { value }, label)));
  const code = el("input", { test: "shop-code", placeholder: "可不填", "aria-label": "推荐码", autocomplete: "off" });
  const placedBy = el("select", { test: "shop-placed-by", "aria-label": "代下单人" });
  const shipping = el("input", { test: "shop-shipping", value: "0", inputMode: "decimal", "aria-label": "运费" });
  const goods = el("div", { className: "goods" });
  const total = el("b", { test: "shop-total" });
  const ask = el("button", { type: "button", className: "chip", test: "shop-price" }, "问价");
  const basis = el("small", { test: "shop-basis", role: "status" });
  const pay = el("button", { type: "button", className: "button", test: "shop-pay" }, "付款");
  const orders = el("div", { test: "orders" });
  const rows = new Map();

  const sum = () => {
    const fen = [...cart.values()].reduce((all, item) => all + (fenOf(item.paid.value) ?? 0), 0) + (fenOf(shipping.value) ?? 0);
    total.textContent = yuan(fen);
    pay.disabled = ask.disabled = !cart.size || !buyer.value;
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
    fill(goods, ...world.products.map((product) => good(product, cart, rows, sum, forget)));
    sum();
  };
  const drawOrders = () => fill(orders, ...(world.orders.length ? world.orders.map(orderCard) : [el("div", { className: "empty" }, "还没有订单")]));

  const wished = () => {
    const lines = [...cart.values()].map(({ product, quantity, paid, discount }) => ({
      sku: product.sku, quantity, paid: fenOf(paid.value) ?? 0, level1_discount: fenOf(discount.value) ?? 0,
    }));
    const wish = { buyer: buyer.value, lines, payment: payment.value };
    if (placedBy.value) wish.placed_by = { openid: placedBy.value };
    return wish;
  };
  // A price holds for whom it was asked: with another buyer, payment or cart all is retail again.
  const forget = () => {
    if (!basis.textContent) return;
    basis.textContent = "";
    for (const { product } of [...cart.values()]) rows.get(product.sku)(cart.get(product.sku).quantity);
  };

  ask.addEventListener("click", async () => {
    const told = await post("shop/prices", wished());
    if (!told) return;
    if (!told.prices) { basis.textContent = `没问到价（${told.status || "无应答"}）`; return; }
    [...cart.values()].forEach((item, index) => {
      const line = told.prices.lines[index];
      item.paid.value = (line.price / 100).toFixed(2);
      item.discount.value = (line.level1_discount / 100).toFixed(2);
    });
    const saved = told.prices.level1_discount;
    basis.textContent = BASIS[told.prices.basis] + (saved ? `，省 ${yuan(saved)}` : "");
    sum();
  });
  pay.addEventListener("click", async () => {
    pay.disabled = true;
    const wish = { ...wished(), shipping: fenOf(shipping.value) ?? 0 };
    if (code.value.trim()) wish.code = code.value.trim();
    const order = await post("shop/orders", wish);
    if (order) { basis.textContent = ""; drawGoods(); }
    sum();
  });
  shipping.addEventListener("input", sum);
  for (const choice of [buyer, placedBy, payment]) choice.addEventListener("change", forget);
  on("all person desk", drawPeople);
  on("all", () => { drawGoods(); drawOrders(); });
  on("order", drawOrders);
  drawPeople();
  drawGoods();
  drawOrders();
  return el("div", {},
    el("label", { className: "field" }, el("span", {}, "买家"), buyer),
    el("label", { className: "field" }, el("span", {}, "下单人"), placedBy),
    goods,
    el("label", { className: "field" }, el("span", {}, "付款方式"), payment),
    el("label", { className: "field" }, el("span", {}, "推荐码"), code),
    el("details", { className: "more" }, el("summary", {}, "运费、浏览"),
      el("label", { className: "field" }, el("span", {}, "运费"), shipping),
      el("div", { className: "field" }, el("span", {}, "浏览"), visit(buyer, code))),
    el("div", { className: "checkout" }, total, ask, pay),
    basis,
    el("h3", {}, "订单"), orders);
}

function good(product, cart, rows, sum, forget) {
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
    discount.value = "0";
    sum();
  };
  const step = (by) => { set(Number(count.textContent) + by); forget(); };
  const less = el("button", { type: "button", test: "good-less", "aria-label": `少一件 ${product.title}`, disabled: true, onclick: () => step(-1) }, "−");
  const more = el("button", { type: "button", test: "good-more", "aria-label": `加一件 ${product.title}`, onclick: () => step(1) }, "+");
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
