// Which step of the page the visitor is at, from what is known. Pure.

const ON_THE_CALL = ["joining", "live", "interrupted", "held"];

/** The step to show: the first line that is true decides. `known` is the state kept by visit.js. */
export function stepOf(known) {
  if (known.declined || known.left || known.call?.phase === "ended") return "goodbye";
  if (known.refused) return "refused";
  if (!known.welcome || !known.call) return "opening";
  if (!known.accepted) return "rules";
  if (!known.ready) return "check";
  return ON_THE_CALL.includes(known.call.phase) ? "call" : "waiting";
}

/** Whether `call` only shows that the service has restarted: it is behind a call whose media still flows. */
export function isBehind(call, { flowing }) {
  return flowing && ["early", "waiting"].includes(call.phase);
}

/** How the call stands on screen: "joining", "live", "interrupted", "held", or "apart" when nobody can be reached. */
export function callFace(known) {
  const { phase } = known.call;
  if (phase === "held") return "held";
  if (!known.connected && !known.flowing) return "apart";
  if (phase === "live" && !known.flowing) return known.call.prison_connected ? "joining" : "interrupted";
  return phase;
}

/** Talk time left in milliseconds at `now` (performance.now()): it runs only while the call is live. */
export function leftNow(known, now) {
  const { left_ms: left, phase } = known.call;
  if (left === null || left === undefined) return null;
  return Math.max(0, phase === "live" ? left - (now - known.callAt) : left);
}
