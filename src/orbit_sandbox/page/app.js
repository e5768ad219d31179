// The page: holds the selected customer and the state, and redraws the chat and the control panel.

import { makeChat } from "./chat.js";
import { drawCustomers, nextName } from "./customers.js";
import { makeControlPanel } from "./control_panel.js";
import { act, readState } from "./wire.js";
import { switchLanguage, translate, word, language } from "./words.js";

const byId = (id) => document.getElementById(id);
const chat = makeChat(byId("chat"), () => customer);
const controlPanel = makeControlPanel(byId("control-panel"), () => customer);

let customer = customerInAddress();
let state = null;
let waiting = new AbortController();

function customerInAddress() {
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
  controlPanel.draw(state, customer);
}

function showConnection(isConnected) {
  const line = document.querySelector(".connection");
  line.textContent = isConnected ? "" : word(state ? "offline" : "connecting");
  document.body.classList.toggle("offline", !isConnected && state !== null);
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Read the state and draw it, in a loop. A version is valid only for the customer it was read for. */
async function poll() {
  let since = null;
  let sinceCustomer = null;
  for (;;) {
    const requested = customer;
    waiting = new AbortController();
    try {
      const fresh = await readState(requested, requested === sinceCustomer ? since : null, waiting.signal);
      if (requested !== customer) continue;
      [state, since, sinceCustomer] = [fresh, fresh.version, requested];
      showConnection(true);
      const known = fresh.customers.some((one) => one.id === customer);
      if (!known && fresh.customers.length) choose(fresh.customers[0].id);
      else draw();
    } catch (error) {
      since = null;
      if (error.name === "AbortError") continue;
      if (!(error instanceof TypeError) && !/^state \d/.test(error.message)) throw error;
      showConnection(false);
      await sleep(1000);
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
  controlPanel.words();
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
  const wanted = customerInAddress();
  if (wanted !== null) choose(wanted);
});

showTheme();
words();
showConnection(false);
poll();
