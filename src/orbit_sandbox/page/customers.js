// The list of customers: name, language, unread messages, and which one is selected.

import { el, keyed } from "./dom.js";
import { word } from "./words.js";

const NAMES = {
  ru: ["Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна", "Захар", "Инна", "Кирилл", "Лада", "Марк"],
  en: ["Alice", "Bob", "Carol", "Dave", "Erin", "Frank", "Grace", "Henry", "Ivy", "Jack", "Kate", "Leo"],
};

/** A name that no customer has yet. */
export function nextName(language, customers) {
  const taken = new Set(customers.map((one) => one.name));
  const names = NAMES[language] ?? NAMES.en;
  return names.find((name) => !taken.has(name)) ?? `${names[0]} ${customers.length + 1}`;
}

export const avatar = (name, id) =>
  el("span", { class: `avatar tint${Math.abs(Number(id)) % 7}`, "aria-hidden": "true" }, [...name][0] ?? "?");

export function drawCustomers(list, customers, chosen, choose) {
  const rows = customers.map((one) => ({ ...one, chosen: one.id === chosen, spoken: word("unread", { n: one.unread }) }));
  keyed(list, rows, (row) => row.id, (row, old) => {
    const hadFocus = old !== null && old.contains(document.activeElement);
    const unread = row.unread > 0 && !row.chosen;
    const button = el(
      "button",
      {
        type: "button",
        test: `customer-${row.id}`,
        "aria-current": row.chosen ? "true" : null,
        on: { click: () => choose(row.id) },
      },
      avatar(row.name, row.id),
      el("span", { class: "name" }, row.name),
      el("span", { class: "language" }, row.blocked ? "⛔" : row.language.toUpperCase()),
      unread && el("span", { class: "badge", title: row.spoken }, String(row.unread)),
    );
    if (hadFocus) queueMicrotask(() => button.focus());
    return el("li", {}, button);
  });
}
