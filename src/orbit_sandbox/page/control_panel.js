// The right half: the control desk, a card for each part of the world.

import { chainCard, ledgerCard, panelCard } from "./desk_tables.js";
import { clockCard, switchesCard, walletCard } from "./desk_hands.js";
import { el } from "./dom.js";

/** Build the desk inside *root*. Each card draws itself from the state and keeps its buttons. */
export function makeDesk(root, customerNow) {
  const wallet = walletCard(customerNow);
  const clock = clockCard(customerNow);
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
