// The far end of every call: answers with the product's own family page code, whoever calls.

import { Session } from "/family/session.js";
import { counted, line, now, open, tellOwnFrames, tellOwnSound, tellSizes } from "/pages/common.js";

const them = document.querySelector("#them");
const own = document.querySelector("#own");
const connections = [];
const Plain = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Plain {
  constructor(...given) {
    super(...given);
    connections.push(this);
  }
};
let stream;
let session;

const say = line("far", async (word) => {
  if (word.type === "offer") await answer(word);
  if (word.type === "speak") await tellOwnSound(stream.getAudioTracks()[0], say);
  if (word.type === "hush") stream.getAudioTracks()[0].enabled = false;
  if (word.type === "count") say({ type: "counted", ...(await counted(connections.at(-1))) });
});

async function answer(word) {
  session?.close();
  session = new Session({ session: word.session, booking_id: "bench", purpose: "call", sdp: word.sdp }, [], {
    send: (message) => say(message),
    changed: () => say({ type: "state", connected: session.connected, at: now() }),
    stream: (arrived) => (them.srcObject = arrived),
  });
  await session.answer({ camera: stream.getVideoTracks()[0], microphone: stream.getAudioTracks()[0] });
}

stream = await open();
own.srcObject = new MediaStream(stream.getVideoTracks());
tellOwnFrames(own, say);
tellSizes(them, say);
say({ type: "ready", at: now() });
