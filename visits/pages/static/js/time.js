// Times in words, as the prison's clock shows them and by the service's clock. Pure but for reading the browser's clocks.

const MINUTE = 60_000;
const WARN_AT_MINUTES = [1, 2, 5, 10];
const WARNED_FOR = 15_000;
const GOODBYE = 30_000;

/** The service's time, kept by the phone's monotonic clock, so that a wrong phone clock changes nothing. */
export class ServiceClock {
  #offset = Date.now() - performance.now();

  /** Take `iso` as the time now. */
  set(iso) {
    this.#offset = Date.parse(iso) - performance.now();
  }

  /** Milliseconds since 1970, as the service counts them. */
  now() {
    return this.#offset + performance.now();
  }
}

/** "2:30pm", "10am", "midday" or "midnight", on the prison's clock. `when` is ISO text or milliseconds. */
export function timeWords(when, timeZone) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "numeric", minute: "2-digit", hourCycle: "h23" });
  const parts = Object.fromEntries(format.formatToParts(new Date(when)).map((part) => [part.type, Number(part.value)]));
  const { hour, minute } = parts;
  if (minute === 0 && hour % 12 === 0) return hour === 0 ? "midnight" : "midday";
  const clock = `${hour % 12 || 12}${minute ? `:${String(minute).padStart(2, "0")}` : ""}`;
  return clock + (hour < 12 ? "am" : "pm");
}

/** "Friday 22 November", on the prison's calendar; day and month stay on one line. */
export function dayWords(when, timeZone) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "long", day: "numeric", month: "long" });
  const [weekday, ...rest] = format.format(new Date(when)).replace(",", "").split(" ");
  return `${weekday} ${rest.join("\u00a0")}`;
}

/** "2:30pm to 3pm, Friday 22 November". */
export function whenWords(starts, ends, timeZone) {
  return `${timeWords(starts, timeZone)} to ${timeWords(ends, timeZone)}, ${dayWords(starts, timeZone)}`;
}

/** "in 12 minutes", "in 1 hour 5 minutes", "in 3 days", "in 40 seconds"; "now" for the past. */
export function soonWords(ms) {
  const minutes = Math.ceil(ms / MINUTE);
  if (ms <= 0) return "now";
  if (ms < MINUTE) return `in ${count(Math.ceil(ms / 1000), "second")}`;
  if (minutes >= 2 * 24 * 60) return `in ${Math.round(minutes / (24 * 60))} days`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const words = [hours && count(hours, "hour"), rest && count(rest, "minute")];
  return `in ${words.filter(Boolean).join(" ")}`;
}

/** "12 minutes left": minutes begun, as on the laptop; in the last minute "40 seconds left". */
export function leftWords(ms) {
  const seconds = Math.ceil(Math.max(0, ms) / 1000);
  return `${seconds < 60 ? count(seconds, "second") : count(Math.ceil(seconds / 60), "minute")} left`;
}

/** "28 minutes" to the nearest minute, as on the laptop; "40 seconds" under one. */
export function talkWords(ms) {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? count(seconds, "second") : count(Math.round(seconds / 60), "minute");
}

/** Which warning stands at `ms` left: 10, 5, 2 or 1 (minutes, for a while), "goodbye" (the last 30 s) or null. */
export function warningAt(ms) {
  if (ms <= GOODBYE) return "goodbye";
  return WARN_AT_MINUTES.find((minutes) => ms <= minutes * MINUTE && ms > minutes * MINUTE - WARNED_FOR) ?? null;
}

function count(number, unit) {
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}
