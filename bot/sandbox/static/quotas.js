// The day's calls of each WeChat interface as they run down, the permanent codes, and limits that can be set lower.

import { el, fill } from "./dom.js";
import { get, on, post, world } from "./world.js";

const NAMES = {
  "message/custom/send": "客服消息", "message/template/send": "模板消息", "media/upload": "上传素材", "qrcode/create": "生成二维码",
  "user/info": "用户信息", "user/get": "关注者列表", "menu/create": "发布菜单", "menu/addconditional": "个性化菜单", "menu/delete": "删除菜单", "menu/get": "读菜单", "stable_token": "稳定版凭证", "token": "普通凭证", "ticket/getticket": "JS-SDK 凭证",
};

export function quotas() {
  const rows = el("div", { className: "quotas", test: "quotas" });
  const late = el("input", { type: "checkbox", test: "late-menus", onchange: async () => { world.lateMenus = (await post("menus", { late: late.checked }))?.late; } });
  const draw = () => {
    const { quotas: all, codes, clears } = world.quotas;
    late.checked = world.lateMenus;
    const order = Object.keys(NAMES).map((name) => `/cgi-bin/${name}`);
    const place = ({ path }) => (order.indexOf(path) + 1 || 99);
    const shown = all.filter((one) => one.used || order.includes(one.path)).sort((a, b) => place(a) - place(b));
    fill(rows, row("永久二维码", "permanent_codes", codes.used, codes.limit, (limit) => post("quotas", { permanent_codes: limit })),
      ...shown.map((one) => row(NAMES[one.path.replace("/cgi-bin/", "")] ?? one.path.replace("/cgi-bin/", ""), one.path, one.used, one.limit, (limit) => post("quotas", { path: one.path, limit }))),
      el("div", { className: "empty" }, `每天零点（北京时间）清零；本月已手动清零 ${clears.used}/${clears.limit} 次`));
  };
  const load = async () => {
    const answer = await get("quotas");
    if (!answer) return;
    world.quotas = answer;
    if (holder.open) draw();
  };
  const holder = el("details", { className: "more", test: "quota-panel" }, el("summary", {}, "接口额度和菜单"), rows,
    el("label", { className: "check" }, late, "菜单改了，五分钟后手机上才看到（像微信那样）"));
  holder.addEventListener("toggle", () => holder.open && load());
  on("all quotas", () => holder.open && load());
  on("log", ({ row }) => {
    if (!row.quota || !holder.open) return;
    const known = world.quotas.quotas.find((one) => one.path === row.title);
    if (known) Object.assign(known, row.quota);
    if (row.title === "/cgi-bin/qrcode/create") load();
    else draw();
  });
  return holder;
}

function row(name, path, used, limit, set) {
  const share = Math.min(1, used / limit);
  const input = el("input", { type: "number", min: 0, value: limit, "aria-label": `${name}的限额`, onchange: () => input.value && set(Number(input.value)) });
  const bar = el("i");
  bar.style.width = `${Math.max(share * 100, used ? 1.5 : 0)}%`;
  return el("div", { className: share >= 0.8 ? "quota-row low" : "quota-row", test: "quota-row", data: { path } },
    el("span", { title: path }, name), el("output", {}, String(used)), el("span", {}, "/"), input, el("div", { className: "meter" }, bar));
}
