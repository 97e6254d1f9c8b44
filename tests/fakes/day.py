"""A laptop's day for tests: a session with fakes all round, and short words for what happens to it."""

from datetime import datetime

from contract.media import Received
from contract.sheet import CallSheet
from contract.words import CallState, Presence
from kiosk.call import Call
from kiosk.ipc import (
    Connect,
    DevicesNow,
    FarSide,
    Key,
    LinkNow,
    MediaNow,
    Pressed,
    SheetArrived,
    ShellHello,
    VisitorSeen,
)
from kiosk.policy.numbers import Numbers
from kiosk.session import Place, Session
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.shell import FakeIds, FakeShell


class Day:
    """Everything a test of a day needs; `clock.advance` then `session.tick` by `passes`."""

    def __init__(self, *, demo: bool = True, wall: datetime = NOON) -> None:
        self.clock, self.shell = FakeClock(wall), FakeShell()
        self.session = Session(Place(demo=demo), numbers=Numbers(), clock=self.clock, shell=self.shell, ids=FakeIds())
        self.frames = 0

    @property
    def call(self) -> Call:
        assert self.session.call is not None
        return self.session.call

    def is_now(self, state: CallState) -> bool:
        return self.call.state is state

    def starts(self, sheet: CallSheet, *, devices: bool = True) -> "Day":
        self.session.hear(ShellHello(pid=1))
        self.session.hear(DevicesNow(camera=devices, microphone=devices, speaker=devices))
        self.session.hear(LinkNow(up=True))
        self.sheet(sheet)
        return self

    def sheet(self, sheet: CallSheet) -> None:
        self.session.hear(SheetArrived(document=sheet.model_dump_json()))

    def visitor(self, presence: Presence, page: str | None = "page-0001") -> None:
        self.session.hear(VisitorSeen(booking_id=self.call.booking.booking_id, presence=presence, page=page))

    def press(self, key: Key, *ticked: str) -> None:
        self.session.hear(Pressed(key=key, ticked=ticked))

    def passes(self, seconds: float) -> None:
        """Time passes with nothing received."""
        self.clock.advance(seconds)
        self.session.tick()

    def flows(self, seconds: float, *, here: bool = True, there: bool = True, deaf: bool = False) -> None:
        """Time passes with media received here, and reports from there, which may say that nothing arrives."""
        heard = self.frames
        while seconds > 0:
            step = min(1.0, seconds)
            self.clock.advance(step)
            seconds -= step
            self.frames += 30
            session = self.shell.last(Connect).session
            if here:
                self.session.hear(self._media(session))
            if there:
                self.session.hear(FarSide(received=self._received(session, heard if deaf else self.frames)))
            self.session.tick()

    def _media(self, session: str) -> MediaNow:
        return MediaNow(
            session=session,
            received_video_frames=self.frames,
            received_audio_ms=self.frames * 33,
            sent_video_frames=self.frames,
            sent_audio_ms=self.frames * 33,
        )

    def _received(self, session: str, frames: int) -> Received:
        return Received(
            booking_id=self.call.booking.booking_id,
            session=session,
            video_frames=frames,
            audio_ms=frames * 33,
        )

    def admitted(self, *, visitor: bool = True) -> "Day":
        """The officer opens, ticks all and starts."""
        if visitor:
            self.visitor(Presence.WAITING)
        self.press(Key.OPEN_IDENTITY)
        self.press(Key.ADMIT, *(person.visitor_id for person in self.call.booking.participants))
        return self

    def live(self) -> "Day":
        """Both sides receive each other."""
        self.admitted().flows(1)
        assert self.is_now(CallState.LIVE)
        return self
