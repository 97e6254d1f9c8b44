// One media session: answers one offer, sends what the visitor has, and counts what arrives.

import { quickStart } from "./quick-start.js";
import { Received } from "./received.js";

const LOOK_FIRST_MS = 100; // the call is not live until we have said that something came
const LOOKS_FIRST = 50;
const WAITS_MS = 1_000; // once the two have met: what has not come by then is not waited for
const BEST_VIDEO = { maxBitrate: 2_500_000, maxFramerate: 30 };

/** One peer connection for one `offer`. `on` has `send(message)`, `changed()` and, when the offer is answered, `answered()`. */
export class Session {
  #offer;
  #on;
  #pc;
  #tracks = [];
  #early = [];
  #received = new Received();
  #waiting = null;
  #hasWaited = false;

  constructor(offer, iceServers, on) {
    this.#offer = offer;
    this.#on = on;
    this.#pc = new RTCPeerConnection({ iceServers: iceServers.map(plainServer) });
    this.#pc.onicecandidate = ({ candidate }) => this.#trickle(candidate);
    this.#pc.onconnectionstatechange = () => this.#moved();
    this.#pc.ontrack = ({ track }) => {
      this.#tracks.push(track);
      track.onunmute = () => on.changed();
    };
  }

  get id() {
    return this.#offer.session;
  }

  get purpose() {
    return this.#offer.purpose;
  }

  /** True while media may flow: the peers have met and have not parted. */
  get connected() {
    return this.#pc.connectionState === "connected";
  }

  /** True once the two will not meet any more. */
  get over() {
    return ["failed", "closed"].includes(this.#pc.connectionState);
  }

  /** The tracks of `kind` that come. */
  tracks(kind) {
    return this.#tracks.filter((track) => track.kind === kind);
  }

  /** True once sound has come, or a picture has been decoded, or either was waited for long enough. */
  brings(kind) {
    if (!this.connected) return false;
    if (this.#hasWaited) return true;
    return kind === "video" ? this.#received.hasPicture : this.tracks(kind).some((track) => !track.muted);
  }

  /** Answer at once, sending of `tracks` ({camera, microphone}, each a track or null) only what was asked for. */
  async answer(tracks) {
    const pc = this.#pc;
    try {
      await pc.setRemoteDescription({ type: "offer", sdp: quickStart(this.#offer.sdp) });
      await Promise.all(pc.getTransceivers().map((transceiver) => attach(transceiver, tracks)));
      await pc.setLocalDescription();
    } catch (error) {
      if (pc.signalingState === "closed") return; // a newer offer came meanwhile
      throw error;
    }
    this.#say({ type: "answer", sdp: pc.localDescription.sdp });
    this.#on.answered();
    this.#early.splice(0).forEach((candidate) => this.#add(candidate));
    await Promise.all(pc.getSenders().map(prefer));
    if (this.purpose === "call") await this.#reportFirst();
  }

  /** Take a candidate of the laptop's; those that come before the offer is read are kept for it. */
  candidate(message) {
    if (this.#pc.remoteDescription) this.#add(message);
    else this.#early.push(message);
  }

  /** Send `track` in place of the one of its kind, after a device was changed. */
  async replace(track) {
    const sender = this.#pc.getTransceivers().find(({ receiver }) => receiver.track.kind === track.kind)?.sender;
    await sender?.replaceTrack(track);
  }

  /** Tell the laptop what has been received since the session began. */
  async report() {
    await this.#count();
    if (this.#pc.connectionState !== "closed") this.#say({ type: "received", ...this.#received.report() });
  }

  /** Report as soon as picture has come, and as soon as sound has; from then on the page reports every half second. */
  async #reportFirst() {
    let told = 0;
    for (let looks = 0; looks < LOOKS_FIRST && told < 2 && this.#pc.connectionState !== "closed"; looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_FIRST_MS));
      await this.#count();
      if (this.#received.kinds > told) {
        told = this.#received.kinds;
        await this.report();
      }
    }
  }

  async #count() {
    const before = this.#received.kinds;
    this.#received.count(await this.#pc.getStats());
    if (this.#received.kinds !== before) this.#on.changed();
  }

  /** Shut the connection; the visitor's tracks stay open for the next one. Safe twice. */
  close() {
    this.#pc.onicecandidate = this.#pc.onconnectionstatechange = this.#pc.ontrack = null;
    for (const track of this.#tracks) track.onunmute = null;
    clearTimeout(this.#waiting);
    this.#pc.close();
  }

  #moved() {
    if (this.connected) this.#waiting ??= setTimeout(() => this.#wait(), WAITS_MS);
    this.#on.changed();
  }

  #wait() {
    this.#hasWaited = true;
    this.#on.changed();
  }

  #trickle(candidate) {
    if (candidate?.candidate === "") return; // one browser's extra "no more" before the real one
    this.#say({ type: "candidate", candidate: candidate?.candidate ?? "", mid: candidate?.sdpMid ?? null });
  }

  #add({ candidate, mid }) {
    if (!candidate || this.#pc.signalingState === "closed") return;
    const where = mid === null || mid === undefined ? { sdpMLineIndex: 0 } : { sdpMid: mid };
    this.#pc.addIceCandidate({ candidate, ...where }).catch((error) => console.warn("candidate not used:", error.name));
  }

  #say(message) {
    this.#on.send({ booking_id: this.#offer.booking_id, session: this.id, ...message });
  }
}

function plainServer({ urls, username, credential }) {
  return username ? { urls, username, credential } : { urls };
}

async function attach(transceiver, { camera, microphone }) {
  const track = transceiver.receiver.track.kind === "video" ? camera : microphone;
  if (!track) return;
  transceiver.direction = "sendrecv"; // the answer narrows this to what was offered
  await transceiver.sender.replaceTrack(track);
}

async function prefer(sender) {
  if (sender.track?.kind !== "video") return;
  const parameters = sender.getParameters();
  if (!parameters.encodings?.length) return; // not being sent, or an old Firefox
  Object.assign(parameters.encodings[0], BEST_VIDEO);
  parameters.degradationPreference = "balanced";
  await sender.setParameters(parameters).catch((error) => console.warn("video as the browser likes it:", error.name));
}
