// The visit as the page knows it: takes what the service and the visitor say, and keeps media and devices in step with it.

import { Sessions } from "./sessions.js";
import { isBehind, stepOf } from "./step.js";

const NOTHING = { camera: false, microphone: false };
const MISSED_AFTER_MS = 3_000;

/** One loading of the page. `parts`: {clock, memory, devices, awake, line, draw}; `draw(step, known)` shows what is known. */
export class Visit {
  #parts;
  #page;
  #sessions = new Sessions({
    send: (message) => this.#parts.line.send(message),
    changed: (media) => this.#learn(media),
  });
  #downSince = null;
  known = {
    welcome: null, call: null, callAt: 0, refused: null,
    connected: false, missed: false, online: true, accepted: false, resuming: false, ready: false, declined: false, left: false,
    trying: false, tried: false, using: NOTHING, devices: NOTHING, problems: { camera: null, microphone: null },
    seen: false, flowing: false, own: null, stream: null,
  };

  constructor(page, parts) {
    [this.#page, this.#parts] = [page, parts];
  }

  /** After a reload: what this tab had accepted and allowed is taken up again, where nothing need be asked. */
  async resume() {
    const { memory, devices } = this.#parts;
    const kept = memory.read();
    if (!kept?.accepted) return;
    this.#learn({ accepted: true, resuming: true });
    if (await devices.mayOpen(kept.devices)) {
      await this.#open(kept.devices);
      const { camera, microphone } = this.known.devices;
      if (camera === kept.devices.camera && microphone === kept.devices.microphone) this.goOn();
    }
    this.#learn({ resuming: false });
  }

  // ---- what the visitor does ----

  /** The rules are accepted. */
  accept() {
    this.#learn({ accepted: true });
  }

  /** The visitor will not join now; the booking stands, so nothing is said to the service. */
  decline() {
    this.#finish({ declined: true });
  }

  /** Try camera and microphone, asking the visitor's browser if need be. */
  async tryDevices() {
    this.#learn({ trying: true });
    await this.#open();
    this.#learn({ trying: false, tried: true });
  }

  /** On to the waiting room with the devices that work. */
  goOn() {
    this.#parts.memory.keep(this.known.devices);
    this.#learn({ ready: true, using: this.known.devices });
    this.#sayReady();
  }

  /** Goodbye, from the visitor: media shuts at once, and the service is told now or as soon as it answers again. */
  leave() {
    this.#shut();
    this.#learn({ left: true });
    if (this.known.connected) this.#sayLeave();
  }

  // ---- what the service says ----

  /** Take one message of contract/visitor_link.py. */
  hear(message) {
    switch (message.type) {
      case "welcome":
        return this.#welcomed(message);
      case "call":
        return this.#called(message);
      case "offer":
        return this.#offered(message);
      case "candidate":
        this.#sessions.candidate(message);
    }
  }

  /** The line is down; it mends itself. */
  down() {
    this.#downSince ??= performance.now();
    this.#learn({ connected: false });
  }

  /** The service refuses; a refusal that is over stands, any other only where nothing better is on the page. */
  refused(refusal, isOver) {
    if (isOver) this.#finish({ refused: refusal });
    else if (!this.known.welcome) this.#learn({ refused: refusal });
  }

  // ---- time and devices ----

  /** Every half second: report what is received, and draw what time has changed. */
  tick() {
    this.#sessions.report();
    const isMissed = this.#downSince !== null && performance.now() - this.#downSince > MISSED_AFTER_MS;
    this.#learn({ missed: isMissed, online: navigator.onLine });
  }

  /** A device stopped, or devices changed: try to have again what was in use. */
  async mend() {
    const { devices } = this.#parts;
    if (!this.known.ready || this.#isOver()) return;
    for (const track of await devices.mend(this.known.using)) await this.#sessions.replace(track);
    this.#learn({ devices: devices.working });
  }

  // ---- within ----

  #welcomed(welcome) {
    this.#parts.clock.set(welcome.server_time);
    this.#downSince = null;
    this.#learn({ welcome, connected: true, missed: false, refused: null });
    if (this.known.left) this.#sayLeave();
    else this.#sayReady();
  }

  #called(call) {
    if (isBehind(call, this.known)) return; // the laptop will tell the service, and it us
    this.#learn({ call, callAt: performance.now() });
    if (call.phase === "ended") return this.#finish({});
    if (this.#sessions.purpose === "preview" && !["checking", "joining"].includes(call.phase)) this.#sessions.part();
  }

  #offered(offer) {
    if (offer.page !== this.#page || !this.known.ready || this.#isOver()) return;
    this.#sessions.begin(offer, this.known.welcome.ice_servers, this.#parts.devices.tracks);
  }

  #sayReady() {
    if (this.known.ready && this.known.connected) this.#parts.line.send({ type: "ready", ...this.known.using });
  }

  #sayLeave() {
    this.#parts.line.send({ type: "leave" });
    this.#parts.line.close(); // what was sent is still delivered
  }

  async #open(wanted) {
    const { devices } = this.#parts;
    await devices.open(wanted);
    this.#learn({ own: devices.stream, devices: devices.working, problems: { ...devices.problems } });
  }

  #isOver() {
    return this.known.left || stepOf(this.known) === "goodbye";
  }

  #shut() {
    this.#sessions.part();
    this.#parts.devices.close();
    this.#parts.memory.clear();
  }

  #finish(learned) {
    this.#parts.line.close();
    this.#shut();
    this.#learn(learned);
  }

  #learn(learned) {
    Object.assign(this.known, learned);
    const step = stepOf(this.known);
    this.#parts.awake.set(["waiting", "call"].includes(step));
    this.#parts.draw(step, this.known);
  }
}
