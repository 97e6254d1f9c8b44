"""Looks at two X screens from outside, all the time, and tells which frame of the clip is on each and since when.

A process of its own, the same for every contender: what it costs, it costs all alike. Words on its input, one a line:
{"do": "watch", "eyes": {name: {"display": ":1", "box": [left, top, width, height]}}} and {"do": "tell"}, which is
answered by what was seen since. Times are times of day, in seconds.
"""

import json
import sys
import time
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

import mss
import numpy as np
import numpy.typing as npt

from bench.media import timecode
from bench.media.clip import HEIGHT, WIDTH

LOOK_EVERY_S: Final = 0.01
SAMPLE_EVERY_S: Final = 1.0
Pixels = npt.NDArray[np.uint8]
_TO_LUMA: Final = (0.114 * 219 / 255, 0.587 * 219 / 255, 0.299 * 219 / 255)  # BT.601, blue first, 16 to 235


class Eye:
    """One screen. `seen` is when each change of the frame number was first seen; `samples` are whole pictures."""

    def __init__(self, display: str, box: list[float]) -> None:
        self._eye = mss.MSS(display=display)
        self._left, self._top, self._width, self._height = box
        self._before: bytes | None = None
        self._number: int | None = None
        self.seen: list[tuple[float, int]] = []
        self.samples: list[tuple[float, int, Pixels]] = []
        across, down = self._width / WIDTH, self._height / HEIGHT
        self._block = {
            "left": round(self._left + timecode.LEFT * across),
            "top": round(self._top + timecode.TOP * down),
            "width": round(timecode.WIDTH * across),
            "height": round(timecode.HEIGHT * down),
        }

    def look(self) -> None:
        """At the time code alone."""
        grabbed = self._eye.grab(self._block)
        at = time.time()
        raw = bytes(grabbed.raw)
        if raw == self._before:
            return
        self._before = raw
        block = np.frombuffer(raw, np.uint8).reshape(grabbed.height, grabbed.width, 4)
        number = timecode.read(block[:, :, 1])
        if number is not None and number != self._number:
            self._number = number
            self.seen.append((at, number))

    def sample(self) -> None:
        """The whole picture, with its number, as brightness."""
        box = {"left": round(self._left), "top": round(self._top)}
        at, grabbed = time.time(), self._eye.grab({**box, "width": round(self._width), "height": round(self._height)})
        pixels = np.frombuffer(grabbed.raw, np.uint8).reshape(grabbed.height, grabbed.width, 4)
        luma = (pixels[:, :, :3].astype(np.float32) @ np.array(_TO_LUMA, np.float32) + 16).astype(np.uint8)
        top, left = self._block["top"] - box["top"], self._block["left"] - box["left"]
        number = timecode.read(luma[top : top + self._block["height"], left : left + self._block["width"]])
        if number is not None:
            self.samples.append((at, number, luma))

    def close(self) -> None:
        """Look no more."""
        self._eye.close()


class Onlooker:
    """All eyes on one thread; the numbers are theirs until they are told."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._eyes: dict[str, Eye] = {}
        self._stop = Event()
        self._thread: Thread | None = None

    def obey(self, word: dict[str, Any]) -> dict[str, Any]:
        """Do it; the answer."""
        told = self._tell()
        if word["do"] == "watch":
            self._stop.clear()
            self._eyes = {name: Eye(eye["display"], eye["box"]) for name, eye in word["eyes"].items()}
            self._thread = Thread(target=self._watch, args=(word.get("sampled", []),), name="look")
            self._thread.start()
        return told

    def _watch(self, sampled: list[str]) -> None:
        sample_at = time.monotonic()
        while not self._stop.is_set():
            began = time.monotonic()
            for eye in self._eyes.values():
                eye.look()
            if began >= sample_at:
                sample_at = began + SAMPLE_EVERY_S
                for name in sampled:
                    self._eyes[name].sample()
            time.sleep(max(0.0005, LOOK_EVERY_S - (time.monotonic() - began)))

    def _tell(self) -> dict[str, Any]:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        told: dict[str, Any] = {"seen": {name: eye.seen for name, eye in self._eyes.items()}, "samples": {}}
        for name, eye in self._eyes.items():
            place = self._folder / f"{name}.npz"
            times, numbers, pictures = zip(*eye.samples, strict=True) if eye.samples else ((), (), ())
            np.savez(place, times=times, numbers=numbers, pictures=pictures)
            told["samples"][name] = str(place)
            eye.close()
        self._eyes, self._thread = {}, None
        return told


def main() -> None:
    """Until the input ends. The drawn clip's pictures, and no one's face, are kept in the folder that is given."""
    onlooker = Onlooker(Path(sys.argv[1]))
    for line in sys.stdin:
        print(json.dumps(onlooker.obey(json.loads(line))), flush=True)
    onlooker.obey({"do": "tell"})


if __name__ == "__main__":
    main()
