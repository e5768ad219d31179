// Making elements without ever touching innerHTML.

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

/** Make the children of *parent* be *items*, keeping those whose content has not changed (and their focus). */
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

/** A short line at the edge of the screen that goes away by itself. */
export function note(text, kind = "") {
  const line = el("div", { class: `note ${kind}`, test: "note" }, text);
  document.getElementById("notes").append(line);
  setTimeout(() => line.classList.add("leaving"), 3200);
  setTimeout(() => line.remove(), 3600);
}

/** Put *text* on the clipboard, also where the modern way is forbidden. */
export async function copy(text, said) {
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
  note(said);
}
