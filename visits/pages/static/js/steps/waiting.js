// The waiting room: what is happening, and the visitor's own picture.

import { fill, showOwn } from "../dom.js";
import { whenWords } from "../time.js";
import { waitingWords, withoutWords } from "../words.js";

/** Nothing to press here: the call begins by itself. */
export class WaitingStep {
  #root;

  constructor(root) {
    this.#root = root;
  }

  /** Returns what to say aloud when it changes. */
  draw(known, now) {
    const { title, words } = waitingWords(known, now);
    const { starts_at: starts, ends_at: ends, timezone, for_whom: who } = known.welcome;
    const when = `Your call with ${who}: ${whenWords(starts, ends, timezone)}.`;
    fill(this.#root, { title, words, when, without: withoutWords(known.devices) });
    showOwn(this.#root, known);
    return `${title}. ${words}`;
  }
}
