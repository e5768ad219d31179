// The left half: a chat like Telegram's, updated message by message.

import { bubble } from "./bubble.js";
import { avatar } from "./customers.js";
import { el, keyed, note } from "./dom.js";
import { day } from "./format.js";
import { act } from "./wire.js";
import { word } from "./words.js";

const NEAR_BOTTOM_PX = 120;
const MARGIN_PX = 20;

/** By how much the newest message is taller than the log. Such a message is shown from its start, with its picture. */
const overhang = ({ log, list }) => Math.max(0, (list.lastElementChild?.offsetHeight ?? 0) + MARGIN_PX - log.clientHeight);

/** Whether the newest message is in sight. */
const isNear = (parts) => {
  const { scrollHeight, scrollTop, clientHeight } = parts.log;
  return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX + overhang(parts);
};

/** Build the chat inside *root*; `draw` shows a state, `words` follows the language. */
export function makeChat(root, currentCustomer) {
  const parts = build(root, currentCustomer);
  const seenToasts = new Map();
  let shownFor = null;
  let last = { id: null, shape: "" };

  function toBottom(smooth = false) {
    const top = parts.log.scrollHeight - parts.log.clientHeight - overhang(parts);
    parts.log.scrollTo({ top, behavior: smooth ? "smooth" : "instant" });
  }

  function draw(state, customer) {
    const chat = state.chat ?? { messages: [], toasts: [] };
    const changed = shownFor !== customer;
    shownFor = customer;
    if (changed) parts.list.replaceChildren();
    parts.list.classList.toggle("still", changed);
    head(parts, state, chat);
    const rows = withDays(chat.messages);
    keyed(parts.list, rows, (row) => row.key, (row, old) =>
      row.day ? el("li", { class: "day" }, el("span", {}, day(row.day))) : bubble(row, old, { customer, bot: state.bot, say }),
    );
    const newest = chat.messages.at(-1) ?? null;
    const shape = JSON.stringify(newest);
    if (changed || (follower.following && shape !== last.shape)) toBottom(!changed && newest?.id !== last.id);
    last = { id: newest?.id, shape };
    flash(chat.toasts, customer);
  }

  function flash(toasts, customer) {
    const newest = toasts.reduce((most, toast) => Math.max(most, toast.id), 0);
    const seen = seenToasts.get(customer);
    seenToasts.set(customer, Math.max(newest, seen ?? 0));
    if (seen === undefined) return;
    for (const toast of toasts.filter((one) => one.id > seen)) {
      if (toast.alert) alertBox(toast.text);
      else note(toast.text, "toast");
    }
  }

  function say(text) {
    const customer = currentCustomer();
    if (customer !== null && text.trim()) act("say", { customer, text });
  }

  const follower = follow(parts, toBottom);
  parts.wire(say, toBottom);
  return { draw, toBottom, words: () => parts.words() };
}

function build(root, currentCustomer) {
  const name = el("b", { class: "bot-name" });
  const about = el("span", { class: "about" });
  const face = el("span", { class: "face" });
  const list = el("ol", { class: "messages" });
  const empty = el("div", { class: "empty" });
  const log = el("div", { class: "log", role: "log", tabindex: "0" }, empty, list);
  const down = el("button", { type: "button", class: "to-bottom icon down", hidden: true });
  const composer = el("textarea", { test: "composer", rows: "1", maxlength: "4096", enterkeyhint: "send" });
  const send = el("button", { type: "submit", class: "send icon plane", test: "send" });
  const start = el("button", { type: "button", class: "start" });
  const line = el("form", { class: "line" }, start, composer, send);
  root.replaceChildren(el("header", { class: "chat-head" }, face, el("div", {}, name, about)), log, down, line);

  function words() {
    composer.placeholder = word("message");
    composer.setAttribute("aria-label", word("message"));
    send.setAttribute("aria-label", word("send"));
    down.setAttribute("aria-label", word("to_bottom"));
    for (const item of list.children) item.shape = null;
  }

  function wire(say, toBottom) {
    const submit = () => {
      say(composer.value);
      composer.value = "";
      grow();
      composer.focus();
    };
    const grow = () => {
      composer.rows = Math.min(5, composer.value.split("\n").length);
      line.classList.toggle("ready", composer.value.trim() !== "");
    };
    line.addEventListener("submit", (event) => (event.preventDefault(), submit()));
    composer.addEventListener("input", grow);
    composer.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    });
    root.addEventListener("click", (event) => event.target.closest("[data-testid=start]") && say("/start"));
    down.addEventListener("click", () => toBottom(true));
  }

  return { name, about, face, list, log, empty, start, down, composer, send, words, wire, root, currentCustomer };
}

/**
 * Keep the newest message in sight until the reader scrolls up. A scroll of our own only goes down, or ends near the
 * newest message; so a picture that loads halfway through it doesn't count as the reader's wish.
 */
function follow(parts, toBottom) {
  const { log, down } = parts;
  const follower = { following: true };
  let before = 0;
  log.addEventListener("scroll", () => {
    if (isNear(parts)) follower.following = true;
    else if (log.scrollTop < before) follower.following = false;
    before = log.scrollTop;
    down.hidden = follower.following;
  });
  // A picture loads after its bubble, and a turned phone breaks lines anew: both push the last line out of sight.
  const stay = () => follower.following && toBottom();
  log.addEventListener("load", stay, true);
  new ResizeObserver(stay).observe(log);
  return follower;
}

function head(parts, state, chat) {
  const bot = state.bot;
  const me = state.customers.find((one) => one.id === parts.currentCustomer());
  parts.face.replaceChildren(avatar(bot.name, 5));
  parts.name.textContent = bot.name;
  parts.about.textContent = chat.typing ? word("typing") : me?.blocked ? word("blocked") : `@${bot.username} · ${word("bot")}`;
  parts.about.classList.toggle("typing", Boolean(chat.typing));
  document.title = `Orbit · ${me?.name ?? word("sandbox")}`;

  const bare = chat.messages.length === 0;
  parts.composer.disabled = parts.send.disabled = !me;
  // Exactly one Start at any time: large in an empty chat, small beside the text field afterwards.
  parts.start.hidden = bare;
  if (bare) delete parts.start.dataset.testid;
  else parts.start.dataset.testid = "start";
  parts.start.textContent = "/start";
  parts.empty.hidden = !bare;
  const shape = `${bare} ${Boolean(me)} ${word("start")}`;
  if (parts.empty.dataset.shape === shape) return;
  parts.empty.dataset.shape = shape;
  parts.empty.replaceChildren(
    el("div", { class: "card-note" },
      el("b", {}, word(me ? "empty_title" : "no_customers")),
      me && el("p", {}, word("empty_text")),
      me && bare && el("button", { type: "button", class: "big-start", test: "start" }, word("start")),
    ),
  );
}

function withDays(messages) {
  const rows = [];
  let shown = "";
  messages.forEach((message, at) => {
    const date = new Date(message.at).toDateString();
    if (date !== shown) rows.push({ key: `day ${date}`, day: message.at });
    const next = messages[at + 1];
    const tail = !next || next.from !== message.from || new Date(next.at).toDateString() !== date;
    rows.push({ ...message, key: `m${message.id}`, tail });
    shown = date;
  });
  return rows;
}

function alertBox(text) {
  const box = document.getElementById("alert");
  document.getElementById("alert-text").textContent = text;
  if (!box.open) box.showModal();
}
