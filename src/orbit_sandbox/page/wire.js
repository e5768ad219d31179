// The HTTP API of the control panel: a long poll for the state, and a POST for each action.

import { note } from "./dom.js";
import { word } from "./words.js";

/** The current state. With *since*, a version, the server waits for a change first. */
export async function readState(customer, since, signal) {
  const query = new URLSearchParams();
  if (customer !== null) query.set("customer", customer);
  if (since !== null) query.set("since", since);
  const answer = await fetch(`/sandbox/state?${query}`, { signal, cache: "no-store" });
  if (!answer.ok) throw new Error(`state ${answer.status}`);
  return answer.json();
}

/** Perform an action and return the response. On an error, show the reason and return null. */
export async function act(action, body = {}, confirmation = "") {
  try {
    const answer = await fetch(`/sandbox/${action}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const result = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(reason(result, answer.status));
    if (confirmation) note(confirmation, "good");
    return result;
  } catch (error) {
    note(error.message, "bad");
    return null;
  }
}

function reason(result, status) {
  const text = result.error ?? result.detail?.error ?? result.detail;
  return typeof text === "string" ? word(text) : `HTTP ${status}`;
}
