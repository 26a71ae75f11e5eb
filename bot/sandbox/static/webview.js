// WeChat's browser inside a phone: a page over the chat, opened as this person, through OAuth and all redirects.

import { el, fill, icon, toast } from "./dom.js";
import { post, world } from "./world.js";

const KINDS = { outside: "不在本机", error: "打不开" };

export class WebView {
  constructor(openid, desk) {
    this.openid = openid;
    this.desk = desk;
    this.before = [];
    this.build();
    addEventListener("message", (event) => {
      if (event.source && event.source === this.frame?.contentWindow && event.data?.sandbox) this.heard(event.data);
    });
  }

  build() {
    this.title = el("b", { test: "web-title" });
    this.host = el("small", { test: "web-host" });
    this.body = el("div", { className: "web-body" });
    this.way = el("div", { className: "web-way", test: "web-way" });
    this.sheet = el("div", { className: "sheet", hidden: true, test: "web-sheet" });
    this.backward = button("back", "返回", "web-back", () => this.back());
    this.node = el("div", { className: "webview", test: "webview", hidden: true, role: "dialog", "aria-label": "网页" },
      el("header", {}, button("close", "关闭网页", "web-close", () => this.close()), this.backward,
        el("div", { className: "web-name" }, this.title, this.host),
        button("more", "更多", "web-more", () => this.toggle())),
      this.body, this.way, this.sheet);
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      if (this.sheet.hidden) this.close();
      else this.sheet.hidden = true;
    });
  }

  get isOpen() {
    return !this.node.hidden;
  }

  async open(wish, { back = false } = {}) {
    if (this.wish && this.isOpen && !back) this.before.push(this.wish);
    this.wish = wish;
    this.card = null;
    this.config = "";
    this.sheet.hidden = true;
    this.node.hidden = false;
    this.backward.disabled = !this.before.length;
    fill(this.title, "正在打开…");
    fill(this.host, "");
    fill(this.way);
    this.node.classList.add("loading");
    const page = await post(`people/${this.openid}/browse`, wish);
    this.node.classList.remove("loading");
    if (this.wish !== wish) return;
    if (!page) return this.close();
    this.show(page);
  }

  close() {
    this.node.hidden = true;
    this.frame = null;
    this.before = [];
    this.wish = null;
    fill(this.body);
  }

  back() {
    const wish = this.before.pop();
    if (wish) this.open(wish, { back: true });
  }

  show(page) {
    this.page = page;
    fill(this.title, page.title || "网页");
    fill(this.host, new URL(page.url, location.href).host);
    this.frame = null;
    if (page.kind === "page") {
      this.frame = el("iframe", { title: page.title || "网页", test: "web-frame", sandbox: "allow-scripts allow-forms", srcdoc: page.html });
      fill(this.body, this.frame);
    } else if (page.kind === "picture") {
      fill(this.body, el("button", { type: "button", className: "web-picture", onclick: () => this.enlarge(page.url) }, el("img", { src: page.url, alt: "图片" })));
    } else if (page.kind === "text") {
      fill(this.body, el("pre", {}, page.text));
    } else {
      fill(this.body, el("div", { className: "web-told", test: "web-told" }, el("b", {}, KINDS[page.kind]), page.text, el("code", {}, page.url),
        page.kind === "outside" && el("a", { className: "button", href: page.url, target: "_blank", rel: "noreferrer" }, "在新标签页打开")));
    }
    this.drawWay();
    this.node.querySelector("button")?.focus({ focusVisible: false, preventScroll: true });
  }

  drawWay() {
    const { hops, status, snapshot } = this.page;
    const scopes = hops.filter((hop) => hop.scope).map((hop) => hop.scope);
    const facts = [snapshot && "快照页", scopes.length && scopes.join("、"), hops.length > 1 && `${hops.length - 1} 次跳转`, status >= 400 && `HTTP ${status}`, this.config].filter(Boolean);
    this.way.hidden = !facts.length;
    fill(this.way, el("details", {}, el("summary", {}, `沙盒：${facts.join(" · ")}`), el("ol", {}, hops.map((hop) => el("li", {}, el("code", {}, hop.status), hop.url)))));
  }

  async heard(data) {
    if (data.kind === "go") return this.open({ url: data.url, method: data.method, fields: data.fields, snapshot: this.wish?.snapshot });
    if (data.kind === "picture") return this.enlarge(data.url);
    if (data.kind === "close") return this.close();
    if (data.kind === "share") this.card = data.card;
    if (data.kind === "config") {
      const frame = this.frame;
      const answer = await post(`people/${this.openid}/jssdk`, { url: this.page.url, ...data.config });
      this.config = answer?.ok ? "JS-SDK ✓" : `JS-SDK ✗ ${answer?.why ?? "没有应答"}`;
      frame.contentWindow?.postMessage({ kind: "configured", ...answer }, "*");
      this.drawWay();
    }
    return undefined;
  }

  enlarge(url) {
    this.desk.enlarge({ media_url: url, url }, this.openid);
  }

  toggle() {
    this.sheet.hidden = !this.sheet.hidden;
    if (this.sheet.hidden) return;
    const others = [...world.people.values()].filter((person) => person.openid !== this.openid);
    const address = this.card?.link || this.wish?.url || this.page?.url;
    const card = this.card ?? { title: this.page?.title || address, desc: address, imgUrl: "" };
    fill(this.sheet,
      el("div", { className: "share-card", test: "share-card" }, el("div", {}, el("b", {}, card.title), el("span", {}, card.desc || address)), /^(https?:|data:)/.test(card.imgUrl) ? el("img", { src: card.imgUrl, alt: "" }) : el("i", {})),
      el("p", { className: "hint" }, this.card ? "网页用 JS-SDK 定的分享卡片" : "网页没有定分享卡片"),
      el("h4", {}, "发给朋友，对方点开"),
      el("div", { className: "share-to" }, others.map((person) => el("button", { type: "button", className: "chip", test: "share-to", data: { name: person.name }, onclick: () => this.shareTo(person, address) }, person.name))),
      el("button", { type: "button", onclick: () => this.open({ ...this.wish }, { back: true }) }, "刷新"),
      el("button", { type: "button", test: "web-snapshot", onclick: () => this.open({ url: this.wish.url, snapshot: !this.wish.snapshot }, { back: true }) }, this.wish?.snapshot ? "以本人打开" : "以快照页打开（虚拟用户）"),
      el("a", { href: this.wish?.url, target: "_blank", rel: "noreferrer", test: "web-outside" }, "在微信外的浏览器打开"),
      el("button", { type: "button", onclick: () => this.copy() }, "复制链接"));
  }

  shareTo(person, address) {
    this.sheet.hidden = true;
    toast(`${person.name} 点开了分享`);
    this.desk.browse(person.openid, address);
  }

  async copy() {
    this.sheet.hidden = true;
    await navigator.clipboard?.writeText(this.page.url).catch(() => {});
    toast("已复制链接");
  }
}

function button(name, label, test, onclick) {
  return el("button", { type: "button", className: "icon", "aria-label": label, title: label, test, onclick }, icon(name));
}
