// The check: the visitor's own picture, a level that moves with the real sound, and what to do about each failure.

import { fill, key, show, showOwn } from "../dom.js";
import { helpFor } from "../help.js";
import { Level } from "../level.js";
import { goOnWords, problemCards } from "../problems.js";

const BARS = 16;

/** `on` has `attempt()` and `goOn()`. */
export class CheckStep {
  #root;
  #level = null;
  #bars;
  #drawn = null;
  #goOn;

  constructor(root, on) {
    this.#root = root;
    this.#bars = Array.from({ length: BARS }, () => document.createElement("i"));
    root.querySelector("[data-level]").append(...this.#bars);
    key(root, "try", on.attempt);
    key(root, "again", on.attempt);
    this.#goOn = key(root, "go-on", on.goOn);
  }

  /** Draw the check; the level and the problems are set up once for each attempt. */
  draw(known) {
    const { trying, tried, devices, problems } = known;
    const isDone = tried && !trying;
    const isWhole = devices.camera && devices.microphone;
    show(this.#root, {
      ask: !tried && !trying,
      trying,
      level: isDone && devices.microphone,
      problems: isDone && !isWhole,
      keys: isDone,
      again: isDone && !isWhole,
    });
    showOwn(this.#root, known);
    if (!isDone) return this.leave();
    if (this.#drawn === problems) return;
    this.#drawn = problems;
    this.#drawResult(known);
  }

  /** Stop listening. */
  leave() {
    this.#level?.close();
    this.#level = null;
    this.#drawn = null;
  }

  #drawResult({ devices, problems, own, welcome }) {
    const { warning, key: label } = goOnWords(devices, welcome.for_whom);
    this.#goOn.textContent = label;
    this.#goOn.classList.toggle("button--main", warning === "");
    const cards = problemCards(problems).map(drawCard);
    this.#root.querySelector('[data-part="problems"]').replaceChildren(...cards, paragraph(warning));
    if (devices.microphone) this.#level = new Level(own, (level, heard) => this.#drawLevel(level, heard));
    (warning ? this.#root.querySelector('[data-key="again"]') : this.#goOn).focus({ preventScroll: !warning });
  }

  #drawLevel(level, heard) {
    const lit = Math.round(level * BARS);
    this.#bars.forEach((bar, index) => bar.classList.toggle("lit", index < lit));
    fill(this.#root, { heard: heard ? "We can hear you." : "Say hello. The bar moves when we hear you." });
  }
}

function drawCard({ title, words, help }) {
  const card = document.createElement("div");
  card.className = "card";
  const heading = document.createElement("h2");
  heading.textContent = title;
  card.append(heading, paragraph(words));
  if (help) card.append(...drawHelp(helpFor(navigator.userAgent)));
  return card;
}

function drawHelp({ picture, alt, steps }) {
  const image = Object.assign(document.createElement("img"), { src: picture, alt, width: 320, height: 200 });
  const list = document.createElement("ol");
  list.append(...steps.map((step) => Object.assign(document.createElement("li"), { textContent: step })));
  return [image, list];
}

function paragraph(text) {
  return Object.assign(document.createElement("p"), { textContent: text });
}
