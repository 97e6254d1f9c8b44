// The page's line to the service: claims the link, opens the WebSocket, and does both again until closed.

import { pause, waitFor } from "./backoff.js";
import { claim } from "./claim.js";

const PROTOCOL = 1;
const OPENING_MS = 10_000;
const STUCK_BYTES = 65_536;
const UNREADABLE = 4007; // 1007 is not for a page to give; RFC 6455 leaves 4000 and up to applications
// After these, coming back by ourselves cannot help: the visitor must read the sentence and act.
const OVER = new Set([
  "link_unknown", "link_expired", "link_in_use", "link_not_claimed", "opened_elsewhere", "not_vetted", "booking_over",
  "wrong_protocol",
]);

/** One line that mends itself. `on` has `message(data)`, `down()` and `refused({code, text}, isOver)`. */
export class Line {
  #path;
  #page;
  #on;
  #socket = null;
  #closed = false;
  #tries = 0;

  constructor(path, page, on) {
    this.#path = path;
    this.#page = page;
    this.#on = on;
    addEventListener("offline", () => this.#socket?.close());
  }

  /** Keep a line open until `close()` or a refusal that is over. */
  async run() {
    while (!this.#closed) {
      const { ok, refused } = await claim(this.#path);
      if (refused) this.#refuse(refused);
      if (ok && !this.#closed) await this.#talk();
      if (this.#closed) return;
      this.#on.down();
      await pause(waitFor(this.#tries++));
    }
  }

  /** Send `message` if the line is open; a message for a line that is down is out of date when it comes back. */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > STUCK_BYTES) return void this.#socket.close();
    this.#socket.send(JSON.stringify(message));
  }

  /** Close for good. Safe twice. */
  close() {
    this.#closed = true;
    this.#socket?.close();
  }

  #talk() {
    const url = new URL(`${this.#path}/ws`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = (this.#socket = new WebSocket(url));
    const late = setTimeout(() => socket.close(), OPENING_MS);
    return new Promise((resolve) => {
      socket.onopen = () => this.send({ type: "hello", protocol: PROTOCOL, page: this.#page });
      socket.onmessage = (event) => {
        clearTimeout(late);
        const message = read(event.data);
        if (message) this.#hear(message);
        else socket.close(UNREADABLE);
      };
      socket.onclose = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }

  #hear(message) {
    if (this.#closed) return;
    if (message.type === "refused") return this.#refuse(message);
    if (message.type === "welcome") this.#tries = 0;
    this.#on.message(message);
  }

  #refuse({ code, text }) {
    const isOver = OVER.has(code);
    if (isOver) this.close();
    this.#on.refused({ code, text }, isOver);
  }
}

/** The message in a frame, or null where there is none: that line is broken, and the next may be better. */
function read(data) {
  if (typeof data !== "string") return null;
  try {
    const message = JSON.parse(data);
    return typeof message?.type === "string" ? message : null;
  } catch {
    return null;
  }
}
