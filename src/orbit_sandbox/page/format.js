// Formatting of numbers, amounts and times. Amounts are BigInt, never floats.

import { language, word } from "./words.js";

const locale = () => (language() === "ru" ? "ru-RU" : "en-GB");
const USDT = "ton:jetton:0:B113A994B5024A16719F69139328EB759596C38A25F59028B146FECDC3621DFE";
const SIGNS = { RUB: ["₽", 2], "ton:native": ["TON (GRAM)", 9], XTR: ["⭐", 0], USDT: ["USDT", 6], [USDT]: ["USDT", 6] };

/** *units* of a currency's smallest unit as the bot writes them: 12950 RUB is `129,50 ₽` or `₽129.50`. */
export function money(units, currency) {
  const russian = language() === "ru";
  const [sign, decimals] = SIGNS[currency] ?? [currency, 0];
  const whole = BigInt(units);
  const size = (whole < 0n ? -whole : whole).toString().padStart(decimals + 1, "0");
  const head = size.slice(0, size.length - decimals).replace(/\B(?=(\d{3})+$)/g, russian ? "\u00a0" : ",");
  const tail = decimals ? size.slice(-decimals).replace(/0+$/, "") : "";
  const padded = tail && currency === "RUB" ? tail.padEnd(2, "0") : tail;
  const number = `${head}${padded ? `${russian ? "," : "."}${padded}` : ""}`;
  const minus = whole < 0n ? "−" : "";
  return currency === "RUB" && !russian ? `${minus}${sign}${number}` : `${minus}${number}\u00a0${sign}`;
}

export const ton = (nano) => money(nano, "ton:native");
export const usdt = (units) => money(units, USDT);
export const stars = (count) => `⭐\u00a0${count}`;

export function bytes(count) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let size = Number(count);
  let step = 0;
  while (size >= 1024 && step < units.length - 1) [size, step] = [size / 1024, step + 1];
  return `${size.toLocaleString(locale(), { maximumFractionDigits: 1 })}\u00a0${units[step]}`;
}

// VPN panels give times in Unix seconds, all other sources as ISO text.
const moment = (at) => new Date(typeof at === "number" && at < 1e11 ? at * 1000 : at);

export const time = (at) => moment(at).toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
export const clockTime = (at) => moment(at).toLocaleTimeString(locale());

export const day = (at) =>
  moment(at).toLocaleDateString(locale(), { day: "numeric", month: "long", year: "numeric" });

export const shortDay = (at) =>
  moment(at).toLocaleString(locale(), { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** "3 d 4 h": the two largest parts of a span of seconds. */
export function span(seconds) {
  const names = language() === "ru" ? ["д", "ч", "мин"] : ["d", "h", "min"];
  const parts = [Math.floor(seconds / 86400), Math.floor((seconds % 86400) / 3600), Math.floor((seconds % 3600) / 60)];
  const shown = parts.map((count, at) => (count ? `${count}\u00a0${names[at]}` : "")).filter(Boolean);
  return shown.slice(0, 2).join(" ") || `0\u00a0${names[2]}`;
}

/** A long address or id without its middle. */
export const short = (text, head = 6, tail = 6) =>
  text.length > head + tail + 3 ? `${text.slice(0, head)}…${text.slice(-tail)}` : text;

export const accountWord = (account) => short(account, 24, 6);
export const statusWord = (status) => word(status);
