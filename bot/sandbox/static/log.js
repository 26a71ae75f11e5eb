// The log of pushes, API calls and shop events, and the weather that can be made bad.

import { el, fill } from "./dom.js";
import { withSeconds } from "./format.js";
import { quotas } from "./quotas.js";
import { drop, get, on, post, world } from "./world.js";

const KINDS = [["", "全部"], ["push", "推送"], ["api", "接口"], ["order", "订单"], ["page", "网页"], ["bad", "失败"]];
const NAMES = { push: "推送", api: "接口", order: "订单", page: "网页" };
const PATHS = ["*", "/cgi-bin/message/custom/send", "/cgi-bin/message/template/send", "/cgi-bin/media/upload", "/cgi-bin/media/get", "/cgi-bin/qrcode/create", "/cgi-bin/stable_token", "/cgi-bin/tags/members/batchtagging", "/cgi-bin/menu/create", "/cgi-bin/menu/addconditional", "/cgi-bin/user/info", "/cgi-bin/ticket/getticket", "/sns/oauth2/access_token"];
const WEATHER = [
  ["-1 系统繁忙", { errcode: -1 }], ["40001 凭证无效", { errcode: 40001 }], ["42001 凭证过期", { errcode: 42001 }], ["45009 超过每日限额", { errcode: 45009 }],
  ["45015 超过回复时限", { errcode: 45015 }], ["45047 条数超限", { errcode: 45047 }], ["45011 太频繁", { errcode: 45011 }], ["40007 素材已失效", { errcode: 40007 }], ["47003 模板字段不合要求", { errcode: 47003 }], ["40164 IP 不在白名单", { errcode: 40164 }], ["慢 8 秒", { hang: 8 }], ["不应答（30 秒）", { hang: 30 }], ["只答一半", { half: true }], ["HTTP 502", { status: 502 }],
  ["模板消息发了没送到：system failed", { path: "/cgi-bin/message/template/send", ending: "failed: system failed" }], ["模板消息发了没送到：user block", { path: "/cgi-bin/message/template/send", ending: "failed:user block" }],
];
const EVENTS = { CLICK: "点菜单", VIEW: "开网页", SCAN: "扫码", TEMPLATESENDJOBFINISH: "模板消息送达", subscribe: "关注", unsubscribe: "取消关注" };
const SHOWN = 150;

export function log() {
  let kind = "";
  const rows = el("div", { test: "log" });
  const chips = el("div", { className: "filters" });
  const fits = (row) => !kind || (kind === "bad" ? !row.ok : row.kind === kind);
  const draw = () => {
    fill(chips, ...KINDS.map(([value, label]) => el("button", { type: "button", className: value === kind ? "chip on" : "chip", test: "log-filter", data: { kind: value }, onclick: () => { kind = value; draw(); } }, label)));
    const wanted = world.log.filter(fits).slice(0, SHOWN);
    fill(rows, ...(wanted.length ? wanted.map(logRow) : [el("div", { className: "empty" }, "还没有记录")]));
  };
  on("all", draw);
  on("log", ({ row }) => {
    if (!fits(row)) return;
    rows.querySelector(".empty")?.remove();
    rows.prepend(logRow(row));
    while (rows.childElementCount > SHOWN) rows.lastElementChild.remove();
  });
  draw();
  return el("div", {}, weather(), quotas(), chips, rows);
}

function logRow(row) {
  const name = row.openid && world.people.get(row.openid)?.name;
  const status = row.kind === "api" ? row.answer?.errcode ?? 0 : row.status || "无应答";
  const details = el("details", { className: "log-row", test: "log-row", data: { kind: row.kind, ok: row.ok } }, el("summary", {},
    el("span", { className: "at" }, withSeconds(row.at)), el("span", { className: "kind" }, NAMES[row.kind]),
    el("span", { className: "what", title: row.title }, name ? `${name} ` : "", titled(row), row.note && row.note !== "第 1 次" ? el("small", {}, `　${row.note}`) : null),
    el("span", { className: "ms" }, `${row.ms} ms`), el("span", { className: row.ok ? "code" : "code bad" }, status)));
  details.addEventListener("toggle", () => details.childElementCount === 1 && details.append(...inside(row)), { once: true });
  return details;
}

function titled({ kind, title }) {
  if (kind === "page") return title.replace(/^https?:\/\//, "");
  if (kind !== "push") return title.replace("/cgi-bin/", "");
  return title.replace(/^\w+/, (event) => EVENTS[event] ?? event);
}

function inside(row) {
  return [
    row.problem ? el("div", { className: "problem" }, row.problem) : "",
    el("h4", {}, "发出"), el("pre", {}, pretty(row.sent)),
    el("h4", {}, "回答"), el("pre", {}, pretty(row.answer)),
  ];
}

function pretty(value) {
  if (typeof value !== "string") return JSON.stringify(value, null, 2);
  if (value.startsWith("<")) return value.replace(/(<xml>|<\/\w+>)(?=<)/g, "$1\n");
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}

function weather() {
  const path = el("select", { test: "fault-path", "aria-label": "接口" }, PATHS.map((p) => el("option", { value: p }, p === "*" ? "所有接口" : p.replace("/cgi-bin/", ""))));
  const what = el("select", { test: "fault-kind", "aria-label": "故障" }, WEATHER.map(([label], index) => el("option", { value: index }, label)));
  const times = el("input", { type: "number", min: 1, max: 99, value: 1, test: "fault-times", "aria-label": "次数" });
  const waiting = el("div", { test: "faults" });
  const draw = (answer) => {
    if (answer) world.faults = answer.faults;
    fill(waiting, ...world.faults.map((f) => el("div", { className: "empty" }, `等着发生：${f.ending || f.path} × ${f.times}`)));
  };
  const go = async () => draw(await post("faults", { path: path.value, times: Number(times.value), ...WEATHER[what.value][1] }));
  on("all", () => draw());
  on("log", async () => world.faults.length > 0 && draw(await get("faults")));
  draw();
  return el("details", { className: "more", test: "weather" }, el("summary", {}, "让微信接口出故障"),
    el("label", { className: "field" }, el("span", {}, "接口"), path),
    el("label", { className: "field" }, el("span", {}, "故障"), what),
    el("label", { className: "field" }, el("span", {}, "次数"), times),
    el("div", { className: "line" }, el("button", { type: "button", className: "button small", test: "fault-add", onclick: go }, "下次起生效"),
      el("button", { type: "button", className: "button plain small", onclick: async () => draw(await drop("faults")) }, "全部清除")), waiting);
}
