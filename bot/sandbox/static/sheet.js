// What else a person can do with the account: the menu behind the three dots of a phone.

import { el, fill, icon } from "./dom.js";
import { post } from "./world.js";

const CHANGES = [["user_info_modified", "修改微信资料"], ["user_authorization_revoke", "撤回授权"], ["user_authorization_cancellation", "注销微信号"]];

export function moreMenu(pane) {
  const list = el("div", { className: "sheet", role: "menu", test: "more-menu", hidden: true });
  const key = el("button", { type: "button", className: "icon", "aria-label": "更多", title: "更多", "aria-haspopup": "menu", test: "more", onclick: () => toggle() }, icon("more"));
  const item = (label, test, act, on) => el("button", { type: "button", role: on === undefined ? "menuitem" : "menuitemcheckbox", "aria-checked": on === undefined ? undefined : String(on), test, onclick: () => { close(); act(); } }, label, on === undefined ? null : el("i", { className: on ? "switch on" : "switch" }));
  const close = () => { list.hidden = true; };
  const toggle = () => {
    list.hidden = !list.hidden;
    if (list.hidden) return;
    const { openid, person } = pane;
    fill(list,
      item("接收消息", "refuse", () => post(`people/${openid}/refuse`, { on: !person.refuses }), !person.refuses),
      item("扮人工客服和他说话", "staff-begin", () => pane.staffBar(true)),
      el("hr"),
      ...CHANGES.map(([event, label]) => item(label, event, () => pane.do("authorization", { event }))),
      el("hr"),
      item("取消关注", "unfollow", () => pane.do("unfollow")));
    list.firstElementChild.focus({ focusVisible: false, preventScroll: true });
  };
  const holder = el("div", { className: "more-holder" }, key, list);
  holder.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      close();
      key.focus();
    }
  });
  document.addEventListener("pointerdown", (event) => holder.contains(event.target) || close());
  return holder;
}
