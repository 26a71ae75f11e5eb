// The menu bar under a chat: up to three keys, each with up to five entries above it.

import { el, fill } from "./dom.js";

export function menuBar(spot, buttons, press) {
  spot.hidden = !buttons.length;
  fill(spot, ...buttons.map((button) => top(spot, button, press)));
}

function top(spot, button, press) {
  const children = button.sub_button ?? [];
  const holder = el("div", { className: "top" });
  const key = el("button", {
    type: "button", test: "menu-top", data: { name: button.name },
    "aria-haspopup": children.length ? "menu" : undefined,
    onclick: () => (children.length ? toggle(spot, holder, children, press) : press(button)),
  }, children.length ? el("i") : null, button.name);
  holder.append(key);
  return holder;
}

function toggle(spot, holder, children, press) {
  const open = holder.querySelector(".sub-menu");
  closeAll();
  if (open) return;
  const list = el("div", { className: "sub-menu", role: "menu", test: "sub-menu" }, children.map((child) =>
    el("button", { type: "button", role: "menuitem", test: "menu-item", data: { name: child.name }, onclick: () => { closeAll(); press(child); } }, child.name)));
  list.addEventListener("keydown", (event) => walk(event, list, holder));
  holder.append(list);
  list.firstElementChild.focus({ focusVisible: false, preventScroll: true });
}

function walk(event, list, holder) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    closeAll();
    holder.querySelector("button").focus();
  }
  if (!step) return;
  event.preventDefault();
  const items = [...list.children];
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
}

export function closeAll() {
  for (const list of document.querySelectorAll(".sub-menu")) list.remove();
}

document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest(".menu-bar")) closeAll();
});
