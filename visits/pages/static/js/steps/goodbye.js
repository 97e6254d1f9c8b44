// The end, with the sentence that the laptop shows too; nothing to press.

import { fill } from "../dom.js";
import { goodbyeWords } from "../words.js";

/** The last step. */
export class GoodbyeStep {
  #root;

  constructor(root) {
    this.#root = root;
  }

  /** Returns what to say aloud when it changes. */
  draw(known) {
    const words = goodbyeWords(known);
    fill(this.#root, words);
    return [words.why, words.talked, words.owed].filter(Boolean).join(" ");
  }
}
