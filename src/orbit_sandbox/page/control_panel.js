// The right half: the control panel, with one card for each part of the sandbox.

import { bankCard, clockCard, faultsCard, walletCard } from "./control_panel_actions.js";
import { chainCard, ledgerCard, panelCard } from "./control_panel_tables.js";
import { el } from "./dom.js";
import { moneyCard } from "./money_card.js";

/** Build the control panel inside *root*. `draw` shows a state, `words` follows the language. */
export function makeControlPanel(root, currentCustomer) {
  const wallet = walletCard(currentCustomer);
  const money = moneyCard();
  const bank = bankCard(currentCustomer);
  const clock = clockCard(currentCustomer);
  const faults = faultsCard();
  const chain = chainCard();
  const panel = panelCard();
  const ledger = ledgerCard();
  const cards = [wallet, money, bank, clock, faults, chain, panel, ledger];
  root.replaceChildren(
    el("div", { class: "column" }, wallet.section, money.section, bank.section, clock.section, panel.section, chain.section),
    el("div", { class: "column" }, faults.section, ledger.section),
  );
  return {
    draw: (state, customer) => cards.forEach((one) => one.draw(state, customer)),
    words: () => cards.forEach((one) => one.words()),
  };
}
