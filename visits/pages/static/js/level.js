// How loud the microphone is, from its real samples.

const QUIET_DB = -60;
const LOUD_DB = -20;
const HEARD_DB = -42;
const FALL = 1.5; // of the whole a second: a short sound can be seen

/** Listens to `stream` and calls `on(level, heard)` each frame drawn: level 0 to 1, heard once speech was loud enough. */
export class Level {
  #context;
  #analyser;
  #samples;
  #on;
  #heard = false;
  #level = 0;
  #at = performance.now();
  #next = 0;

  constructor(stream, on) {
    this.#on = on;
    this.#context = new AudioContext();
    this.#context.resume(); // Safari starts it asleep, even after a tap
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = 2048;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
    this.#measure();
  }

  /** Stop listening. Safe twice. */
  close() {
    cancelAnimationFrame(this.#next);
    if (this.#context.state !== "closed") this.#context.close();
  }

  #measure() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const db = decibels(this.#samples);
    this.#heard ||= db > HEARD_DB;
    const level = (db - QUIET_DB) / (LOUD_DB - QUIET_DB);
    const now = performance.now();
    this.#level = Math.min(1, Math.max(0, level, this.#level - (FALL * (now - this.#at)) / 1000));
    this.#at = now;
    this.#on(this.#level, this.#heard);
    this.#next = requestAnimationFrame(() => this.#measure());
  }
}

function decibels(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(power + 1e-12);
}
