// The right half: the control desk, a card for each part of the world.

import { chainCard, ledgerCard, panelCard } from "./desk_tables.js";
import { clockCard, switchesCard, walletCard } from "./desk_hands.js";
import { el } from "./dom.js";
import { word } from "./words.js";

/** A card: title, a mark at its right, a body. */
export function card(name, mark, ...body) {
  const title = el("h2", {});
  const section = el("section", { class: `card ${name}`, test: `card-${name}` }, el("header", {}, title, mark), ...body);
  return { section, words: () => (title.textContent = word(name)) };
}

/** Build the desk inside *root*. Each card draws itself from the state and keeps its buttons. */
export function makeDesk(root, customerNow) {
  const wallet = walletCard(customerNow);
  const clock = clockCard();
  const switches = switchesCard();
  const chain = chainCard();
  const panel = panelCard();
  const ledger = ledgerCard();
  const cards = [wallet, clock, switches, chain, panel, ledger];
  root.replaceChildren(
    el("div", { class: "column" }, wallet.section, clock.section, panel.section, chain.section),
    el("div", { class: "column" }, switches.section, ledger.section),
  );
  return {
    draw: (state, customer) => cards.forEach((one) => one.draw(state, customer)),
    words: () => cards.forEach((one) => one.words()),
  };
}
