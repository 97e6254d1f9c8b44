// What has arrived since a session began and how well, from the browser's own statistics (W3C webrtc-stats).

const NOTHING = { energy: 0, seconds: 0, level: 0, lost: 0, arrived: 0 };

/** Adds up the statistics of one connection. Its counters never run back, whatever a browser does. */
export class Received {
  #most = { video_frames: 0, audio_ms: 0 };
  #quality = { sound_level: 0, loss_percent: 0, rtt_ms: null };
  #before = NOTHING;
  #latest = NOTHING;

  /** Take the statistics as they are now: the counters grow, the rest is since the last report. */
  count(stats) {
    const entries = [...stats.values()];
    const inbound = entries.filter((entry) => entry.type === "inbound-rtp");
    for (const entry of inbound) {
      const key = entry.kind === "video" ? "video_frames" : "audio_ms";
      const value = entry.kind === "video" ? (entry.framesDecoded ?? 0) : heardMs(entry);
      this.#most[key] = Math.max(this.#most[key], value);
    }
    const now = totals(inbound);
    this.#quality = qualityOf(now, this.#before, roundTripMs(entries));
    this.#latest = now;
  }

  /** True once a picture has been decoded. */
  get hasPicture() {
    return this.#most.video_frames > 0;
  }

  /** How many of the two kinds, picture and sound, have come yet. */
  get kinds() {
    return Number(this.hasPicture) + Number(this.#most.audio_ms > 0);
  }

  /** The report; the next one tells what comes after it. */
  report() {
    this.#before = this.#latest;
    return { ...this.#most, ...this.#quality };
  }
}

/** How loud, how much lost, how far away, between two sums of the statistics. Pure. */
export function qualityOf(now, before, rttMs) {
  const lost = Math.max(0, now.lost - before.lost);
  const sent = lost + Math.max(0, now.arrived - before.arrived);
  return {
    sound_level: within(loudness(now, before), 1),
    loss_percent: sent ? within((100 * lost) / sent, 100) : 0,
    rtt_ms: rttMs === null ? null : within(rttMs, 60_000),
  };
}

// The level over a stretch of time is the root of its energy (webrtc-stats: totalAudioEnergy); some browsers have only the last one.
function loudness(now, before) {
  const seconds = now.seconds - before.seconds;
  if (seconds > 0 && now.energy >= before.energy) return Math.sqrt((now.energy - before.energy) / seconds);
  return now.level;
}

function totals(inbound) {
  const sum = { ...NOTHING };
  for (const entry of inbound) {
    sum.lost += entry.packetsLost ?? 0;
    sum.arrived += entry.packetsReceived ?? 0;
    if (entry.kind !== "audio") continue;
    sum.energy += entry.totalAudioEnergy ?? 0;
    sum.seconds += entry.totalSamplesDuration ?? 0;
    sum.level = Math.max(sum.level, entry.audioLevel ?? 0);
  }
  return sum;
}

function roundTripMs(entries) {
  const pair = entries.find((entry) => entry.type === "candidate-pair" && entry.nominated && entry.state === "succeeded");
  return pair?.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000;
}

// Samples the browser made up to fill a gap were not received (concealedSamples).
function heardMs({ totalSamplesDuration = 0, totalSamplesReceived = 0, concealedSamples = 0 }) {
  const real = totalSamplesReceived ? 1 - concealedSamples / totalSamplesReceived : 1;
  return Math.max(0, Math.round(totalSamplesDuration * 1000 * real));
}

function within(value, most) {
  return Number.isFinite(value) ? Math.min(most, Math.max(0, value)) : 0;
}
