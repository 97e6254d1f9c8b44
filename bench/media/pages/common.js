// What both pages of the bench do: open the clip as camera and microphone, and say when which of it was taken.

const DEVICES = {
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
};
const BLOCK = { left: 64, top: 64, width: 384, height: 48 }; // bench/media/timecode.py
const LOOK_EVERY_MS = 1000; // between two looks at one's own camera, as seldom as the laptop tells of its own
const SOUND_MS = 1500;

export const now = () => (performance.timeOrigin + performance.now()) / 1000;

/** A line to the bench: `say(word)`, and `on(word)` for each that comes. */
export function line(role, on) {
  const socket = new WebSocket(`ws://${location.host}/line/${role}`);
  const waiting = [];
  const say = (word) => (socket.readyState === 1 ? socket.send(JSON.stringify(word)) : waiting.push(word));
  socket.onopen = () => waiting.splice(0).forEach(say);
  socket.onmessage = ({ data }) => on(JSON.parse(data));
  return say;
}

/** Open camera and microphone. */
export async function open() {
  const stream = await navigator.mediaDevices.getUserMedia(DEVICES);
  stream.getVideoTracks()[0].contentHint = "motion";
  return stream;
}

/** A copy of the camera with so many lines; with none, one that shows nothing and costs next to nothing. */
export async function part(camera, lines) {
  const copy = camera.clone();
  copy.contentHint = "motion";
  copy.enabled = lines > 0;
  const height = lines || 360;
  await copy.applyConstraints({ width: { exact: (height * 16) / 9 }, height: { exact: height }, frameRate: { ideal: 30 } });
  return copy;
}

/** Say once a second which frame the own camera gave, and when; nothing is asked for in between. `video` plays it. */
export function tellOwnFrames(video, say) {
  const canvas = new OffscreenCanvas(BLOCK.width, BLOCK.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const look = (_now, frame) => {
    context.drawImage(video, BLOCK.left, BLOCK.top, BLOCK.width, BLOCK.height, 0, 0, BLOCK.width, BLOCK.height);
    const pixels = context.getImageData(0, 0, BLOCK.width, BLOCK.height).data;
    const bits = Array.from({ length: 16 }, (_, bit) => {
      const at = (row) => pixels[4 * (row * BLOCK.width + bit * 24 + 12) + 1];
      return at(12) > at(36) ? 1 : 0;
    });
    const taken = frame.captureTime ?? frame.presentationTime;
    say({ type: "own", bits, at: (performance.timeOrigin + taken) / 1000 });
  };
  setInterval(() => video.requestVideoFrameCallback(look), LOOK_EVERY_MS);
}

/** Say once what the own microphone gave for a while, and when it began; then listen no more. */
export async function tellOwnSound(track, say) {
  const copy = track.clone();
  const reader = new MediaStreamTrackProcessor({ track: copy }).readable.getReader();
  const chunks = [];
  let rate = 48000;
  let began = Infinity;
  let taken = 0;
  for (const end = now() + SOUND_MS / 1000; now() < end; ) {
    const { value, done } = await reader.read();
    if (done) break;
    const samples = new Float32Array(value.numberOfFrames);
    value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    taken += value.numberOfFrames;
    rate = value.sampleRate; // a fake microphone has its own, whatever the file's
    began = Math.min(began, now() - taken / value.sampleRate); // it comes late, never early
    chunks.push(samples);
    value.close();
  }
  reader.cancel();
  copy.stop();
  const pcm = new Int16Array(taken);
  let at = 0;
  for (const chunk of chunks) for (const sample of chunk) pcm[at++] = Math.max(-32768, Math.min(32767, sample * 32767));
  const bytes = new Uint8Array(pcm.buffer);
  let text = "";
  for (let from = 0; from < bytes.length; from += 8192) text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  say({ type: "own-sound", pcm: btoa(text), rate, at: began });
}

/** Say what arrives in which size, whenever that changes or begins anew. `video` plays the other side. */
export function tellSizes(video, say) {
  const tell = () => say({ type: "size", width: video.videoWidth, height: video.videoHeight, at: now() });
  for (const change of ["resize", "loadedmetadata"]) video.addEventListener(change, tell);
}

/** What `pc` has counted. */
export async function counted(pc) {
  const found = { at: now() };
  (await pc.getStats()).forEach((one) => {
    if (one.type === "inbound-rtp" && one.kind === "audio") {
      Object.assign(found, { concealed: one.concealedSamples, heard: one.totalSamplesReceived });
    }
    if (one.type === "inbound-rtp" && one.kind === "video") {
      Object.assign(found, { decoded: one.framesDecoded, width: one.frameWidth, height: one.frameHeight });
    }
    if (one.type === "outbound-rtp" && one.kind === "video") {
      Object.assign(found, { encoded: one.framesEncoded, sentWidth: one.frameWidth, sentHeight: one.frameHeight });
      Object.assign(found, { limited: one.qualityLimitationReason, encoder: one.encoderImplementation });
    }
  });
  return found;
}
