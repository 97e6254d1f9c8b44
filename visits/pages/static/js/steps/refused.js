// A refusal: the service's sentence, and "Try again" where that can help.

import { fill, show } from "../dom.js";
import { refusedTitle } from "../words.js";

const TRY_AGAIN = ["link_in_use", "link_not_claimed", "opened_elsewhere", "too_many", "unavailable", "wrong_protocol"];

/** Trying again loads the page anew, which also brings a newer page after an update of the service. */
export class RefusedStep {
  #root;

  constructor(root) {
    this.#root = root;
  }

  /** Draw the refusal that is known. */
  draw({ refused }) {
    fill(this.#root, { title: refusedTitle(refused.code), why: refused.text });
    show(this.#root, { again: TRY_AGAIN.includes(refused.code) });
  }
}
