// What this tab remembers over a reload, so that a visitor in a call comes straight back to it.

/** Keeps a small record for one page, in the tab only; without storage it simply forgets. */
export class Memory {
  #key;

  constructor(path) {
    this.#key = `visit:${path}`;
  }

  /** {accepted, devices: {camera, microphone}}, or null. */
  read() {
    try {
      const { accepted, devices } = JSON.parse(sessionStorage.getItem(this.#key));
      return { accepted: accepted === true, devices: { camera: devices.camera === true, microphone: devices.microphone === true } };
    } catch {
      return null; // nothing kept, storage is off, or it is not ours
    }
  }

  /** Remember that the rules were accepted and which devices were in use. */
  keep(devices) {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify({ accepted: true, devices }));
    } catch (error) {
      console.warn("nothing is remembered:", error.name); // private browsing: a reload asks again
    }
  }

  /** Forget. */
  clear() {
    try {
      sessionStorage.removeItem(this.#key);
    } catch (error) {
      console.warn("nothing was remembered:", error.name);
    }
  }
}
