// Keeps the screen on from the waiting room to the goodbye, where the browser can.

/** A wake lock that comes back when the page is seen again. */
export class Awake {
  #wanted = false;
  #lock = null;

  constructor() {
    document.addEventListener("visibilitychange", () => this.#hold());
  }

  /** Keep the screen on, or let it sleep. Safe to repeat. */
  set(wanted) {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted) this.#hold();
    else this.#release();
  }

  async #hold() {
    if (!this.#wanted || document.visibilityState !== "visible" || !navigator.wakeLock) return;
    try {
      this.#lock = await navigator.wakeLock.request("screen");
      if (!this.#wanted) this.#release();
    } catch (error) {
      console.warn("the screen may sleep:", error.name); // low battery, or not allowed: the call still works
    }
  }

  #release() {
    this.#lock?.release();
    this.#lock = null;
  }
}
