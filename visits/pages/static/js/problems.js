// What is wrong with a camera or microphone, whose side it is on, and what to do. Pure.

const NAME = { camera: "camera", microphone: "microphone" };

/** The cards to show for `problems` ({camera, microphone}: null or a problem): {title, words, help} each. */
export function problemCards({ camera, microphone }) {
  if (camera && camera === microphone) return [card("camera and microphone", camera, true)];
  return Object.entries({ camera, microphone })
    .filter(([, problem]) => problem)
    .map(([kind, problem]) => card(NAME[kind], problem, false));
}

function card(what, problem, both) {
  switch (problem) {
    case "blocked":
      return { title: `Your browser is blocking the ${what}`, words: "You can allow it here:", help: true };
    case "none":
      return {
        title: `No ${what} found on this device`,
        words: `Plug ${both ? "them" : "it"} in and try again, or open the link on another phone.`,
      };
    case "busy":
      return {
        title: `Another app is using your ${what}`,
        words: "Close other apps that make calls or take pictures. Then try again.",
      };
    default:
      return {
        title: `This browser cannot open the ${what}`,
        words: "Open the link from your message in Chrome, Safari or Firefox. It must begin with https.",
      };
  }
}

/** What going on without a device means, said before it is done; empty when nothing is missing. */
export function goOnWords(working, who) {
  if (!working.camera && !working.microphone) {
    return { warning: `If you go on, ${who} will not see or hear you. An officer may not be able to let you in.`, key: "Go on without both" };
  }
  if (!working.camera) {
    return { warning: `If you go on, ${who} will not see you. An officer may not be able to let you in.`, key: "Go on without a camera" };
  }
  if (!working.microphone) {
    return { warning: `If you go on, ${who} will see you, but will not hear you.`, key: "Go on without a microphone" };
  }
  return { warning: "", key: "Continue" };
}
