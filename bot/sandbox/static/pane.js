// One person's phone: header, chat, input, menu bar.

import { bubble } from "./bubbles.js";
import { avatar, el, fill, icon, toast } from "./dom.js";
import { chatTime, rest } from "./format.js";
import { menuBar } from "./menu.js";
import { moreMenu } from "./sheet.js";
import { WebView } from "./webview.js";
import { act, get, now, post, world } from "./world.js";

const AT_FIRST = 80;
const GAP = 300;

export class Pane {
  constructor(openid, desk) {
    this.openid = openid;
    this.desk = desk;
    this.shownFrom = 0;
    this.lastTime = 0;
    this.sent = [];
    this.near = true;
    this.build();
    this.all();
  }

  get person() {
    return world.people.get(this.openid);
  }

  build() {
    this.quota = el("div", { className: "quota", test: "quota" });
    this.title = el("b");
    this.followSpot = el("span");
    this.head = el("header", {}, avatar(this.person.name), el("div", { className: "who" }, this.title, this.quota), this.followSpot,
      el("button", { type: "button", className: "icon close", test: "close-pane", "aria-label": "关闭", onclick: () => this.desk.close(this.openid) }, icon("close")));
    this.chat = el("div", { className: "chat", test: "chat", tabIndex: 0, role: "log", "aria-live": "polite", "aria-label": `${this.person.name} 的聊天` });
    this.lines = el("div");
    this.chat.append(this.lines);
    this.chat.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.typing = el("div", { className: "typing", test: "asking", hidden: true }, "对方正在输入…");
    this.down = el("button", { type: "button", className: "to-bottom", hidden: true, onclick: () => this.toBottom() }, "新消息 ↓");
    this.foot = el("div");
    this.web = new WebView(this.openid, this.desk);
    this.staff = el("div", { className: "staff", test: "staff", hidden: true });
    this.node = el("section", { className: "pane", test: "pane", data: { openid: this.openid, name: this.person.name } }, this.head, this.chat, this.typing, this.down, this.staff, this.foot, this.web.node);
    const grown = new ResizeObserver(() => {
      if (this.near) this.toBottom();
      this.measure();
    });
    grown.observe(this.lines);
    grown.observe(this.chat);
    this.node.addEventListener("focusin", () => this.desk.touch(this.openid));
    this.node.addEventListener("paste", (event) => this.pasted(event));
  }

  all() {
    const messages = world.chats.get(this.openid) ?? [];
    this.shownFrom = Math.max(0, messages.length - AT_FIRST);
    this.draw();
    this.personChanged();
    requestAnimationFrame(() => this.toBottom());
  }

  draw() {
    const messages = world.chats.get(this.openid) ?? [];
    this.lastTime = 0;
    fill(this.lines);
    if (this.shownFrom > 0) this.lines.append(el("button", { type: "button", className: "earlier", test: "earlier", onclick: () => this.earlier() }, "查看更早的消息"));
    if (!messages.length && !this.person.following) this.lines.append(el("div", { className: "note hint" }, `${this.person.name} 还没有关注公众号。`, el("br"), "关注公众号，或扫一个二维码。"));
    for (const message of messages.slice(this.shownFrom)) this.append(message);
  }

  redraw() {
    this.draw();
    this.tick();
  }

  append(message) {
    this.lines.querySelector(".hint")?.remove();
    if (message.at - this.lastTime > GAP || this.lastTime === 0) {
      this.lines.append(el("div", { className: "time", test: "time" }, chatTime(message.at, now())));
      this.lastTime = message.at;
    }
    const acts = {
      tap: (content, id) => this.do("tap", { content, id }),
      enlarge: (picture) => this.desk.enlarge(picture, this.openid),
      browse: (href) => this.web.open({ url: href }),
    };
    this.lines.append(bubble(message, this.person, acts));
  }

  earlier() {
    const height = this.chat.scrollHeight;
    this.near = false;
    this.shownFrom = Math.max(0, this.shownFrom - AT_FIRST);
    this.draw();
    this.chat.scrollTop += this.chat.scrollHeight - height;
  }

  arrived(message) {
    const follow = this.near || message.from === "me";
    this.append(message);
    if (follow) this.toBottom();
    else this.down.hidden = false;
  }

