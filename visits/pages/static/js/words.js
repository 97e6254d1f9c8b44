// Every sentence the page says that depends on what happens. Two short ones at most, and whose side it is. Pure.

import { soonWords, talkWords, timeWords, whenWords } from "./time.js";

/** The rules step: who, when, how soon and who may be there. */
export function rulesWords(welcome, now) {
  const { starts_at: starts, ends_at: ends, timezone } = welcome;
  return {
    title: `Video call with ${welcome.for_whom}`,
    when: whenWords(starts, ends, timezone),
    where: `at ${welcome.establishment}`,
    soon: soonFrom(welcome, now),
    who: `Only ${listWords(welcome.visitors)} may be on the call.`,
  };
}

function soonFrom({ starts_at: starts, ends_at: ends }, now) {
  if (now > Date.parse(ends)) return "The booked time is over";
  const ms = Date.parse(starts) - now;
  return ms > -60_000 ? `Starts ${soonWords(ms)}` : "It is time for your call";
}

/** The waiting room: a title and a sentence or two. `seen` says that the officer has the visitor's picture now. */
export function waitingWords({ welcome, call, seen }, now) {
  if (call.phase === "checking") {
    return {
      title: "An officer is checking who is there",
      words: seen ? "They can see you now. Stay where you are." : "They will see you in a moment. Stay on this page.",
    };
  }
  if (call.phase === "early") {
    const opens = timeWords(welcome.opens_at, welcome.timezone);
    return { title: "You are early", words: `The call opens at ${opens}. Stay on this page.` };
  }
  if (!call.prison_connected) {
    return {
      title: "Waiting for the prison",
      words: "The prison's laptop is not connected yet. You need not do anything: stay on this page.",
    };
  }
  return { title: "Waiting for the prison", words: waitingSince(welcome, now) };
}

function waitingSince({ starts_at: starts, timezone }, now) {
  if (now < Date.parse(starts)) return "You are ready. An officer will start your call.";
  return `It is past ${timeWords(starts, timezone)}, and this is not your fault. An officer will start your call.`;
}

/** What a visitor without a camera or a microphone is told while waiting; empty when both work. */
export function withoutWords(devices) {
  if (!devices.camera && !devices.microphone) return "You have no camera and no microphone on.";
  if (!devices.camera) return "You have no camera on. They will only hear you.";
  return devices.microphone ? "" : "You have no microphone on. They will only see you.";
}

/** Over the picture, when there is none: a title and what happens next. `face` is from step.js. */
export function callWords(face, { welcome, call, online }) {
  const who = welcome.for_whom;
  switch (face) {
    case "joining":
      return { state: `Connecting you to ${who}`, more: call.phase === "live" ? "" : "Your time has not started." };
    case "held":
      return { state: "An officer has paused the call", more: "Your time is stopped. Stay on this page." };
    case "apart":
      return {
        state: online ? "The connection dropped" : "Your internet dropped",
        more: "We are reconnecting. Stay on this page.",
      };
    case "interrupted":
      return {
        state: interruptedState(call),
        more: "We are reconnecting. Stay on this page.",
      };
    default:
      return null;
  }
}

/** What interrupts: one way only where that is known, else whose connection. */
function interruptedState({ prison_connected: isPrisonThere, heard, seen }) {
  if (!isPrisonThere) return "The prison's connection dropped";
  if (heard === false && seen === true) return "You cannot be heard in the prison";
  return heard === true && seen === false ? "You cannot be seen in the prison" : "The connection dropped";
}

/** What stands over the picture in the live call, by name; empty where there is nothing to say. */
export function bandWords({ call }) {
  const isLive = call.phase === "live";
  return {
    unheard: isLive && call.heard === false ? "You cannot be heard in the prison. We are fixing it." : "",
    unseen: isLive && call.seen === false ? "You cannot be seen in the prison. We are fixing it." : "",
    notice: call.notice ?? "",
  };
}

/** The goodbye: the service's own sentence, or ours when the visitor left and no answer has come. */
export function goodbyeWords({ declined, left, call }) {
  if (declined) {
    return { title: "You have not joined", why: "Your call is still booked. Open the link again to join.", talked: "", owed: "" };
  }
  const talked = call?.talk_ms ? `You talked for ${talkWords(call.talk_ms)}.` : "";
  return { title: "Your call has ended", why: call?.why ?? (left ? "You left the call." : ""), talked, owed: owedWords(call?.owed_ms ?? 0) };
}

/** "4 minutes are owed to you. The prison has been told."; empty when nothing is. */
export function owedWords(ms) {
  const words = talkWords(ms);
  if (words.startsWith("0 ")) return "";
  return `${words} ${words.startsWith("1 ") ? "is" : "are"} owed to you. The prison has been told.`;
}

/** The title over a refusal. */
export function refusedTitle(code) {
  return ["booking_over", "link_expired"].includes(code) ? "This call is over" : "This call cannot be opened";
}

/** What stands at the foot of the page while the service cannot be reached. */
export function offlineWords(step, { online }) {
  if (step === "call") return "We cannot reach the service. Your call goes on.";
  if (!online) return "Your internet is off. Turn it on, and stay on this page.";
  return "We cannot reach the service. We are trying again.";
}

/** "Mair", "Mair and Jac", "Mair, Jac and Nel". */
export function listWords(names) {
  const last = names.at(-1);
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${last}` : last;
}
