// 扫一扫: any code of the account, any picture seen in a chat, an upload, or something pasted.

import { el, fill } from "./dom.js";
import { listTime, pictureAt } from "./format.js";
import { scanned } from "./viewer.js";
import { act, now, on, world } from "./world.js";

const SCENES = [[/^m:/, "商家邀请"], [/^p:/, "推广码"], [/^i:/, "邀请推广员"]];

export function scan(desk) {
  const who = el("select", { test: "scan-person", "aria-label": "谁来扫" });
  const text = el("input", { test: "scan-text", placeholder: "网址、场景值（p:ABC234）", "aria-label": "网址或场景值", autocomplete: "off" });
  const file = el("input", { type: "file", accept: "image/*", hidden: true, test: "scan-file" });
  const codes = el("div", { className: "qr-list", test: "codes" });
  const pictures = el("div", { className: "qr-list", test: "scan-pictures" });
  const go = async (wish) => {
    const openid = who.value;
    const answer = openid && (await act(openid, "scan", wish));
    if (answer) scanned(answer, openid, desk);
  };
  const typed = () => {
    const value = text.value.trim();
    if (!value) return text.focus();
    text.value = "";
    return go(/^(https?:|weixin)/.test(value) ? { url: value } : { scene: value });
  };
  text.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && typed());
  file.addEventListener("change", () => {
    const form = new FormData();
    form.append("picture", file.files[0]);
    file.value = "";
    go(form);
  });
  const drawPeople = () => {
    const chosen = who.value || desk.current();
    fill(who, ...[...world.people.values()].map((p) => el("option", { value: p.openid }, p.following ? p.name : `${p.name}（未关注）`)));
    if (world.people.has(chosen)) who.value = chosen;
  };
  const drawCodes = () => fill(codes, ...(world.codes.length ? world.codes.slice(0, 60).map((code) => codeTile(code, go)) : [el("div", { className: "empty" }, "还没有二维码")]));
  const drawPictures = () => {
    const seen = [...world.chats.entries()].flatMap(([openid, chat]) => chat.filter((m) => m.type === "image").map((m) => ({ ...m, openid })));
    seen.sort((a, b) => b.id - a.id);
    fill(pictures, ...(seen.length ? seen.slice(0, 30).map((m) => pictureTile(m, go)) : [el("div", { className: "empty" }, "聊天里还没有图片")]));
  };
  const first = el("div", { className: "first" }, "先扫「商家邀请」：谁扫，谁就是店主。");
  const drawFirst = () => {
    const owned = [...world.people.values()].some((person) => person.tags.includes("商家"));
    first.hidden = owned || !world.codes.some((code) => code.live && code.scene.startsWith("m:"));
  };
  on("all person desk", drawPeople);
  on("all person code", drawFirst);
  on("all code", drawCodes);
  on("all message", drawPictures);
  drawPeople();
  drawFirst();
  drawCodes();
  drawPictures();
  return {
    node: el("div", {},
      el("label", { className: "field" }, el("span", {}, "谁来扫"), who),
      el("div", { className: "field" }, el("span", {}, "粘贴"), el("div", { className: "line" }, text, el("button", { type: "button", className: "button plain small", test: "scan-go", onclick: typed }, "扫"))),
      el("div", { className: "field" }, el("span", {}, "图片"), el("div", { className: "line" }, el("button", { type: "button", className: "button plain small", onclick: () => file.click() }, "选一张图片…"), file)),
      el("h3", {}, "公众号的二维码（点一下就扫）"), first, codes,
      el("h3", {}, "聊天里的图片"), pictures),
    choose: (openid) => { if (openid) who.value = openid; },
  };
}

export function kindOf(scene) {
  return SCENES.find(([pattern]) => pattern.test(scene))?.[1] ?? "场景";
}

function codeTile(code, go) {
  const validity = code.permanent ? "永久" : code.live ? "临时" : "已过期";
  return el("button", { type: "button", className: code.live ? "qr" : "qr dead", test: "code", title: code.scene, data: { scene: code.scene, ticket: code.ticket }, onclick: () => go({ ticket: code.ticket }) },
    el("img", { src: code.picture, alt: `二维码 ${code.scene}`, loading: "lazy" }),
    el("b", {}, kindOf(code.scene)), el("span", {}, code.scene), el("span", {}, `${validity} · ${listTime(code.at, now())}`));
}

function pictureTile(message, go) {
  const name = world.people.get(message.openid)?.name ?? "";
  return el("button", { type: "button", className: "qr", test: "scan-picture", data: { media: message.media }, onclick: () => go({ picture: message.media }) },
    el("img", { src: pictureAt(message), alt: "聊天里的图片", loading: "lazy" }), el("span", {}, `${name} · ${listTime(message.at, now())}`));
}
