// The desk's HTTP API: a long poll for what is so, and a POST for each thing a hand can do.

import { note } from "./dom.js";
import { word } from "./words.js";

/** What is so now; waits for a change when *since* is a version. */
export async function readState(customer, since, signal) {
  const query = new URLSearchParams();
  if (customer !== null) query.set("customer", customer);
  if (since !== null) query.set("since", since);
  const answer = await fetch(`/sandbox/state?${query}`, { signal, cache: "no-store" });
  if (!answer.ok) throw new Error(`state ${answer.status}`);
  return answer.json();
}

/** Do something; the answer, or null after telling the hand why it could not be done. */
export async function act(what, body = {}, said = "") {
  try {
    const answer = await fetch(`/sandbox/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const result = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(reason(result, answer.status));
    if (said) note(said, "good");
    return result;
  } catch (error) {
    note(error.message, "bad");
    return null;
  }
}

function reason(result, status) {
  const told = result.error ?? result.detail?.error ?? result.detail;
  return typeof told === "string" ? word(told) : `HTTP ${status}`;
}
