// The cards with actions: pay, move the clock, switch faults.

import { card, copy, el, keyed } from "./dom.js";
import { clockTime, day, money, short, span, ton, usdt } from "./format.js";
import { act } from "./wire.js";
import { faultWord, partWord, word } from "./words.js";

const PAYMENT_SCENARIOS = ["exact", "half", "double", "twice", "no_comment", "wrong_comment", "sloppy", "wrong_asset", "late"];
const BANK_SCENARIOS = ["full", "half", "twice"];
const ASKS_FOR_MS = 8000;
const STYLES = { exact: "plain strong wide", late: "plain wide" };

function button(test, press, style = "plain") {
  return el("button", { type: "button", class: style, test, on: { click: press } });
}

/** A button with a consequence: a first press makes it ask *question* for some seconds, the next one does it. */
function asking(test, question, press, style) {
  let label = "";
  let timer = null;
  const settle = () => {
    clearTimeout(timer);
    timer = null;
    key.textContent = label;
    key.classList.remove("danger");
  };
  const key = button(test, () => {
    if (timer !== null) {
      settle();
      press();
      return;
    }
    timer = setTimeout(settle, ASKS_FOR_MS);
    key.textContent = word(question);
    key.classList.add("danger");
  }, style);
  return { key, name: (text) => { label = text; settle(); } };
}

/** A button that copies *value*; its label is the word *name*. */
function copyable(name, value, shown) {
  const copyValue = () => copy(value, word("copied"));
  return el("button", { type: "button", class: "copyable", title: value, on: { click: copyValue } },
    el("span", { class: "label" }, word(name)), el("span", { class: "value" }, shown ?? value), el("span", { class: "icon copy-sign" }));
}

/** The status of the latest invoice. */
function invoiceStatus(status) {
  const isPending = status === "pending";
  const tag = isPending ? "" : el("span", { class: `tag ${status === "confirmed" ? "active" : ""}` }, word(status));
  return el("p", { class: "hint" }, word(isPending ? "open_payment" : "last_payment"), " ", tag);
}

export function walletCard(currentCustomer) {
  const mark = el("b", { class: "amount", test: "wallet-balance" });
  const facts = el("div", { class: "facts" });
  const keys = PAYMENT_SCENARIOS.map((scenario) => {
    const pay = () => act("pay", { customer: currentCustomer(), scenario }, word("sent"));
    const [test, style] = [`pay-${scenario.replaceAll("_", "-")}`, STYLES[scenario] ?? "plain"];
    if (scenario === "late") return [scenario, asking(test, "pay_late_ask", pay, style)];
    const key = button(test, pay, style);
    return [scenario, { key, name: (text) => (key.textContent = text) }];
  });
  const frame = card("wallet", mark, facts, el("div", { class: "buttons" }, keys.map(([, { key }]) => key)));
  return {
    section: frame.section,
    words() {
      frame.words();
      for (const [scenario, { name }] of keys) name(word(`pay_${scenario}`));
    },
    draw({ wallet }) {
      const open = wallet?.open_payment ?? null;
      mark.textContent = wallet ? `${ton(wallet.balance_nano)}, ${usdt(wallet.balance_usdt)}` : "";
      for (const [, { key }] of keys) key.disabled = open === null;
      const rows = open
        ? [
            invoiceStatus(open.status ?? "pending"),
            copyable("amount", open.units, money(open.units, open.asset)),
            copyable("address", open.address, short(open.address, 10, 8)),
            open.comment ? copyable("comment", open.comment) : "",
          ]
        : [el("p", { class: "hint" }, word("no_payment"))];
      facts.replaceChildren(...rows);
    },
  };
}

export function bankCard(currentCustomer) {
  const mark = el("b", { class: "amount", test: "bank-amount" });
  const facts = el("div", { class: "facts" });
  const keys = BANK_SCENARIOS.map((scenario) => {
    const pay = () => act("pay_bank", { customer: currentCustomer(), scenario }, word("bank_paid"));
    return [scenario, button(`pay-bank-${scenario}`, pay, scenario === "full" ? "plain strong wide" : "plain")];
  });
  const frame = card("bank", mark, facts, el("div", { class: "buttons" }, keys.map(([, key]) => key)));
  return {
    section: frame.section,
    words() {
      frame.words();
      for (const [scenario, key] of keys) key.textContent = word(`bank_${scenario}`);
    },
    draw({ bank }) {
      const open = bank?.open_payment ?? null;
      mark.textContent = open ? money(open.amount, "RUB") : "";
      for (const [, key] of keys) key.disabled = open === null;
      facts.replaceChildren(
        ...(open
          ? [invoiceStatus(open.status), el("p", { class: "hint" }, word("bank_received", { n: money(open.received, "RUB") }))]
          : [el("p", { class: "hint" }, word("bank_no_payment"))]),
      );
    },
  };
}

export function clockCard(currentCustomer) {
  const shown = el("div", { class: "time", test: "clock-time" });
  const date = el("div", { class: "date" });
  const ahead = el("p", { class: "hint" });
  const move = (body) => () => act("clock", body(), word("moved"));
  const keys = {
    clock_hour: button("clock-hour", move(() => ({ seconds: 3600 }))),
    clock_day: button("clock-day", move(() => ({ seconds: 86400 }))),
    clock_month: button("clock-month", move(() => ({ seconds: 30 * 86400 }))),
    clock_to_last_day: button("clock-to-last-day", move(() => ({ to: "last_day", customer: currentCustomer() })), "plain wide"),
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

export function faultsCard() {
  const mark = el("span", { class: "mark", test: "faults-mark" });
  const list = el("div", { class: "fault-list" });
  const clearAll = button("clear-faults", () => act("clear_faults", {}, word("faults_cleared")));
  const worker = button("worker", () => act("worker", { running: worker.dataset.running !== "true" }), "plain danger");
  const about = el("p", { class: "hint", test: "worker-state" });
  const frame = card("faults", mark, el("div", { class: "buttons" }, clearAll, worker), about, list);
  const redraw = (state) => {
    const active = Object.values(state.faults).filter(Boolean).length;
    const running = state.worker.running;
    const calm = running ? word("no_faults") : word("worker_is_dead");
    mark.textContent = active ? word("active_faults", { n: active }) : calm;
    mark.className = `mark ${active || !running ? "bad" : "good"}`;
    worker.dataset.running = String(running);
    worker.textContent = word(running ? "worker_kill" : "worker_start");
    worker.classList.toggle("danger", running);
    about.textContent = word(running ? "worker_running" : "worker_stopped");
    clearAll.disabled = active === 0;
    drawFaults(list, state.faults);
  };
  return {
    section: frame.section,
    words() {
      frame.words();
      clearAll.textContent = word("clear_faults");
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
