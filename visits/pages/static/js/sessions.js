// The media session there is, and the next one, which takes over from it without a break; it knows no step and no rule.

import { Session } from "./session.js";

const KINDS = ["audio", "video"];

/** `on` has `send(message)` and `changed({stream, flowing, seen})`: what comes, and whether media flows for a call or a preview. */
export class Sessions {
  #on;
  #session = null;
  #next = null; // a session of the same call that is to take over from #session once it brings sound and picture
  #stream = null; // what is played: one stream from the first session of a call on, because a new one begins blank

  constructor(on) {
    this.#on = on;
  }

  /** What the session is for; undefined without one. */
  get purpose() {
    return this.#session?.purpose;
  }

  /** Answer `offer`: beside the session there is if both are of a call, else in its place. */
  begin(offer, iceServers, tracks) {
    const renews = offer.purpose === "call" && this.purpose === "call";
    if (!renews) this.part();
    this.#forgetNext();
    const session = new Session(offer, iceServers, {
      send: this.#on.send,
      changed: () => (session === this.#next ? this.#takeOver(session) : this.#tell()),
      answered: () => session === this.#session && session.purpose === "call" && this.#play(session, KINDS),
    });
    [this.#session, this.#next] = renews ? [this.#session, session] : [session, null];
    session.answer(tracks).catch((error) => {
      console.warn("this offer cannot be answered:", error.message); // the laptop will offer again
      if (this.#next === session) this.#forgetNext();
      else if (this.#session === session) this.part();
    });
  }

  /** A candidate of the laptop's, for whichever session it names. */
  candidate(message) {
    for (const session of this.#both) if (message.session === session.id) session.candidate(message);
  }

  /** Tell the laptop what has been received in a call, by the newest session in which the two have met. */
  report() {
    const newest = this.#next?.connected ? this.#next : this.#session;
    if (newest?.purpose === "call") newest.report();
  }

  /** Send `track` in place of the one of its kind. */
  async replace(track) {
    for (const session of this.#both) await session.replace(track);
  }

  /** Shut them. Safe twice. */
  part() {
    for (const session of this.#both) session.close();
    this.#session = this.#next = this.#stream = null;
    this.#tell();
  }

  get #both() {
    return [this.#session, this.#next].filter((session) => session !== null);
  }

  /** What was seen and heard stays until the new session brings it, each kind by itself: no break without need. */
  #takeOver(session) {
    if (session.over) return this.#forgetNext();
    const brought = KINDS.filter((kind) => session.brings(kind));
    if (brought.length) this.#play(session, brought);
    if (brought.length === KINDS.length) {
      this.#session.close();
      [this.#session, this.#next] = [session, null];
    }
    this.#tell();
  }

  /** Let these `kinds` of `session` take the place of what came before. */
  #play(session, kinds) {
    this.#stream ??= new MediaStream();
    for (const kind of kinds) {
      const tracks = session.tracks(kind);
      const before = this.#stream.getTracks().filter((track) => track.kind === kind && !tracks.includes(track));
      for (const track of tracks) this.#stream.addTrack(track);
      for (const track of before) this.#stream.removeTrack(track);
    }
    this.#tell();
  }

  #forgetNext() {
    if (!this.#next) return;
    this.#next.close();
    this.#next = null;
    this.#play(this.#session, KINDS);
  }

  #tell() {
    const met = this.#both.filter((session) => session.connected);
    const isCall = this.purpose === "call";
    this.#on.changed({ stream: this.#stream, flowing: isCall && met.length > 0, seen: !isCall && met.length > 0 });
  }
}
