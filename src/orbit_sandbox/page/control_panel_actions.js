// The cards with hands: pay, move the clock, break and heal.

import { card } from "./card.js";
import { copy, el, keyed } from "./dom.js";
import { clockTime, day, short, span, ton } from "./format.js";
import { act } from "./wire.js";
import { faultWord, partWord, word } from "./words.js";

const PAYMENTS = ["exact", "half", "double", "twice", "no_comment", "wrong_comment", "sloppy", "late"];
const STYLES = { exact: "plain strong wide", late: "plain wide" };

function button(test, press, style = "plain") {
  return el("button", { type: "button", class: style, test, on: { click: press } });
}

/** A value that a tap copies, named by a word of the dictionary. */
function copyable(name, value, shown) {
  const take = () => copy(value, word("copied"));
  return el("button", { type: "button", class: "copyable", title: value, on: { click: take } },
    el("span", { class: "label" }, word(name)), el("span", { class: "value" }, shown ?? value), el("span", { class: "icon copy-sign" }));
}

/** Whether the bot still waits, or what became of its last bill. */
function billLine(status) {
  const waits = status === "pending";
  const tag = waits ? "" : el("span", { class: `tag ${status === "confirmed" ? "active" : ""}` }, word(status));
  return el("p", { class: "hint" }, word(waits ? "open_payment" : "last_payment"), " ", tag);
}

export function walletCard(customerNow) {
  const mark = el("b", { class: "sum", test: "wallet-balance" });
  const facts = el("div", { class: "facts" });
  const keys = PAYMENTS.map((how) => {
    const pay = () => act("pay", { customer: customerNow(), how }, word("sent"));
    return [how, button(`pay-${how.replaceAll("_", "-")}`, pay, STYLES[how] ?? "plain")];
  });
  const frame = card("wallet", mark, facts, el("div", { class: "buttons" }, keys.map(([, key]) => key)));
  return {
    section: frame.section,
    words() {
      frame.words();
      for (const [how, key] of keys) key.textContent = word(`pay_${how}`);
    },
    draw({ wallet }) {
      const open = wallet?.open_payment ?? null;
      mark.textContent = wallet ? ton(wallet.balance_nano) : "";
      for (const [, key] of keys) key.disabled = open === null;
      const rows = open
        ? [
            billLine(open.status ?? "pending"),
            copyable("amount", open.amount_nano, ton(open.amount_nano)),
            copyable("address", open.address, short(open.address, 10, 8)),
            open.comment ? copyable("comment", open.comment) : "",
          ]
        : [el("p", { class: "hint" }, word("no_payment"))];
      facts.replaceChildren(...rows);
    },
  };
}

export function clockCard(customerNow) {
  const shown = el("div", { class: "time", test: "clock-time" });
  const date = el("div", { class: "date" });
  const ahead = el("p", { class: "hint" });
  const move = (body) => () => act("clock", body(), word("moved"));
  const keys = {
    clock_hour: button("clock-hour", move(() => ({ seconds: 3600 }))),
    clock_day: button("clock-day", move(() => ({ seconds: 86400 }))),
    clock_month: button("clock-month", move(() => ({ seconds: 30 * 86400 }))),
    clock_to_last_day: button("clock-to-last-day", move(() => ({ to: "last_day", customer: customerNow() })), "plain wide"),
  };
  const frame = card("clock", null, el("div", { class: "clock-face" }, shown, date), ahead, el("div", { class: "buttons" }, Object.values(keys)));
  let offset = 0;
  const tick = () => {
    const now = Date.now() + offset;
    shown.textContent = clockTime(now);
    date.textContent = day(now);
    ahead.textContent = offset > 60_000 ? word("ahead", { n: span(Math.round(offset / 1000)) }) : word("real_time");
  };
  setInterval(tick, 1000);
  return {
    section: frame.section,
    words() {
      frame.words();
      for (const [name, key] of Object.entries(keys)) key.textContent = word(name);
      tick();
    },
    draw(state) {
      offset = Date.parse(state.now) - Date.now();
      tick();
    },
  };
}

export function switchesCard() {
  const mark = el("span", { class: "mark" });
  const list = el("div", { class: "faults" });
  const heal = button("heal", () => act("heal", {}, word("healed")));
  const worker = button("worker", () => act("worker", { running: worker.dataset.running !== "true" }), "plain danger");
  const about = el("p", { class: "hint", test: "worker-state" });
  const frame = card("switches", mark, el("div", { class: "buttons" }, heal, worker), about, list);
  const redraw = (state) => {
    const broken = Object.values(state.faults).filter(Boolean).length;
    const running = state.worker.running;
    mark.textContent = broken ? word("broken", { n: broken }) : word("all_well");
    mark.className = `mark ${broken || !running ? "bad" : "good"}`;
    worker.dataset.running = String(running);
    worker.textContent = word(running ? "worker_kill" : "worker_start");
    worker.classList.toggle("danger", running);
    about.textContent = word(running ? "worker_running" : "worker_dead");
    heal.disabled = broken === 0;
    drawFaults(list, state.faults);
  };
  return {
    section: frame.section,
    words() {
      frame.words();
      heal.textContent = word("heal");
      list.replaceChildren();
    },
    draw: redraw,
  };
}

function drawFaults(list, faults) {
  const parts = [...new Set(Object.keys(faults).map((name) => name.split(".")[0]))];
  keyed(list, parts, (part) => part, (part) => el("fieldset", {}, el("legend", {}, partWord(part)), el("ul", {})));
  for (const group of list.children) {
    const rows = Object.entries(faults).filter(([name]) => name.split(".")[0] === group.dataset.key);
    keyed(group.querySelector("ul"), rows.map(([name]) => name), (name) => name, faultRow);
    for (const [name, on] of rows) group.querySelector(`[data-testid="fault-${CSS.escape(name)}"]`).checked = on;
  }
}

function faultRow(name) {
  const box = el("input", { type: "checkbox", role: "switch", test: `fault-${name}` });
  box.addEventListener("change", async () => {
    const done = await act("fault", { name, on: box.checked });
    if (!done) box.checked = !box.checked;
  });
  const once = el("button", { type: "button", class: "once", test: `fault-once-${name}`, title: word("once_hint") }, word("once"));
  once.setAttribute("aria-label", `${faultWord(name)}: ${word("once_hint")}`);
  once.addEventListener("click", () => act("fault", { name, on: true, times: 1 }));
  return el("li", {}, el("label", {}, box, el("span", { class: "knob" }), el("span", { class: "fault-name" }, faultWord(name))), once);
}
