"""The laptop's shell with an onlooker: the product's own shell, watched, photographed and, if asked, admitted."""

import asyncio
import contextlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from contract.laptop_link import ToLaptopMessage
from contract.media import Answer
from contract.words import CallState, Purpose
from demo.officer import Officer
from demo.pictures import Album
from demo.steps import Connected, Shown, process_started_at
from demo.watch import Tally
from kiosk.app import Settings, Shell
from kiosk.deeds import Admit, AnyDeed
from kiosk.ipc import Answered, Connect, Disconnect, Show, Tell, ToShell
from kiosk.media.facts import DevicesFound, Fact, Joined, Measured, OfferMade, SessionFailed
from kiosk.media.joining import FIRST_MEDIA, Step
from kiosk.scenes import AnyScene, OutOfService
from kiosk.switchboard import Switchboard

_STEPS: Final = {CallState.JOINING: "admitted", CallState.LIVE: "live"}


class WatchedSwitchboard(Switchboard):
    """A switchboard that lets the demo look on; it changes nothing that passes."""

    watcher: "WatchedShell"

    def from_guard(self, message: ToShell) -> None:
        """Look, then do as always."""
        self.watcher.before(message)
        super().from_guard(message)
        self.watcher.after(message)

    def from_service(self, message: ToLaptopMessage) -> None:
        """Look, then do as always."""
        self.watcher.heard(message)
        super().from_service(message)

    def from_media(self, fact: Fact) -> None:
        """Look, then do as always."""
        self.watcher.measured(fact)
        super().from_media(fact)


class WatchedShell(Shell):
    """The product's shell; what is seen goes line by line to the file the demo reads."""

    events: Path
    album_folder: Path | None = None
    play_officer = True
    imported_at: float | None = None

    def __init__(self, settings: Settings, loop: asyncio.AbstractEventLoop) -> None:
        self.tally = Tally()
        super().__init__(settings, loop)
        self._album = Album(self.album_folder, self.window) if self.album_folder else None
        self._officer = _officer(self.window) if self.play_officer else None
        self.window.asked.connect(self._asked)
        self._kind = ""
        self._scene: AnyScene | None = None
        self._steps: set[str] = set()
        self.step("process_started", process_started_at())
        self.step("imports_done", self.imported_at)
        self._shown = Shown(self.window, lambda: self.step("window_shown"))
        self._connected = Connected(lambda: self._step_elsewhere("connected", "answer_arrived"))
        self.window.first_painted.connect(lambda: self.step("painted"))
        self.window.family_view.picture_arrived.connect(lambda: self._step_elsewhere("first_picture", "connected"))
        self.window.family_view.picture_painted.connect(self._picture_painted)

    def wire(self) -> Switchboard:
        """Join the parts with the onlooker among them."""
        board = WatchedSwitchboard(
            guard=self.guard,
            service=self.service,
            media=self.media,
            screen=self.window,
            renewals=self.renewals,
            photos=self.photos,
        )
        board.watcher = self
        return board

    def before(self, message: ToShell) -> None:
        """A message of the guard is about to take effect."""
        match message:
            case Show(scene=scene) if scene.kind != self._kind and self._album is not None:
                self._album.scene_ends()
            case Connect(purpose=purpose):
                self.tally.stopped(self.window.family_view.painted)
                self.tally.connect(purpose)
                if purpose is Purpose.CALL:
                    self.step("connect_asked", after="admit_pressed")
            case Disconnect():
                self.tally.stopped(self.window.family_view.painted)
            case Answered(accepted=False, text=text):
                self._say({"event": "refused", "text": text})
            case Tell(call=call):
                self.tally.told(call, self.window.family_view.painted)
                if call.state in _STEPS:
                    self.step(_STEPS[call.state])
                if call.state is CallState.ENDED:
                    self._say({"event": "ended"})
            case _:
                pass

    def after(self, message: ToShell) -> None:
        """A message of the guard has taken effect."""
        if not isinstance(message, Show):
            return
        if self._officer is not None:
            self._officer.sees(message.scene)
        if message.scene != self._scene:
            self._scene = message.scene
            self._say({"event": "shown", "scene": message.scene.model_dump(mode="json")})
        if message.scene.kind == self._kind:
            return
        self._kind = message.scene.kind
        if isinstance(message.scene, OutOfService) and message.scene.fault != "starting":
            self.tally.trouble(str(message.scene.fault), "The laptop went out of service.")
        if self._album is not None:
            self._album.scene_begins(self._kind)
        self._say({"event": "scene", "kind": self._kind})

    def heard(self, message: ToLaptopMessage) -> None:
        """The service said something."""
        if isinstance(message, Answer):
            self.step("answer_arrived", after="offer_made")

    def measured(self, fact: Fact) -> None:
        """The media room reported something."""
        match fact:
            case OfferMade():
                self.step("offer_made", after="connect_asked")
            case DevicesFound():
                self._say({"event": "ready", "camera": fact.camera, "sound": fact.microphone and fact.speaker})
            case Measured():
                self.tally.measured(fact, self.window.family_view.painted)
                if self.tally.last is not None and self.tally.last.state is CallState.ENDED:
                    self._say({"event": "measured"})
            case Joined(steps_ms=steps):
                self._joined(steps)
            case SessionFailed(text=text):
                self.tally.trouble("session_failed", text)
            case _:
                pass

    def _joined(self, steps_ms: Mapping[Step, int]) -> None:
        """The laptop's own account of joining, as moments: the later of sound and picture is now."""
        media = [steps_ms[step] for step in FIRST_MEDIA.values()]
        before = {step: took for step, took in steps_ms.items() if step not in FIRST_MEDIA.values()}
        at = time.monotonic() - (sum(before.values()) + max(media)) / 1000
        self.step("join_asked", at)
        for step, took in before.items():
            at += took / 1000
            self.step(f"join_{step}", at)
        for step in FIRST_MEDIA.values():
            self.step(f"join_{step}", at + steps_ms[step] / 1000)

    def _asked(self, _officer: object, deed: AnyDeed) -> None:
        if isinstance(deed, Admit):
            self.step("admit_pressed")

    def _picture_painted(self, _number: int) -> None:
        self.tally.picture_painted()
        self.step("picture_painted", after="connected")

    def step(self, name: str, at: float | None = None, after: str | None = None) -> None:
        """A step of starting or joining was reached; only its first time counts, and none before `after`."""
        if name not in self._steps and (after is None or after in self._steps):
            self._steps.add(name)
            self._say({"event": name} if at is None else {"event": name, "at": at})

    def _step_elsewhere(self, name: str, after: str) -> None:
        """The same, from another thread; a loop that has ended needs no more."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.step, name, time.monotonic(), after)

    def _say(self, event: dict[str, object]) -> None:
        line = json.dumps({"at": time.monotonic(), **event, "report": self.tally.report().model_dump()})
        with self.events.open("a") as file:
            file.write(line + "\n")


def _officer(window: QWidget) -> Officer:
    """The played officer; who they are comes from whoever starts the demo, which has enrolled them."""
    return Officer(window, os.environ["VISIT_DEMO_OFFICER"], os.environ["VISIT_DEMO_PIN"])
