// How long to wait before the next try: doubling, with a limit, and spread so that many phones do not return at once.

const FIRST_MS = 500;
const LONGEST_MS = 8_000;

/** Milliseconds to wait after `tries` failures (from 0). `chance` is from 0 to 1; the wait is half fixed, half chance. */
export function waitFor(tries, chance = Math.random()) {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** tries);
  return most / 2 + (most / 2) * chance;
}

/** Resolves after `ms`, or as soon as the browser says that the network is back. */
export function pause(ms) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
  });
}
