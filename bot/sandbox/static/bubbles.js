// One message of a chat as WeChat shows it.

import { avatar, el, shopAvatar } from "./dom.js";
import { pictureAt } from "./format.js";

const VIA = { passive: "被动回复", kf: "客服消息", template: "模板消息", staff: "人工客服" };

export function bubble(message, person, acts) {
  const mark = { test: "message", data: { from: message.from, type: message.type, id: message.id, via: message.via } };
  if (message.from === "system") return note(message, mark);
  const mine = message.from === "me";
  return el(
    "div",
    { className: `row ${mine ? "me" : "bot"}`, title: VIA[message.via], ...mark },
    mine ? avatar(person.name) : shopAvatar(message.via === "staff"),
    body(message, acts),
  );
}

function note(message, mark) {
  const kind = { fault: "note fault", undelivered: "note undelivered" }[message.type] ?? "note";
  const why = message.detail && el("small", {}, `沙盒：${message.detail}`);
  return el("div", { className: kind, ...mark }, el("span", {}, message.text), why);
}

function body(message, acts) {
  if (message.type === "image") return picture(message, acts);
  if (message.type === "template") return templateCard(message, acts);
  if (message.type === "news") return newsCard(message, acts);
  return el("div", { className: "bubble" }, message.parts.map((part) => piece(part, acts)));
}

function piece(part, acts) {
  if (part.tap) {
    const { content, id } = part.tap;
    const data = { content, id };
    const title = content === part.text ? undefined : `发送「${content}」`;
    return el("button", { type: "button", className: "tap", test: "tap", data, title, onclick: () => acts.tap(content, id) }, part.text);
  }
  if (part.href) return link(acts, part.href, part.text);
  return part.text;
}

// A plain click opens WeChat's browser; with Ctrl or the middle button it is an ordinary tab, outside WeChat.
function link(acts, href, ...children) {
  const inside = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    acts.browse(href);
  };
  return el("a", { href, target: "_blank", rel: "noreferrer", test: "link", onclick: inside }, ...children);
}

function picture(message, acts) {
  const lost = () => button.replaceWith(el("span", { className: "lost", test: "picture-lost" }, "图片打不开了"));
  const image = el("img", { src: pictureAt(message), alt: "图片", onerror: lost });
  const button = el("button", { type: "button", test: "picture", "aria-label": "查看图片", onclick: () => acts.enlarge(message) }, image);
  return el("div", { className: "bubble bare" }, button);
}

function templateCard(message, acts) {
  const rows = message.card.rows.flatMap((row) => [el("dt", {}, row.name), el("dd", {}, row.value)]);
  const more = message.card.url && link(acts, message.card.url, "查看详情 ›");
  if (more) more.className = "more";
  return el("div", { className: "card", test: "template" }, el("h3", {}, message.card.title || "服务通知"), el("dl", {}, rows), more);
}

function newsCard(message, acts) {
  const items = message.articles.map((article) => {
    const cover = /^https?:/.test(article.picurl) && el("img", { className: "cover", src: article.picurl, alt: "" });
    const inside = [cover, el("div", {}, article.title), article.description && el("p", {}, article.description)];
    return /^https?:/.test(article.url) ? link(acts, article.url, ...inside.filter(Boolean)) : el("a", {}, ...inside);
  });
  return el("div", { className: "card", test: "news" }, items);
}

export function summary(message) {
  if (!message) return "";
  if (message.type === "image") return "[图片]";
  if (message.type === "news") return `[图文] ${message.articles[0]?.title ?? ""}`;
  if (message.type === "template") return "[服务通知]";
  if (message.type === "undelivered") return `[${message.text}]`;
  return message.parts.map((part) => part.text).join("") || message.text;
}
