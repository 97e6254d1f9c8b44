// The visitor's camera and microphone: opens what works, and says of the rest what is wrong with it.

const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: "user" };
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const KINDS = { camera: { video: VIDEO }, microphone: { audio: AUDIO } };
const PROBLEM = {
  NotAllowedError: "blocked",
  SecurityError: "insecure",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** Camera and microphone. `lost(kind)` is called when one that worked stops by itself. */
export class Devices {
  stream = new MediaStream();
  problems = { camera: null, microphone: null };
  #lost;
  #mending = false;

  constructor(lost) {
    this.#lost = lost;
  }

  /** The open tracks, each null when there is none: {camera, microphone}. */
  get tracks() {
    const live = this.stream.getTracks().filter((track) => track.readyState === "live");
    const of = (kind) => live.find((track) => track.kind === kind) ?? null;
    return { camera: of("video"), microphone: of("audio") };
  }

  /** What works: {camera, microphone}, as the service wants it in `ready`. */
  get working() {
    const { camera, microphone } = this.tracks;
    return { camera: camera !== null, microphone: microphone !== null };
  }

  /** Open `wanted` ({camera, microphone} as booleans), together if possible; `problems` says what did not open. */
  async open(wanted = { camera: true, microphone: true }) {
    this.close();
    const kinds = Object.keys(wanted).filter((kind) => wanted[kind]);
    if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) return this.#fail(kinds, "insecure");
    const problem = await this.#take(kinds);
    if (!problem) return;
    this.#fail(kinds, problem);
    for (const kind of kinds.length > 1 ? await worthTrying(kinds, problem) : []) {
      this.problems[kind] = await this.#take([kind]);
    }
  }

  /** True when `wanted` can be opened without asking the visitor anything. */
  async mayOpen(wanted) {
    const kinds = Object.keys(wanted).filter((kind) => wanted[kind]);
    const states = await Promise.all(kinds.map(permission));
    return states.every((state) => state === "granted");
  }

  /** Open again those of `wanted` that have stopped; returns the new tracks. One at a time: a second call finds nothing. */
  async mend(wanted) {
    if (this.#mending) return [];
    this.#mending = true;
    const working = this.working;
    const before = this.stream.getTracks();
    for (const kind of Object.keys(wanted).filter((name) => wanted[name] && !working[name])) {
      if (["granted", "unknown"].includes(await permission(kind))) this.problems[kind] = await this.#take([kind]);
    }
    this.#mending = false;
    return this.stream.getTracks().filter((track) => !before.includes(track));
  }

  /** Stop everything, so that the camera's light goes out. Safe twice. */
  close() {
    for (const track of this.stream.getTracks()) {
      track.onended = null;
      track.stop();
      this.stream.removeTrack(track);
    }
    this.problems = { camera: null, microphone: null };
  }

  async #take(kinds) {
    try {
      const got = await navigator.mediaDevices.getUserMedia(Object.assign({}, ...kinds.map((kind) => KINDS[kind])));
      got.getTracks().forEach((track) => this.#keep(track));
      return null;
    } catch (error) {
      return PROBLEM[error.name] ?? "busy";
    }
  }

  #keep(track) {
    const kind = track.kind === "video" ? "camera" : "microphone";
    if (kind === "camera") track.contentHint = "motion";
    track.onended = () => this.#lost(kind);
    for (const old of this.stream.getTracks()) if (old.kind === track.kind) this.stream.removeTrack(old);
    this.stream.addTrack(track);
  }

  #fail(kinds, problem) {
    kinds.forEach((kind) => (this.problems[kind] = problem));
  }
}

// After "blocked", asking again for each would only nag, unless one of the two is not blocked.
async function worthTrying(kinds, problem) {
  if (problem === "insecure") return [];
  if (problem !== "blocked") return kinds;
  const states = await Promise.all(kinds.map(permission));
  return states.includes("denied") ? kinds.filter((_, index) => ["granted", "prompt"].includes(states[index])) : [];
}

async function permission(name) {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return "unknown"; // Firefox and Safari did not know these names for years
  }
}
