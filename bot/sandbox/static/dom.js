// Small helpers to build the page. Texts always become text nodes: nothing a bot says is read as HTML.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "test") node.dataset.testid = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name in node && name !== "list" && name !== "style") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const ICONS = {
  shop: "M4 8h16l-1 12H5zM8 8V7a4 4 0 0 1 8 0v1",
  scan: "M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16",
  log: "M5 6h14M5 12h14M5 18h9",
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  picture: "M5 5h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM4 16l5-5 4 4 2-2 5 5M15.500 9.500h.01",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  if (name === "more") svg.style.strokeWidth = "3";
  svg.append(path);
  return svg;
}

const COLOURS = ["#5b8ff9", "#e8684a", "#6dc8ec", "#9270ca", "#ff9d4d", "#269a99", "#e986b9", "#7a8a99"];

export function avatar(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  const node = el("span", { className: "avatar" }, [...name][0].toUpperCase());
  node.style.background = COLOURS[sum % COLOURS.length];
  return node;
}

export function shopAvatar(staff = false) {
  const node = el("span", { className: "avatar", title: staff ? "人工客服" : undefined }, staff ? "客" : "店");
  node.style.background = staff ? "#ff9d4d" : "#07c160";
  return node;
}

export function toast(text) {
  const node = el("div", { className: "toast", test: "toast" }, text);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), 2600 + text.length * 40);
}

export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat().filter(Boolean));
}
