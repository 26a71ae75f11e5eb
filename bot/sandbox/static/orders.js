// One order of the small shop: its next steps, and what the bot answered to each.

import { el } from "./dom.js";
import { fenOf, yuan } from "./format.js";
import { post } from "./world.js";

const STEPS = [
  ["order.shipped", "发货"], ["order.received", "确认收货"], ["order.completed", "核销完成"],
  ["order.after_sale_opened", "售后开始"], ["order.after_sale_closed", "售后结束"], ["order.cancelled", "取消"],
];
// What usually comes next; every other step can be sent all the same, to see what the bot says.
const NEXT = { 已付款: ["order.shipped"], 已发货: ["order.received"] };
const NAMES = new Map([...STEPS, ["order.paid", "付款"], ["order.refunded", "退款"]]);

export function orderCard(order) {
  const lines = order.lines.map((line) => `${line.title} × ${line.quantity}  ${yuan(line.paid)}`).join("；");
  const next = order.lines.every((line) => line.kind === "goods") ? NEXT[order.state] : order.state === "已付款" && ["order.completed"];
  return el("article", { className: "order", test: "order", data: { order: order.order } },
    el("header", {}, el("b", {}, order.order), el("span", {}, order.buyer), el("span", { className: "state", test: "order-state" }, order.state)),
    el("div", { className: "lines" }, `${lines}　共 ${yuan(order.paid)}${order.refunded ? `，已退 ${yuan(order.refunded)}` : ""}`),
    el("div", { className: "steps" }, STEPS.map(([type, label]) =>
      el("button", { type: "button", className: next?.includes?.(type) ? "chip next" : "chip", test: "order-step", data: { type }, onclick: (event) => step(event, order, { type }) }, label))),
    refund(order),
    el("ul", { className: "events" }, order.events.map((event, index) => told(order, event, index))));
}

async function step(event, order, wish) {
  event.currentTarget.disabled = true;
  await post(`shop/orders/${encodeURIComponent(order.order)}/events`, wish);
}

function refund(order) {
  const amount = el("input", { value: ((order.paid - order.refunded) / 100).toFixed(2), inputMode: "decimal", test: "refund-amount", "aria-label": "退款金额" });
  const line = el("select", { test: "refund-line", "aria-label": "退哪一行" }, el("option", { value: "" }, "整单"),
    order.lines.map((l) => el("option", { value: l.line }, `第 ${l.line} 行 ${l.title}`)));
  line.addEventListener("change", () => {
    const one = order.lines.find((l) => String(l.line) === line.value);
    amount.value = ((one ? one.paid : order.paid - order.refunded) / 100).toFixed(2);
  });
  const go = (event) => {
    const fen = fenOf(amount.value);
    if (fen === null) return amount.focus();
    const data = { amount: fen };
    if (line.value) data.lines = [{ line: Number(line.value), amount: fen }];
    return step(event, order, { type: "order.refunded", data });
  };
  return el("div", { className: "refund" }, "退 ¥", amount, line, el("button", { type: "button", className: "chip", test: "order-refund", onclick: go }, "退款"));
}

function told(order, event, index) {
  const ok = event.status >= 200 && event.status < 300;
  const status = el("span", { className: ok ? "code" : "code bad", test: "event-status" }, event.status || "无应答");
  const again = el("button", { type: "button", className: "link-button", onclick: () => post(`shop/orders/${encodeURIComponent(order.order)}/again`, { index }) }, "重发");
  const answer = ok ? "" : readable(event.answer);
  return el("li", {}, el("span", {}, NAMES.get(event.event.type) ?? event.event.type), status, el("span", { className: "answer" }, answer), again);
}

function readable(answer) {
  try {
    const data = JSON.parse(answer);
    return data.message ?? data.error ?? data.detail ?? answer;
  } catch {
    return answer.slice(0, 300);
  }
}
