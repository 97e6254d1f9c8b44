// The laptop's part, played by a browser as a site would: two pictures where the laptop has them, and a call it offers.
// It climbs as fast as the family's page lets any browser climb: same starting bit rate, same limits.

import { quickStart } from "/family/quick-start.js";
import { counted, line, now, open, part, tellOwnFrames, tellOwnSound, tellSizes } from "/pages/common.js";

const BEST_VIDEO = { maxBitrate: 2_500_000, maxFramerate: 30 }; // as in the family's session.js
const asked = new URLSearchParams(location.search);
const them = document.querySelector("#them");
const own = document.querySelector("#own");
let pc;
let stream;
let sent; // what of the camera this call is given

for (const [video, name] of [[them, "them"], [own, "own"]]) {
  const [left, top, width, height] = asked.get(name).split(",");
  Object.assign(video.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
}

const say = line("near", async (word) => {
  if (word.type === "call") await call(word);
  if (word.type === "answer") await answered(word.sdp);
  if (word.type === "speak") await tellOwnSound(stream.getAudioTracks()[0], say);
  if (word.type === "count") say({ type: "counted", ...(await counted(pc)) });
});

async function call({ painting, lines }) {
  pc?.close();
  stream?.getTracks().forEach((track) => track.stop());
  sent?.stop();
  them.style.display = own.style.display = painting ? "block" : "none";
  stream = await open();
  sent = await part(stream.getVideoTracks()[0], lines);
  pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  const arrived = new MediaStream();
  pc.ontrack = ({ track }) => arrived.addTrack(track);
  them.srcObject = arrived;
  const mine = pc;
  pc.onconnectionstatechange = () => {
    if (mine === pc && pc.connectionState === "failed") say({ type: "failed", text: "the connection failed", at: now() });
  };
  [...stream.getAudioTracks(), sent].forEach((track) => pc.addTrack(track, stream));
  preferVp8();
  await pc.setLocalDescription();
  say({ type: "offer", sdp: pc.localDescription.sdp, at: now() });
  own.srcObject = new MediaStream(stream.getVideoTracks());
}

function preferVp8() {
  const codecs = RTCRtpReceiver.getCapabilities("video").codecs;
  const wanted = codecs.filter(({ mimeType }) => ["video/VP8", "video/rtx"].includes(mimeType));
  pc.getTransceivers().find(({ sender }) => sender.track?.kind === "video").setCodecPreferences(wanted);
}

async function answered(sdp) {
  await pc.setRemoteDescription({ type: "answer", sdp: quickStart(sdp) });
  const sender = pc.getSenders().find(({ track }) => track?.kind === "video");
  const parameters = sender.getParameters();
  Object.assign(parameters.encodings[0], BEST_VIDEO);
  parameters.degradationPreference = "balanced";
  await sender.setParameters(parameters);
}

tellOwnFrames(own, say);
tellSizes(them, say);
new PerformanceObserver((list) => {
  say({ type: "painted", at: (performance.timeOrigin + list.getEntries()[0].startTime) / 1000 });
}).observe({ type: "paint", buffered: true });
