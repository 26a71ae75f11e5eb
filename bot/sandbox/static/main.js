// The desk: which phones lie open, which tool is out.

import { clock } from "./clock.js";
import { el, fill, icon } from "./dom.js";
import { log } from "./log.js";
import { Pane } from "./pane.js";
import { people } from "./people.js";
import { scan } from "./scan.js";
import { shop } from "./shop.js";
import { enlarge } from "./viewer.js";
import { listen, load, on, tell, world } from "./world.js";

const KEY = "sandbox-desk";
const floor = document.getElementById("panes");
const panel = document.getElementById("panel");
const narrow = matchMedia("(max-width: 860px)");
const panes = new Map();
let front = null;
let tool = "";
let offset = 0;

const desk = {
  open(openid, first = false) {
    if (!world.people.has(openid)) return;
    if (!panes.has(openid)) {
      const pane = new Pane(openid, desk);
      panes.set(openid, pane);
      floor[first ? "prepend" : "append"](pane.node);
    }
    front = openid;
    for (const [key, pane] of panes) pane.node.classList.toggle("front", key === openid);
    const pane = panes.get(openid);
    if (narrow.matches) out("");
    pane.node.scrollIntoView({ inline: "nearest", block: "nearest" });
    pane.toBottom();
    if (!narrow.matches) pane.input?.focus({ preventScroll: true });
    desk.seen(openid);
    empty();
    keep();
  },
  close(openid) {
    panes.get(openid)?.node.remove();
    panes.delete(openid);
    if (front === openid) front = [...panes.keys()].at(-1) ?? null;
    empty();
    keep();
    tell("desk");
  },
  touch(openid) {
    if (front === openid) return;
    front = openid;
    keep();
    tell("desk");
  },
  isOpen: (openid) => (narrow.matches ? front === openid : panes.has(openid)),
  current: () => front,
  seen(openid) {
    const visible = narrow.matches ? front === openid : panes.has(openid);
    if (visible && !document.hidden) world.unread.delete(openid);
    tell("desk");
  },
  enlarge: (message, openid) => enlarge(message, openid, desk),
  toChat(openid) {
    desk.open(openid);
    panes.get(openid)?.web.close();
  },
  browse(openid, url) {
    desk.open(openid);
    panes.get(openid)?.web.open({ url });
  },
  scan(openid) {
    out("scan");
    tools.scan.view.choose(openid);
  },
};

const tools = {
  shop: { title: "小商店", make: () => ({ node: shop(desk) }) },
  scan: { title: "扫一扫", make: () => scan(desk) },
  log: { title: "记录", make: () => ({ node: log() }) },
};

function out(name) {
  tool = name;
  panel.hidden = !name;
  for (const button of document.querySelectorAll("#panel-tabs button")) {
    button.classList.toggle("on", button.dataset.tool === name);
    button.setAttribute("aria-pressed", String(button.dataset.tool === name));
  }
  keep();
  if (!name) return fill(panel);
  const chosen = tools[name];
  chosen.view ??= chosen.make();
  fill(panel,
    el("header", {}, el("h2", {}, chosen.title), el("button", { type: "button", className: "icon", test: "panel-close", "aria-label": "收起", onclick: () => out("") }, icon("close"))),
    el("div", { className: "content" }, chosen.view.node));
  return panes.get(front)?.node.scrollIntoView({ inline: "nearest", block: "nearest" });
}

function empty() {
  floor.querySelector(".nobody")?.remove();
  if (panes.size) return;
  const [title, hint] = world.people.size ? ["选一个人打开聊天", "宽屏上可以同时打开几个人，并排看。"] : ["这里还没有人", "在左边添加一个人，例如「老板」，再让他扫一扫商家邀请的二维码。"];
  floor.append(el("div", { className: "nobody" }, el("b", {}, title), hint));
}

function keep() {
  localStorage.setItem(KEY, JSON.stringify({ open: [...panes.keys()], front, tool }));
}

function recall() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

on("message", ({ openid, message }) => {
  const pane = panes.get(openid);
  pane?.arrived(message);
  const read = pane?.near && desk.isOpen(openid) && !document.hidden;
  if (message.from !== "me" && message.type !== "undelivered" && !read) world.unread.set(openid, (world.unread.get(openid) ?? 0) + 1);
  tell("desk");
});
on("person", ({ openid }) => panes.get(openid)?.personChanged());
on("asking", ({ openid }) => panes.get(openid)?.asking());
on("menu", () => panes.forEach((pane) => pane.menu()));
on("all", () => panes.forEach((pane) => pane.all()));
on("clock", () => {
  if (offset === world.clock.offset_ms) return;
  offset = world.clock.offset_ms;
  panes.forEach((pane) => pane.redraw());
});
panel.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const button = document.querySelector(`#panel-tabs [data-tool="${tool}"]`);
  out("");
  button?.focus();
});
document.addEventListener("keydown", (event) => {
  const openid = event.altKey && [...world.people.keys()][Number(event.key) - 1];
  if (!openid) return;
  event.preventDefault();
  desk.open(openid);
});
setInterval(() => panes.forEach((pane) => pane.tick()), 1000);
document.addEventListener("visibilitychange", () => front && desk.seen(front));

fill(document.getElementById("panel-tabs"), ...Object.entries(tools).map(([name, { title }]) =>
  el("button", { type: "button", title, test: `panel-${name}`, data: { tool: name }, "aria-pressed": "false", onclick: () => out(tool === name ? "" : name) }, icon(name), el("span", {}, title))));

clock();
people(desk);
const before = recall();
await listen();
await load();
for (const openid of before.open ?? []) desk.open(openid);
if (!panes.size && world.people.size) [...world.people.keys()].slice(0, narrow.matches ? 1 : 3).reverse().forEach((openid) => desk.open(openid, true));
if (before.front && panes.has(before.front)) desk.open(before.front);
empty();
// The very first look: nobody follows yet, and a code waits to be scanned.
const fresh = before.tool === undefined && world.codes.length && ![...world.people.values()].some((person) => person.following);
if (!narrow.matches && (before.tool || fresh)) out(before.tool || "scan");
document.body.dataset.ready = "yes";
