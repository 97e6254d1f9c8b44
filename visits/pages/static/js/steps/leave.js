// The Leave button, which asks once in its own place: no dialog, and the call goes on meanwhile.

import { key, show } from "../dom.js";

/** Calls `leave()` once the visitor has said so twice. */
export class LeaveKeys {
  #root;
  #first;

  constructor(root, leave) {
    this.#root = root;
    this.#first = key(root, "leave", () => this.#ask());
    key(root, "stay", () => {
      this.reset();
      this.#first.focus();
    });
    key(root, "leave-now", leave);
  }

  /** Back to the one button. */
  reset() {
    show(this.#root, { leave: true, ask: false, stay: false, "leave-now": false });
  }

  #ask() {
    show(this.#root, { leave: false, ask: true, stay: true, "leave-now": true });
    this.#root.querySelector('[data-part="ask"]').focus();
  }
}
