// Building elements without innerHTML.

import { word } from "./words.js";

/** An element: *props* are attributes, except `class`, `on` (listeners) and `data` (dataset). */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "test") node.dataset.testid = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Make the children of *parent* match *items*. A child whose content has not changed stays, and keeps its focus. */
export function keyed(parent, items, keyOf, make) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let before = null;
  for (const item of items) {
    const key = String(keyOf(item));
    const shape = JSON.stringify(item);
    let node = old.get(key);
    if (!node || node.shape !== shape) {
      const fresh = make(item, node ?? null);
      fresh.dataset.key = key;
      fresh.shape = shape;
      if (node) node.replaceWith(fresh);
      node = fresh;
    }
    old.delete(key);
    const place = before ? before.nextSibling : parent.firstChild;
    if (node !== place) parent.insertBefore(node, place);
    before = node;
  }
  for (const gone of old.values()) gone.remove();
}

/** A short notification at the edge of the screen. It disappears after 3.6 seconds. */
export function note(text, kind = "") {
  const line = el("div", { class: `note ${kind}`, test: "note" }, text);
  document.getElementById("notes").append(line);
  setTimeout(() => line.classList.add("leaving"), 3200);
  setTimeout(() => line.remove(), 3600);
}

/** Copy *text* to the clipboard and show *confirmation*. Falls back to `execCommand` where the clipboard API is forbidden. */
export async function copy(text, confirmation) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { class: "offscreen", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  note(confirmation);
}

/** A card of the control panel: a title, a mark at its right, and a body. */
export function card(name, mark, ...body) {
  const title = el("h2", {});
  const section = el("section", { class: `card ${name}`, test: `card-${name}` }, el("header", {}, title, mark), ...body);
  return { section, words: () => (title.textContent = word(name)) };
}
