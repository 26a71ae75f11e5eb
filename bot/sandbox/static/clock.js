// The clock strip: Beijing time of the demo, and buttons that move it.

import { el, fill } from "./dom.js";
import { ahead, fullTime } from "./format.js";
import { now, on, post, takeClock, world } from "./world.js";

const HOUR = 3600e3;
const MOVES = [["+1 小时", HOUR], ["+1 天", 24 * HOUR], ["+7 天", 7 * 24 * HOUR], ["+8 天", 8 * 24 * HOUR], ["+15 天", 15 * 24 * HOUR]];
const narrow = matchMedia("(max-width: 860px)");

export function clock() {
  const time = el("time", { test: "clock-now" });
  const dot = el("span", { className: "dot" });
  const extra = el("button", { type: "button", className: "ahead", test: "clock-ahead", title: "调时间", hidden: true, onclick: () => moves.classList.toggle("shown") });
  const lost = el("span", { className: "lost", hidden: true }, "未连机器人");
  const moves = el("div", { className: "moves" }, MOVES.map(([label, ms]) =>
    el("button", { type: "button", className: "chip", test: "clock-add", data: { ms }, onclick: () => move(ms) }, label)), custom());
  const unfold = el("button", { type: "button", className: "chip unfold", test: "clock-unfold", onclick: () => moves.classList.toggle("shown") }, "调时间");
  document.addEventListener("keydown", (event) => event.key === "Escape" && moves.classList.remove("shown"));
  document.addEventListener("pointerdown", (event) => event.target.closest("#clock") || moves.classList.remove("shown"));
  fill(document.getElementById("clock"), dot, time, extra, lost, unfold, moves);
  const draw = () => {
    time.textContent = fullTime(now(), narrow.matches);
    extra.textContent = ahead(world.clock.offset_ms, narrow.matches);
    extra.hidden = !extra.textContent;
    // On a phone there is room for one of them: how far it is ahead is the button that moves it.
    unfold.hidden = narrow.matches && !extra.hidden;
    dot.classList.toggle("off", !world.clock.connected);
    dot.title = world.clock.connected ? "与机器人的时钟一致" : "连不上机器人的时钟，显示真实时间";
    lost.hidden = world.clock.connected;
  };
  on("clock all", draw);
  narrow.addEventListener("change", draw);
  setInterval(draw, 1000);
  draw();
}

async function move(milliseconds) {
  const answer = await post("clock", { add_ms: milliseconds });
  if (answer) takeClock(answer);
}

function custom() {
  const amount = el("input", { type: "number", value: "30", step: "any", "aria-label": "移动多少", test: "clock-custom" });
  const unit = el("select", { "aria-label": "单位", test: "clock-unit" }, el("option", { value: 60e3 }, "分钟"), el("option", { value: HOUR }, "小时"), el("option", { value: 24 * HOUR }, "天"));
  const go = () => Number(amount.value) && move(Number(amount.value) * Number(unit.value));
  amount.addEventListener("keydown", (event) => event.key === "Enter" && go());
  return el("span", { className: "custom" }, amount, unit, el("button", { type: "button", className: "chip", test: "clock-go", onclick: go }, "移动"));
}
