// The list of people: who follows, what was said last, what is unread.

import { summary } from "./bubbles.js";
import { avatar, el, fill } from "./dom.js";
import { listTime } from "./format.js";
import { now, on, post, world } from "./world.js";

const list = document.getElementById("people");

export function people(desk) {
  let front = "";
  const draw = () => {
    // Drawn anew with every message: whoever walks here by keyboard stays where he is.
    const focused = list.contains(document.activeElement) && document.activeElement.dataset.openid;
    fill(list, ...[...world.people.values()].map((person) => row(person, desk)));
    if (focused) button(focused)?.focus();
    if (front !== desk.current()) button((front = desk.current()))?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  let waiting = 0;
  const soon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(draw);
  };
  on("all person message desk", soon);
  document.getElementById("add-person").addEventListener("submit", async (event) => {
    event.preventDefault();
    const input = event.target.elements.name;
    if (!input.value.trim()) return input.focus();
    const person = await post("people", { name: input.value });
    if (!person) return;
    input.value = "";
    world.people.set(person.openid, person);
    desk.open(person.openid);
  });
}

const button = (openid) => list.querySelector(`[data-openid="${CSS.escape(openid ?? "")}"]`);

function row(person, desk) {
  const last = world.chats.get(person.openid)?.at(-1);
  const unread = world.unread.get(person.openid) ?? 0;
  const face = el("span", { className: "face" }, avatar(person.name), unread > 0 && el("span", { className: "badge", test: "unread" }, unread > 99 ? "99+" : String(unread)));
  const status = person.following ? person.tags.map((tag) => el("span", { className: "tag" }, tag)) : [el("span", { className: "tag" }, "未关注")];
  const classes = [desk.isOpen(person.openid) && "open", desk.current() === person.openid && "front", !person.following && "away"].filter(Boolean).join(" ");
  return el("li", { className: classes },
    el("button", { type: "button", test: "person", data: { name: person.name, openid: person.openid }, onclick: () => desk.open(person.openid), "aria-label": unread ? `${person.name}，${unread} 条未读` : person.name },
      face,
      el("span", { className: "name" }, el("b", {}, person.name), ...status.slice(0, 2)),
      el("span", { className: "when" }, last ? listTime(last.at, now()) : ""),
      el("span", { className: "last" }, summary(last).replace(/\s+/g, " ") || "还没有消息")));
}
