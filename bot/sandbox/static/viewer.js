// A picture at full size, and the QR code in it scanned by whom you like.

import { el, fill, toast } from "./dom.js";
import { pictureAt } from "./format.js";
import { act, world } from "./world.js";

const dialog = document.getElementById("viewer");

export function enlarge(message, openid, desk) {
  const who = el("select", { test: "viewer-person", "aria-label": "由谁来扫" },
    [...world.people.values()].map((p) => el("option", { value: p.openid, selected: p.openid === openid }, p.name)));
  who.value = openid;
  const scan = el("button", { type: "button", className: "button", test: "viewer-scan", onclick: () => scanIt(message, who.value, desk) }, "识别图中二维码");
  const stage = el("div", { className: "stage", onclick: (event) => event.target === stage && dialog.close() }, el("img", { src: pictureAt(message), alt: "图片", test: "viewer-image" }));
  fill(dialog, stage, el("div", { className: "actions" },
    scan,
    el("label", {}, "由", who, "来扫"),
    el("a", { className: "button plain save", href: pictureAt(message), download: "picture" }, "保存"),
    el("button", { type: "button", className: "button plain", test: "viewer-close", onclick: () => dialog.close() }, "关闭")));
  dialog.showModal();
  scan.focus({ focusVisible: false });
}

async function scanIt(message, openid, desk) {
  const answer = await act(openid, "scan", await pictureOf(message));
  if (!answer) return;
  dialog.close();
  scanned(answer, openid, desk);
}

// A picture of a chat is known by its id, one of a page by its address; one written into the page is sent along.
async function pictureOf({ media, url }) {
  if (media) return { picture: media };
  if (!url.startsWith("data:")) return { picture_url: url };
  const form = new FormData();
  form.append("picture", await (await fetch(url)).blob(), "picture");
  return form;
}

export function scanned(answer, openid, { toChat, browse }) {
  if (answer.link) {
    if (/^https?:/.test(answer.link)) browse(openid, answer.link);
    else toast(`${answer.notice}：${answer.link}`);
    return;
  }
  if (answer.notice) toast(answer.notice);
  toChat(openid);
}
