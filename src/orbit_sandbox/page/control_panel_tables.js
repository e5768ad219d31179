// The cards that only show data: chain, VPN panel, ledger.

import { card, copy, el, keyed } from "./dom.js";
import { accountWord, bytes, money, shortDay, short, statusWord } from "./format.js";
import { word } from "./words.js";

/** A list with a hint while it is empty. `forget` drops its rows, so that the next draw uses the new language. */
function listing(test, emptyWord) {
  const list = el("ul", { class: "rows", test });
  const empty = el("p", { class: "hint" });
  return {
    nodes: [empty, list],
    forget: () => list.replaceChildren(),
    draw(items, keyOf, make) {
      empty.textContent = word(emptyWord);
      empty.hidden = items.length > 0;
      keyed(list, items, keyOf, make);
    },
  };
}

export function chainCard() {
  const mark = el("span", { class: "mark" });
  const rows = listing("chain-transfers", "no_transfers");
  const frame = card("chain", mark, ...rows.nodes);
  return {
    section: frame.section,
    words: () => (frame.words(), rows.forget()),
    draw({ chain }) {
      mark.textContent = `${word("transactions")} ${chain.seqno}${chain.lag ? ` · ${word("lag")}` : ""}`;
      mark.className = `mark ${chain.lag ? "bad" : ""}`;
      rows.draw(chain.transfers, (one) => one.lt, (one) =>
        el("li", {},
          el("span", { class: "main" }, el("b", {}, money(one.units, one.asset)), " ", el("span", { class: "tag" }, word(one.kind))),
          el("span", { class: "side" }, shortDay(one.at)),
          el("span", { class: "under" },
            one.comment ? el("code", {}, one.comment) : word("without_comment"),
            one.link && copyLink(one.link),
          ),
        ),
      );
    },
  };
}

/** What a customer's wallet would share: the link of the transaction in an explorer. */
function copyLink(link) {
  return el("button", { type: "button", class: "copy-link", test: "copy-transfer-link", title: link,
    on: { click: () => copy(link, word("copied")) } }, word("transfer_link"));
}

export function panelCard() {
  const mark = el("span", { class: "mark" });
  const rows = listing("panel-accounts", "no_accounts");
  const frame = card("panel", mark, ...rows.nodes);
  return {
    section: frame.section,
    words: () => (frame.words(), rows.forget()),
    draw({ panel }) {
      mark.textContent = panel.accounts.length ? String(panel.accounts.length) : "";
      rows.draw(panel.accounts, (one) => one.username, account);
    },
  };
}

function account(one) {
  const limit = one.limit_bytes ? bytes(one.limit_bytes) : "∞";
  const meter = one.limit_bytes ? el("meter", { min: 0, max: one.limit_bytes, value: one.used_bytes, high: one.limit_bytes * 0.9 }) : null;
  return el("li", {},
    el("span", { class: "main" }, el("code", { title: one.username }, short(one.username, 20, 6))),
    el("span", { class: `tag ${one.status}` }, statusWord(one.status)),
    el("span", { class: "under" },
      el("span", {}, one.expires_at ? word("until", { n: shortDay(one.expires_at) }) : word("no_expiry")),
      meter,
      el("span", { class: "traffic" }, word("of", { a: bytes(one.used_bytes), b: limit })),
    ),
  );
}

export function ledgerCard() {
  const mark = el("span", { class: "mark", test: "ledger-balanced" });
  const rows = listing("ledger-entries", "no_entries");
  const frame = card("ledger", mark, ...rows.nodes);
  return {
    section: frame.section,
    words: () => (frame.words(), rows.forget()),
    draw({ ledger }) {
      mark.textContent = ledger.balanced ? `✓ ${word("balanced")}` : `✗ ${word("unbalanced")}`;
      mark.dataset.balanced = String(ledger.balanced);
      mark.className = `mark ${ledger.balanced ? "good" : "bad"}`;
      rows.draw(ledger.entries, (one) => `${one.kind} ${one.ref}`, entry);
    },
  };
}

function entry(one) {
  const kind = word(`entry_${one.kind}`);
  const lines = one.lines.map((line) =>
    el("li", {},
      el("code", { title: line.account }, accountWord(line.account)),
      el("span", { class: String(line.units).startsWith("-") ? "minus" : "plus" }, money(line.units, line.currency)),
    ),
  );
  return el("li", {},
    el("span", { class: "main" }, el("b", {}, kind.startsWith("entry_") ? one.kind : kind)),
    el("span", { class: "side" }, shortDay(one.at)),
    el("ul", { class: "lines" }, lines),
  );
}
