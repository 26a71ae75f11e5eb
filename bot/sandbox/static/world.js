// What the page knows, kept in step with the server by its stream of changes.

import { toast } from "./dom.js";

export const world = {
  people: new Map(),
  chats: new Map(),
  codes: [],
  orders: [],
  products: [],
  log: [],
  faults: [],
  asking: new Set(),
  unread: new Map(),
  quotas: { quotas: [], codes: { used: 0, limit: 100000 }, clears: { used: 0, limit: 10 } },
  lateMenus: false,
  clock: { epoch: Date.now() / 1000, offset_ms: 0, connected: false, read: Date.now() },
};

const listeners = new Map();

export function on(kinds, listener) {
  for (const kind of kinds.split(" ")) listeners.set(kind, [...(listeners.get(kind) ?? []), listener]);
}

export function tell(kind, data = {}) {
  for (const listener of listeners.get(kind) ?? []) listener(data);
}

export const now = () => world.clock.epoch + (Date.now() - world.clock.read) / 1000;

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(`/sandbox/api/${path}`, options);
  } catch {
    toast("连不上沙盒，稍后再试");
    return null;
  }
  const data = await answer.json().catch(() => ({}));
  if (answer.ok) return data;
  toast(data.error ?? `出错了（${answer.status}）`);
  return null;
}

export const get = (path) => ask(path, {});

export function post(path, data = {}) {
  if (data instanceof FormData) return ask(path, { method: "POST", body: data });
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(data) });
}

export const drop = (path) => ask(path, { method: "DELETE" });

export const act = (openid, move, data = {}) => {
  if (data instanceof FormData) data.append("async", "1");
  else data = { ...data, async: true };
  return post(`people/${openid}/${move}`, data);
};

export function takeClock(clock) {
  world.clock = { ...clock, read: Date.now() };
  tell("clock");
}

export async function load() {
  const state = await get("state");
  if (!state) return;
  const chats = await Promise.all(state.people.map((p) => get(`people/${p.openid}/chat`)));
  const log = await get("log?limit=300");
  world.people = new Map(state.people.map((person) => [person.openid, person]));
  world.chats = new Map(state.people.map((p, index) => [p.openid, withLater(chats[index]?.messages ?? [], p.openid)]));
  Object.assign(world, { codes: state.codes, orders: state.orders, products: state.products, faults: state.faults, lateMenus: state.late_menus });
  world.log = log?.log ?? [];
  world.asking.clear();
  takeClock(state.clock);
  tell("all");
}

// What the stream brought while the chats were being read must not be lost.
function withLater(loaded, openid) {
  const last = loaded.at(-1)?.id ?? 0;
  return [...loaded, ...(world.chats.get(openid) ?? []).filter((message) => message.id > last)];
}

const arrivals = {
  message({ openid, message }) {
    const chat = world.chats.get(openid) ?? [];
    if (chat.some((known) => known.id === message.id)) return;
    chat.push(message);
    world.chats.set(openid, chat);
    tell("message", { openid, message });
  },
  person({ person }) {
    world.people.set(person.openid, person);
    tell("person", { openid: person.openid });
  },
  log({ row }) {
    world.log = [row, ...world.log].slice(0, 500);
    tell("log", { row });
  },
  code({ code }) {
    world.codes = [code, ...world.codes.filter((known) => known.ticket !== code.ticket)];
    tell("code");
  },
  order({ order }) {
    const known = world.orders.findIndex((o) => o.order === order.order);
    if (known < 0) world.orders.unshift(order);
    else world.orders[known] = order;
    tell("order");
  },
  asking({ openid, on: busy }) {
    if (busy) world.asking.add(openid);
    else world.asking.delete(openid);
    tell("asking", { openid });
  },
  menu: () => tell("menu"),
  quotas: () => tell("quotas"),
  clock: async ({ clock }) => takeClock(clock ?? (await get("clock")) ?? world.clock),
  reset: () => location.reload(),
};

// Resolves when the stream stands; after every break all is read anew.
export function listen() {
  const stream = new EventSource("/sandbox/api/events");
  stream.addEventListener("message", (event) => {
    const data = JSON.parse(event.data);
    arrivals[data.kind]?.(data);
  });
  return new Promise((resolve) => {
    stream.addEventListener("open", () => {
      resolve();
      stream.addEventListener("open", load);
    }, { once: true });
  });
}
