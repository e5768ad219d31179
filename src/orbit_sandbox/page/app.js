// The page's heart: which customer is looked at, what is so, and who draws it.

import { makeChat } from "./chat.js";
import { drawCustomers, nextName } from "./customers.js";
import { makeDesk } from "./desk.js";
import { act, readState } from "./wire.js";
import { switchLanguage, translate, word, language } from "./words.js";

const byId = (id) => document.getElementById(id);
const chat = makeChat(byId("chat"), () => customer);
const desk = makeDesk(byId("desk"), () => customer);

let customer = remembered();
let state = null;
let waiting = new AbortController();

function remembered() {
  const number = Number(location.hash.slice(1));
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}

function choose(id) {
  if (id === customer) return;
  customer = id;
  history.replaceState(null, "", `#${id}`);
  waiting.abort();
}

function draw() {
  if (!state) return;
  drawCustomers(byId("customers"), state.customers, customer, choose);
  chat.draw(state, customer);
  desk.draw(state, customer);
}

function connected(yes) {
  const line = document.querySelector(".connection");
  line.textContent = yes ? "" : word(state ? "offline" : "connecting");
  document.body.classList.toggle("offline", !yes && state !== null);
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** For ever: ask, draw, ask again. A version counts only for the customer it was told for. */
async function watch() {
  let since = null;
  let sinceFor = null;
  for (;;) {
    const asked = customer;
    waiting = new AbortController();
    try {
      const fresh = await readState(asked, asked === sinceFor ? since : null, waiting.signal);
      if (asked !== customer) continue;
      [state, since, sinceFor] = [fresh, fresh.version, asked];
      connected(true);
      const known = fresh.customers.some((one) => one.id === customer);
      if (!known && fresh.customers.length) choose(fresh.customers[0].id);
      else draw();
    } catch (error) {
      since = null;
      if (error.name === "AbortError") continue;
      if (!(error instanceof TypeError) && !/^state \d/.test(error.message)) throw error;
      connected(false);
      await pause(1000);
    }
  }
}

function showTheme() {
  const wanted = localStorage.getItem("orbit.theme");
  if (wanted) document.documentElement.dataset.theme = wanted;
  const dark = wanted ? wanted === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  byId("theme").textContent = dark ? "☀️" : "🌙";
  return dark;
}

function words() {
  translate(document);
  byId("language").textContent = language() === "ru" ? "EN" : "RU";
  byId("new-customer-language").value = language();
  chat.words();
  desk.words();
  draw();
}

byId("language").addEventListener("click", () => {
  switchLanguage();
  words();
});

byId("theme").addEventListener("click", () => {
  localStorage.setItem("orbit.theme", showTheme() ? "light" : "dark");
  showTheme();
});

for (const button of document.querySelectorAll("[data-goto]")) {
  button.addEventListener("click", () => {
    document.body.dataset.view = button.dataset.goto;
    if (button.dataset.goto === "chat") chat.toBottom();
  });
}

byId("new-customer-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const chosen = byId("new-customer-language").value;
  const made = await act("customers", { name: nextName(chosen, state?.customers ?? []), language: chosen });
  if (made) choose(made.id);
});

addEventListener("hashchange", () => {
  const wanted = remembered();
  if (wanted !== null) choose(wanted);
});

showTheme();
words();
connected(false);
watch();
