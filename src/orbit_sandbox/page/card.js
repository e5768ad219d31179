// The frame that all cards of the desk share.

import { el } from "./dom.js";
import { word } from "./words.js";

/** A card: title, a mark at its right, a body. */
export function card(name, mark, ...body) {
  const title = el("h2", {});
  const section = el("section", { class: `card ${name}`, test: `card-${name}` }, el("header", {}, title, mark), ...body);
  return { section, words: () => (title.textContent = word(name)) };
}