  // Only a person's own scrolling leaves the bottom; growing pictures and windows do not.
  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.chat;
    const resized = scrollHeight !== this.height || clientHeight !== this.view;
    this.measure();
    const atEnd = scrollHeight - scrollTop - clientHeight < 60;
    if (resized && this.near && !atEnd) return this.toBottom();
    this.near = atEnd;
    if (atEnd) {
      this.down.hidden = true;
      this.desk.seen(this.openid);
    }
  }

  measure() {
    Object.assign(this, { height: this.chat.scrollHeight, view: this.chat.clientHeight });
  }

  toBottom() {
    this.chat.scrollTop = this.chat.scrollHeight;
    this.near = true;
    this.down.hidden = true;
    this.measure();
  }

  asking() {
    this.typing.hidden = !world.asking.has(this.openid);
  }

  personChanged() {
    const person = this.person;
    fill(this.title, el("span", {}, person.name), ...person.tags.map((tag) => el("span", { className: "tag" }, tag)));
    this.node.classList.toggle("away", !person.following);
    const tags = person.tags.join();
    if (this.following !== person.following) this.foundation();
    else if (this.tags !== tags) this.menu();
    if (this.staffed !== person.staff) this.staffBar(person.staff !== "");
    Object.assign(this, { following: person.following, tags, staffed: person.staff });
    this.tick();
  }

  tick() {
    const { quota, following } = this.person;
    const windows = quota.windows.filter((w) => w.until > now());
    const left = windows.reduce((sum, w) => sum + w.left, 0);
    this.quota.classList.toggle("low", following && windows.length > 0 && left <= 1);
    const each = windows.filter((w) => w.left).map((w) => `${w.left} 条 ${rest(w.until - now())}`).join(" + ");
    const state = !windows.length ? "窗口已关" : !left ? "推送已用完" : `可推 ${each}`;
    if (!following) this.quota.textContent = "未关注";
    else if (this.person.refuses) this.quota.textContent = "已关掉接收消息";
    else this.quota.textContent = state;
    this.quota.title = `${this.quota.textContent}\n公众号能主动发几条客服消息：用户发消息后 48 小时内 5 条；点菜单、扫码、关注后 1 分钟内 3 条`;
  }

  foundation() {
    fill(this.followSpot, this.person.following && moreMenu(this));
    if (!this.person.following) {
      fill(this.foot, el("div", { className: "stranger" },
        el("button", { type: "button", className: "button", test: "follow", onclick: () => this.do("follow") }, "关注公众号"),
        el("button", { type: "button", className: "button plain", test: "scan-open", onclick: () => this.desk.scan(this.openid) }, "扫一扫")));
      return;
    }
    this.menuSpot = el("div", { className: "menu-bar", test: "menu", hidden: true });
    fill(this.foot, this.composer(), this.menuSpot);
    this.menu();
  }

  // 人工客服 is played here: by whoever sits at this page.
  staffBar(shown) {
    this.staff.hidden = !shown;
    if (!shown) return fill(this.staff);
    const talking = this.person.staff === "talking";
    const input = el("input", { placeholder: "以人工客服回复", "aria-label": `以人工客服回复 ${this.person.name}`, autocomplete: "off", test: "staff-input" });
    const say = async () => {
      const content = input.value;
      if (!content.trim()) return;
      input.value = "";
      await post(`people/${this.openid}/staff`, { content });
      this.staff.querySelector("input")?.focus();
    };
    input.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && say());
    const end = () => (this.person.staff ? post(`people/${this.openid}/staff/close`) : this.staffBar(false));
    return fill(this.staff, el("span", {}, talking ? "人工客服接待中" : "等人工客服"), input,
      el("button", { type: "button", className: "chip", test: "staff-say", onclick: say }, "回复"),
      el("button", { type: "button", className: "chip", test: "staff-end", onclick: end }, "结束"));
  }

  composer() {
    this.input = el("textarea", { rows: 1, maxLength: 2000, placeholder: "发消息", "aria-label": `以 ${this.person.name} 的身份发消息`, test: "input" });
    const send = el("button", { type: "button", className: "send", test: "send", disabled: true, onclick: () => this.submit() }, "发送");
    this.input.addEventListener("input", () => {
      send.disabled = !this.input.value.trim();
      this.input.style.height = "34px";
      if (this.input.scrollHeight > 40) this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    const file = el("input", { type: "file", multiple: true, accept: "image/png,image/jpeg,image/gif", hidden: true, test: "image-file", onchange: () => this.sendImage(file) });
    return el("div", { className: "composer" },
      el("button", { type: "button", className: "icon", "aria-label": "扫一扫", title: "扫一扫", test: "scan-open", onclick: () => this.desk.scan(this.openid) }, icon("scan")),
      el("button", { type: "button", className: "icon", "aria-label": "发图片", title: "发图片", onclick: () => file.click() }, icon("picture")),
      file, this.input, send);
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "ArrowUp" && !this.input.value && this.sent.length) {
      event.preventDefault();
      this.input.value = this.sent.at(-1);
      this.input.dispatchEvent(new Event("input"));
    }
  }

  async submit() {
    const content = this.input.value;
    if (!content.trim()) return;
    this.sent.push(content);
    this.input.value = "";
    this.input.dispatchEvent(new Event("input"));
    this.input.focus();
    if (!(await this.do("text", { content })) && !this.input.value) {
      this.input.value = content;
      this.input.dispatchEvent(new Event("input"));
    }
  }

  async sendImage(input) {
    const files = [...input.files];
    input.value = "";
    for (const file of files) await this.sendFile(file);
  }

  sendFile(file) {
    const form = new FormData();
    form.append("image", file, file.name || "picture.png");
    return this.do("image", form);
  }

  pasted(event) {
    const file = [...(event.clipboardData?.files ?? [])].find((f) => f.type.startsWith("image/"));
    if (!file || !this.person.following) return;
    event.preventDefault();
    this.sendFile(file);
  }

  do(move, data) {
    return act(this.openid, move, data);
  }

  async menu() {
    if (!this.person.following || !this.menuSpot) return;
    const answer = await get(`people/${this.openid}/menu`);
    if (answer) menuBar(this.menuSpot, answer.button, (button) => this.press(button));
  }

  press(button) {
    if (button.type === "click") return this.do("click", { key: button.key, name: button.name });
    if (button.type !== "view") return toast("沙盒里还不能用这种菜单");
    this.web.open({ url: button.url });
    return this.do("click", { url: button.url });
  }
}
