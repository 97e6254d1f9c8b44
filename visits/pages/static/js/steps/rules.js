// Who, when and under which rules: the first step.

import { fill, key, show } from "../dom.js";
import { rulesWords } from "../words.js";

/** `on` has `accept()` and `decline()`. */
export class RulesStep {
  #root;

  constructor(root, on) {
    this.#root = root;
    key(root, "accept", on.accept);
    key(root, "decline", on.decline);
  }

  /** Recorded and watched are said only where it is so. */
  draw({ welcome }, now) {
    fill(this.#root, rulesWords(welcome, now));
    show(this.#root, { recorded: welcome.recorded, watched: welcome.watched });
  }
}
