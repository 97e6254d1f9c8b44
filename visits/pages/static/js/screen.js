// Shows one step at a time, moves the focus to its heading, and says aloud what changes within it.

import { offlineWords } from "./words.js";

const DARK = "#0B1F2A";
const LIGHT = "#F6F4EF";

/** The page as a whole. `steps` are the drawn steps by name; those that never change need none. */
export class Screen {
  #steps;
  #now = "opening";
  #sections = document.querySelectorAll("section[data-step]");
  #say = document.getElementById("say");
  #offline = document.getElementById("offline");
  #where = document.getElementById("where");
  #theme = document.querySelector("meta[name=theme-color]");

  constructor(steps) {
    this.#steps = steps;
  }

  /** Draw `step` for what is `known`; called at every change and every half second. */
  draw(step, known, now) {
    const spoken = this.#steps[step]?.draw(known, now);
    if (step !== this.#now) this.#turnTo(step);
    else if (spoken && spoken !== this.#say.textContent) this.#say.textContent = spoken;
    this.#where.textContent = known.welcome?.establishment ?? "";
    this.#drawOffline(step, known);
  }

  #turnTo(step) {
    this.#steps[this.#now]?.leave?.();
    this.#now = step;
    this.#say.textContent = "";
    for (const section of this.#sections) section.hidden = section.dataset.step !== step;
    document.body.dataset.step = step;
    this.#theme.content = step === "call" ? DARK : LIGHT;
    const heading = document.querySelector(`section[data-step="${step}"] h1`);
    document.title = `${heading.textContent} - Video visit`;
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  #drawOffline(step, known) {
    const isSaid = known.missed && !["goodbye", "refused"].includes(step) && !(step === "call" && !known.flowing);
    const words = isSaid ? offlineWords(step, known) : "";
    if (this.#offline.textContent !== words) this.#offline.textContent = words;
    this.#offline.hidden = !isSaid;
  }
}
