// The far end of every call: the product's own family page code, of one visitor who has agreed to everything.

import { Visit } from "/family/visit.js";
import { counted, line, now, open, part, tellOwnFrames, tellOwnSound, tellSizes } from "/pages/common.js";

const TICK_MS = 500; // as the family's page
const them = document.querySelector("#them");
const own = document.querySelector("#own");
const connections = []; // of this call, also those that were taken over from
const Plain = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Plain {
  constructor(...given) {
    super(...given);
    connections.push(this);
  }
};
const nothing = () => {};
let stream;
let sent; // what of the camera this call is given
let lines = 720; // that the camera has
let visit = null;

const say = line("far", async (word) => {
  if (word.type === "camera") lines = word.lines;
  if (word.type === "offer") await offered(word);
  if (word.type === "speak") await tellOwnSound(stream.getAudioTracks()[0], say);
  if (word.type === "hush") stream.getAudioTracks()[0].enabled = false;
  if (word.type === "count") await count();
});

/** An offer that renews nothing is another call, with another visitor. */
async function offered({ session, sdp, renews }) {
  if (!renews) await meet();
  visit.hear({ type: "offer", page: "bench", booking_id: "bench", purpose: "call", session, sdp });
}

async function meet() {
  visit?.leave();
  connections.length = 0;
  await takeCamera();
  visit = new Visit("bench", {
    clock: { set: nothing },
    memory: { keep: nothing, clear: nothing },
    awake: { set: nothing },
    devices: {
      open: nothing,
      close: nothing,
      stream,
      tracks: { camera: sent, microphone: stream.getAudioTracks()[0] },
      working: { camera: true, microphone: true },
      problems: { camera: null, microphone: null },
    },
    line: { send: (message) => message.type === "answer" && say(message), close: nothing },
    draw: (_step, known) => {
      if (them.srcObject !== known.stream) them.srcObject = known.stream;
    },
  });
  visit.accept();
  await visit.tryDevices();
  visit.hear({ type: "welcome", server_time: new Date().toISOString(), ice_servers: [] });
  visit.goOn();
  visit.hear({ type: "call", phase: "live" });
}

/** A copy for each call, as large as the bench wants it; the whole one still says which picture was taken when. */
async function takeCamera() {
  sent?.stop();
  sent = await part(stream.getVideoTracks()[0], lines);
}

/** Say what the connection that carries the call has counted, and which of the call's connections that is. */
async function count() {
  const newest = connections.findLastIndex((pc) => pc.connectionState === "connected");
  if (newest >= 0) say({ type: "counted", connection: newest, ...(await counted(connections[newest])) });
}

stream = await open();
own.srcObject = new MediaStream(stream.getVideoTracks());
tellOwnFrames(own, say);
tellSizes(them, say);
setInterval(() => {
  visit?.tick();
  count();
}, TICK_MS);
say({ type: "ready", at: now() });
