"""The family's browser in a benchmark: its own figures of the same call, to stand beside the laptop's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.e2e.kit.family import Family

WATCH: Final = """
const Plain = window.RTCPeerConnection;
window.bench = {connections: [], firstPicture: null};
window.RTCPeerConnection = class extends Plain {
  constructor(...given) { super(...given); window.bench.connections.push(this); }
};
const look = () => {
  const video = document.querySelector("video[data-them]");
  if (!video) { requestAnimationFrame(look); return; }
  video.requestVideoFrameCallback(() => {
    window.bench.firstPicture = (performance.timeOrigin + performance.now()) / 1000;
  });
};
addEventListener("DOMContentLoaded", look);
"""
STATS: Final = """async () => {
  const found = {at: performance.now() / 1000, firstPicture: window.bench.firstPicture};
  for (const connection of window.bench.connections) {
    if (connection.connectionState !== "connected") continue;
    (await connection.getStats()).forEach(one => {
      if (one.type === "outbound-rtp" && one.kind === "video") {
        Object.assign(found, {sent: one.framesEncoded, width: one.frameWidth, height: one.frameHeight});
      }
      if (one.type === "inbound-rtp" && one.kind === "video") { found.received = one.framesDecoded; }
    });
  }
  return found;
}"""
FIRST_PAINT: Final = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries()[0].startTime))
    .observe({type: "paint", buffered: true}))"""


@dataclass(frozen=True)
class Stretch:
    """What the browser did between two looks. `first_picture_at` is a time of day, in seconds."""

    sent_fps: float
    decoded_fps: float
    sends: str
    first_picture_at: float | None


async def look(people: Family) -> dict[str, Any]:
    """What the browser has counted so far."""
    return dict(await people.page.evaluate(STATS))


def between(before: dict[str, Any], after: dict[str, Any]) -> Stretch:
    """The stretch between two looks."""
    seconds = after["at"] - before["at"]
    return Stretch(
        sent_fps=(after["sent"] - before["sent"]) / seconds,
        decoded_fps=(after["received"] - before["received"]) / seconds,
        sends=f"{after['width']}x{after['height']}",
        first_picture_at=after["firstPicture"],
    )


async def first_paint_s(people: Family) -> float:
    """Seconds from the page's start to its first paint."""
    return float(await people.page.evaluate(FIRST_PAINT)) / 1000


def browser_pid(clips: Path) -> int:
    """The browser that plays our clip: the first process with it on its command line. Raises LookupError."""
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            words = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if b"chromium" in words and str(clips).encode() in words:
            return int(folder.name)
    raise LookupError("the browser is not running")
