// The call: them large, you small, time left, and leaving, which is asked once.

import { fill, play, show, showOwn } from "../dom.js";
import { callFace, leftNow } from "../step.js";
import { leftWords, warningAt } from "../time.js";
import { bandWords, callWords, withoutWords } from "../words.js";
import { LeaveKeys } from "./leave.js";

/** `on` has `leave()`. */
export class CallStep {
  #root;
  #them;
  #bar;
  #keys;
  #mustTap = false;
  #before = {};
  #said = "";

  constructor(root, on) {
    this.#root = root;
    this.#them = root.querySelector("[data-them]");
    this.#bar = root.querySelector("progress");
    this.#keys = new LeaveKeys(root, on.leave);
    root.querySelector('[data-key="hear"]').addEventListener("click", () => this.#hear());
  }

  /** Returns what to say aloud when it changes: how the call stands, or a warning of time. */
  draw(known) {
    const face = callFace(known);
    const words = callWords(face, known);
    fill(this.#root, { title: `Video call with ${known.welcome.for_whom}`, without: withoutWords(known.devices) });
    fill(this.#root, words ?? { state: "", more: "" });
    show(this.#root, { words: words !== null, hear: this.#mustTap && known.stream !== null });
    this.#root.dataset.face = face;
    showOwn(this.#root, known);
    this.#drawStream(known.stream, face);
    const warning = this.#drawLeft(known) ?? "";
    const bands = this.#drawBands(known);
    return this.#newest({ face: words ? `${words.state}. ${words.more}` : "", ...bands, warning: words ? "" : warning });
  }

  /** Let go of the picture when the call is over. */
  leave() {
    this.#keys.reset();
    [this.#before, this.#said] = [{}, ""];
    play(this.#them, null);
  }

  #drawBands(known) {
    const bands = bandWords(known);
    fill(this.#root, bands);
    show(this.#root, Object.fromEntries(Object.entries(bands).map(([name, words]) => [name, words !== ""])));
    return { ...bands, notice: bands.notice && `An officer says: ${bands.notice}` };
  }

  /** Of all that stands, only what is new is said; what goes is not. */
  #newest(words) {
    const fresh = Object.entries(words).filter(([name, text]) => text && text !== this.#before[name]);
    if (fresh.length) this.#said = fresh.map(([, text]) => text).join(" ");
    this.#before = words;
    return this.#said;
  }

  #drawStream(stream, face) {
    const isNew = stream !== this.#them.srcObject;
    play(this.#them, stream);
    this.#them.muted = this.#mustTap || face === "held";
    if (isNew && stream) this.#start();
  }

  async #start() {
    try {
      await this.#them.play();
    } catch (error) {
      if (error.name !== "NotAllowedError") return; // a newer stream took its place
      this.#mustTap = this.#them.muted = true;
      await this.#them.play().catch(() => {});
    }
  }

  #hear() {
    this.#mustTap = this.#them.muted = false;
    this.#root.querySelector('[data-key="hear"]').hidden = true;
    this.#them.play();
  }

  #drawLeft(known) {
    const left = leftNow(known, performance.now());
    const whole = Date.parse(known.welcome.ends_at) - Date.parse(known.welcome.starts_at);
    const warning = left === null ? null : warningAt(left);
    show(this.#root, { left: left !== null, goodbye: warning === "goodbye" && known.call.phase === "live" });
    if (left === null) return null;
    fill(this.#root, { left: leftWords(left) });
    this.#bar.value = Math.min(1, left / whole);
    this.#root.dataset.warning = warning ?? "";
    if (warning === "goodbye") return "Time to say goodbye";
    return warning ? leftWords(warning * 60_000) : null;
  }
}
