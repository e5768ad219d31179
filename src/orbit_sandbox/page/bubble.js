// One message: text, picture, document, invoice, and the keyboard below it.

import { copy, el } from "./dom.js";
import { stars, time } from "./format.js";
import { safeHtml, safeLink } from "./sanitise.js";
import { act } from "./wire.js";
import { word } from "./words.js";

/** A list item for *message*. *old* is the item it replaces; an edit is highlighted. */
export function bubble(message, old, around) {
  if (message.service) return serviceLine(message.service);
  const mine = message.from === "customer";
  const body = el(
    "div",
    { class: "bubble", test: "bubble", data: { id: message.id, from: message.from } },
    message.photo && picture(message.photo),
    message.document && documentLink(message.document),
    message.invoice && invoiceCard(message.invoice),
    message.text_html && words(message.text_html, around),
    el("span", { class: "when" }, message.edited && `${word("edited")} `, time(message.at)),
  );
  const keys = message.keyboard.length > 0 && keyboard(message, around);
  const touched = old !== null && old.shape !== null;
  const classes = ["message", mine ? "mine" : "theirs", message.tail && "tail", touched ? "changed" : !old && "fresh"];
  return el("li", { class: classes.filter(Boolean).join(" ") }, el("div", { class: "stack" }, body, keys));
}

function serviceLine({ kind, amount }) {
  return el("li", { class: "day service", test: "service" }, el("span", {}, word(kind, { n: stars(amount) })));
}

function words(html, around) {
  const text = el("div", { class: "words" });
  text.append(safeHtml(html));
  text.addEventListener("click", (event) => {
    const spoiler = event.target.closest("tg-spoiler");
    const code = event.target.closest("code, pre");
    const link = event.target.closest("a");
    if (spoiler && !spoiler.classList.contains("shown")) spoiler.classList.add("shown");
    else if (code && !link && String(getSelection()) === "") copy(code.textContent, word("copied"));
    else if (link) followHere(event, link.href, around);
  });
  return text;
}

/** Follow a link to our own bot or to its invoice in this page: the real Telegram doesn't know this bot. */
function followHere(event, address, { bot, say, customer }) {
  const link = new URL(address);
  if (link.hostname !== "t.me") return;
  if (link.pathname.startsWith("/$")) {
    event.preventDefault();
    act("pay_link", { customer, url: address });
    return;
  }
  if (link.pathname.slice(1).toLowerCase() !== bot.username.toLowerCase()) return;
  event.preventDefault();
  say(`/start ${link.searchParams.get("start") ?? ""}`.trim());
}

function picture(address) {
  const open = () => {
    const large = document.getElementById("picture-image");
    large.src = address;
    large.alt = word("picture");
    document.getElementById("picture").showModal();
  };
  // A QR code, a chart or an announcement's picture: the words below it say what it shows.
  const image = el("img", { src: address, alt: word("picture"), loading: "eager" });
  return el("button", { type: "button", class: "photo", test: "photo", title: word("enlarge"), on: { click: open } }, image);
}

const documentLink = ({ name, url }) =>
  el("a", { class: "document", href: url, download: name, test: "document" }, el("span", { class: "document-icon" }, "📄"), name);

const invoiceCard = (invoice) =>
  el(
    "div",
    { class: "invoice", test: "invoice" },
    el("b", {}, invoice.title),
    el("p", {}, invoice.description),
    el("span", { class: "price" }, invoice.paid ? `✓ ${word("paid")} · ` : "", stars(invoice.amount)),
  );

function keyboard(message, around) {
  const rows = message.keyboard.map((row) => el("div", { class: "row" }, row.map((key) => keyButton(key, message, around))));
  return el("div", { class: "keyboard" }, rows);
}

function keyButton(key, message, around) {
  const style = ["danger", "success", "primary"].includes(key.style) ? ` ${key.style}` : "";
  const props = { class: `key ${key.kind}${style}`, test: "key", data: { data: key.data, kind: key.kind } };
  if (key.kind === "url") {
    const href = safeLink(key.data) ? key.data : null;
    const follow = (event) => href && followHere(event, href, around);
    return el("a", { ...props, href, target: "_blank", rel: "noopener noreferrer", on: { click: follow } }, key.text);
  }
  if (key.kind === "pay" && message.invoice?.paid) return el("button", { ...props, type: "button", disabled: true }, `✓ ${word("paid")}`);
  const button = el("button", { ...props, type: "button" }, label(key, message));
  button.addEventListener("click", () => press(button, key, message, around.customer));
  return button;
}

/** The default Pay button of an invoice is worded by the client, as in Telegram. The bot words all other buttons. */
function label(key, { invoice }) {
  const byDefault = key.kind === "pay" && invoice && key.text === `Pay ⭐️${invoice.amount}`;
  return byDefault ? word("pay_with", { n: stars(invoice.amount) }) : key.text;
}

async function press(button, key, message, customer) {
  if (key.kind === "copy") {
    await copy(key.data, word("copied"));
    return;
  }
  button.classList.add("busy");
  const where = { customer, message_id: message.id };
  await (key.kind === "pay" ? act("pay_invoice", where) : act("tap", { ...where, data: key.data }));
  setTimeout(() => button.classList.remove("busy"), 400);
}
