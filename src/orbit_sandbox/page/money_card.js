// The card that says where a customer's money is, with the owner's refunds.

import { card, el, keyed } from "./dom.js";
import { money, shortDay } from "./format.js";
import { act } from "./wire.js";
import { word } from "./words.js";

const GOOD = ["bought", "on_balance", "given_back", "sent_back"];
const ON_BALANCE = ["on_balance", "given_back"];

export function moneyCard() {
  const mark = el("b", { class: "amount", test: "money-balance" });
  const list = el("ul", { class: "rows", test: "money-payments" });
  const empty = el("p", { class: "hint" });
  const frame = card("money", mark, empty, list);
  return {
    section: frame.section,
    words: () => (frame.words(), list.replaceChildren()),
    draw({ money: shown }) {
      mark.textContent = shown?.balance ? word("money_balance", { n: amount(shown.balance) }) : "";
      empty.textContent = word("money_none");
      const rows = [
        ...(shown?.unmatched ?? []).map((one) => ({ key: one.ref, unmatched: one })),
        ...(shown?.payments ?? []).map((one) => ({ key: one.id, payment: one })),
      ];
      empty.hidden = rows.length > 0;
      keyed(list, rows, (row) => row.key, (row) => (row.unmatched ? unmatchedRow(row.unmatched) : paymentRow(row.payment)));
    },
  };
}

const amount = ({ units, currency }) => money(units, currency);

function unmatchedRow(one) {
  return el("li", { test: "money-unmatched" },
    el("span", { class: "main" }, el("b", {}, amount(one))),
    el("span", { class: "tag" }, word("where_unmatched")),
  );
}

function paymentRow(one) {
  const came = BigInt(one.arrived.units) > 0n;
  return el("li", { test: `money-${one.method}` },
    el("span", { class: "main" }, el("b", {}, methodWord(one.method)), " ", amount(one.due)),
    el("span", { class: `tag ${GOOD.includes(one.where) ? "active" : ""}`, test: "where" }, word(`where_${one.where}`)),
    el("span", { class: "under" },
      shortDay(one.at), came ? ` · ${word("money_came", { n: amount(one.arrived) })}` : "", refundButton(one)),
  );
}

/** The owner's next step: what bought something goes to the balance, what is on the balance can be sent back. */
function refundButton(one) {
  if (one.where === "bought") {
    return refund("refund-order", "refund_order", { order: one.order }, "refund_order_done");
  }
  return ON_BALANCE.includes(one.where) && refund("refund-payment", "refund_payment", { payment: one.id }, "refund_payment_done");
}

function refund(test, action, body, done) {
  const press = () => act(action, body, word(done));
  return el("button", { type: "button", class: "copy-link", test, on: { click: press } }, word(action));
}

const METHODS = { ton: "TON", ton_usdt: "USDT", stars: "Stars", stars_monthly: "method_stars_monthly", bank: "method_bank", cryptopay: "CryptoBot", yookassa: "method_yookassa" };
const methodWord = (method) => word(METHODS[method] ?? method);
