"""The laptop as a contender: the product's own shell under the product's own guard; the bench says when it calls.

Once it is to call, what the guard has to show is not shown: the scenes of a call are the bench's. Window, media room,
loops and threads are the product's. Not confined: `make bench ONLY=lockdown` tells what that costs.
"""

import argparse
import asyncio
import json
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from bench.cpu import born
from bench.media.stand_ins import ClipPicture, stand_in
from contract.words import Purpose
from kiosk import app
from kiosk.app import Settings, Shell
from kiosk.confined import credentials_for
from kiosk.ipc import Show, ToShell
from kiosk.media.facts import DevicesFound, Fact, Joined, Measured, OfferMade, Renewed, SessionFailed
from kiosk.media.request import SessionRequest
from kiosk.scenes import Frame, InCall, NothingBooked
from kiosk.switchboard import Switchboard

WHOLE_S: Final = 36_000


class Deaf(Switchboard):
    """A switchboard that shows what the guard has to show until the bench calls; from then on it does not."""

    is_deaf = has_shown = False
    on_scene: Callable[[], None]

    def from_guard(self, message: ToShell) -> None:
        """As always, but for scenes while it is deaf."""
        if isinstance(message, Show) and self.is_deaf:
            return
        super().from_guard(message)
        if isinstance(message, Show):
            self.has_shown = True
            self.on_scene()


class Painted(QObject):
    """Says once when the window has been painted the next time: the pieces in front, too."""

    def __init__(self, window: QWidget, on_painted: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._on_painted = window, on_painted
        window.installEventFilter(self)
        window.update()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Look, and swallow nothing."""
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self, self._on_painted)
        return False


class BenchShell(Shell):
    """The product's shell, which obeys the bench's words and tells it what happens."""

    socket: Path
    clip: tuple[Path, Path | None]  # the picture and the sound of it

    def __init__(self, settings: Settings, loop: asyncio.AbstractEventLoop) -> None:
        self._painted: Painted | None = None
        self._has_devices = False
        built = time.time()
        super().__init__(settings, loop)
        stand_in(*self.clip, self.say)
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: list[dict[str, object]] = []
        self._session = self._left_s = 0
        self._painting = True
        for name, at in (("the guard has started the shell", born()), ("all is loaded", built)):
            self.step(name, at)
        self.window.first_painted.connect(lambda: self.step("the first scene is painted"))

    def wire(self) -> Switchboard:
        """Join the parts, with the bench among them."""
        self._board = Deaf(
            guard=self.guard,
            service=self.service,
            media=self.media,
            screen=self.window,
            renewals=self.renewals,
            photos=self.photos,
        )
        self._board.on_scene = self._look_if_ready
        return self._board

    def _look_if_ready(self) -> None:
        """Ready is: camera and sound are found, and the guard's scene is painted. A laptop then waits for its sheet."""
        if self._painted is None and self._has_devices and self._board.has_shown:
            self._painted = Painted(self.window, lambda: self.say({"type": "painted", "at": time.time()}))

    async def run(self, stop: asyncio.Event) -> None:
        """As always, with the bench listened to besides."""
        listening = asyncio.create_task(self._listen(), name="listen to the bench")
        try:
            await super().run(stop)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    def step(self, name: str, at: float | None = None) -> None:
        """Tell the bench how far the start has come."""
        self.say({"type": "step", "name": name, "at": time.time() if at is None else at})

    def say(self, word: dict[str, object]) -> None:
        """Tell the bench, from any thread."""
        self._loop.call_soon_threadsafe(self._say, word)

    def _say(self, word: dict[str, object]) -> None:
        if self._writer is None:
            self._waiting.append(word)
        else:
            self._writer.write(json.dumps(word).encode() + b"\n")

    async def _listen(self) -> None:
        reader, self._writer = await asyncio.open_unix_connection(str(self.socket), limit=1 << 20)
        for word in self._waiting:
            self._say(word)
        while line := await reader.readline():
            self._obey(json.loads(line))

    def _obey(self, word: dict[str, Any]) -> None:
        match word["type"]:
            case "call":
                self._painting = word["painting"]
                ClipPicture.lines = word["lines"]
                self._call()
            case "answer":
                self.media.answer(word["session"], word["sdp"])
            case "count":
                names = {str(each.native_id): each.name.rstrip("_0123456789") for each in threading.enumerate()}
                self._say({"type": "threads", "names": names})
            case _:
                pass  # what only a page can answer

    def _call(self) -> None:
        self._board.is_deaf = True
        self._session += 1
        self._left_s = WHOLE_S
        self._tick()
        self.media.connect(SessionRequest(f"bench-call-{self._session}", "bench", "page", Purpose.CALL, synthetic=True))

    def _tick(self) -> None:
        """The scene of a call, each second anew, as the guard would send it."""
        self._left_s -= 1
        scene = InCall(who="Family", left_s=self._left_s, whole_s=WHOLE_S) if self._painting else NothingBooked()
        frame = Frame(establishment="Bench", laptop="bench", demo=False, online=True, can_end=True, can_hold=True)
        self.window.show_scene(frame, scene)
        if self._left_s == WHOLE_S - 1:
            family, own = self.window.family_view, self.window.own_view
            boxes = [[v.x(), v.y(), v.width(), v.height()] for v in (family, own)]
            self.say({"type": "boxes", "them": boxes[0], "own": boxes[1]})
        session = self._session
        self._loop.call_later(1, lambda: self._tick() if session == self._session else None)

    def _from_media(self, fact: Fact) -> None:
        super()._from_media(fact)
        match fact:
            case DevicesFound():
                if not self._has_devices:
                    self.step("camera and sound are found")
                self._has_devices = True
                self._look_if_ready()
            case OfferMade(session=session, sdp=sdp, renews=renews):
                self._say({"type": "offer", "session": session, "renews": renews, "sdp": sdp, "at": time.time()})
            case Renewed(renewed=renewed):
                self._say({"type": "renewed", "session": renewed, "at": time.time()})
            case Joined():
                self._say({"type": "joined", "at": time.time(), "ms": {str(k): v for k, v in fact.steps_ms.items()}})
            case SessionFailed(text=text):
                self._say({"type": "failed", "text": text, "at": time.time()})
            case Measured():
                self._say(
                    {
                        "type": "counted",
                        "at": time.time(),
                        "decoded": fact.received_video_frames,
                        "width": fact.received_video_width,
                        "height": fact.received_video_height,
                        "encoded": fact.sent_video_frames,
                        "sentWidth": fact.sent_video_width,
                        "sentHeight": fact.sent_video_height,
                        "heard_ms": fact.received_audio_ms,
                    }
                )
            case _:
                pass


def main() -> None:
    """Run it; arguments not known here are the product's own."""
    parser = argparse.ArgumentParser(prog="bench shell", add_help=False, allow_abbrev=False)
    for name in ("--bench", "--picture"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--sound", type=Path, help="said in the microphone's place; without it, that is listened to")
    options, rest = parser.parse_known_args()
    logging.getLogger("aiortc").setLevel(logging.WARNING)
    BenchShell.socket = options.bench
    BenchShell.clip = (options.picture, options.sound)
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb")
    app.run(rest, BenchShell, credentials=credentials_for(rest, on_laptop=False))


if __name__ == "__main__":
    main()
