// Claims the link for this browser over HTTP, which sets the cookie that the WebSocket needs.

const LONGEST_MS = 10_000;

/** Claim the page at `path`. Returns {ok: true}, or {refused: {code, text}}, or {} when no answer could be understood. */
export async function claim(path) {
  try {
    const answer = await fetch(`${path}/claim`, {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout?.(LONGEST_MS), // Safari before 16 waits as long as it likes
    });
    if (answer.ok) return { ok: true };
    const untrusted = await answer.json();
    return untrusted.type === "refused" ? { refused: untrusted } : {};
  } catch {
    return {}; // no network, no answer in time, or not JSON: all mean "try again"
  }
}
