"""A laptop's day for tests: a session with fakes all round, and short words for what happens to it."""

import json
from datetime import datetime

from contract.documents import DocumentKind
from contract.laptop_link import TimeAsked
from contract.media import Received
from contract.sheet import CallSheet
from contract.words import CallState, Presence
from kiosk.call import Call
from kiosk.day_scenes import Place
from kiosk.deeds import Admit, AnyDeed
from kiosk.ipc import (
    Carry,
    Connect,
    DevicesNow,
    DocumentArrived,
    FarSide,
    Key,
    LinkNow,
    MediaNow,
    Pressed,
    ShellHello,
    VisitorSeen,
)
from kiosk.kept import DayKept
from kiosk.policy.numbers import Numbers
from kiosk.ports import Around
from kiosk.session import Session
from tests.fakes.authority import PlainDocuments
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.record import FakeRecord
from tests.fakes.shell import FakeIds, FakeShell


class Day:
    """Everything a test of a day needs; `clock.advance` then `session.tick` by `passes`."""

    def __init__(self, *, demo: bool = True, wall: datetime = NOON, numbers: Numbers | None = None) -> None:
        self.clock, self.shell = FakeClock(wall), FakeShell()
        self.record, self.ids, self.numbers = FakeRecord(), FakeIds(), numbers or Numbers()
        self.session = self._new_session(demo=demo)
        self.frames = 0
        self._serial = 100

    def _new_session(self, *, demo: bool) -> Session:
        around = Around(
            clock=self.clock,
            shell=self.shell,
            ids=self.ids,
            record=self.record,
            documents=PlainDocuments(),
            synthetic=demo,
        )
        return Session(Place(demo=demo), numbers=self.numbers, around=around)

    def restarts(self, *, off_s: float = 0, boot_id: str = "boot-1") -> "Day":
        """The guard dies now and comes back after `off_s`, with what the journal had."""
        kept = self.session.keep("boot-1")
        self.clock.advance(off_s)
        self.session = self._new_session(demo=True)
        self.session.recall(DayKept.model_validate_json(kept.model_dump_json()), boot_id)
        return self

    def told_time(self, at: datetime | None = None) -> "Day":
        """The service answers what it was asked last; by default what the laptop's own clock shows."""
        if self.time_asked is None:
            self.session.hear(LinkNow(up=True))
        self.session.hear(self.time(at))
        return self

    def time(self, at: datetime | None = None, nonce: str | None = None) -> DocumentArrived:
        """The answer, signed as far as this test goes."""
        said = {"nonce": nonce or self.time_asked, "at": (at or self.clock.wall()).isoformat()}
        return DocumentArrived(kind=DocumentKind.TIME, document=json.dumps(said))

    @property
    def time_asked(self) -> str | None:
        """The nonce that was asked last."""
        asked = [carry.message.nonce for carry in self.shell.all(Carry) if isinstance(carry.message, TimeAsked)]
        return asked[-1] if asked else None

    def next_serial(self) -> int:
        """Of the sheet after every one so far."""
        self._serial += 1
        return self._serial

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
        self.session.hear(DocumentArrived(kind=DocumentKind.SHEET, document=sheet.model_dump_json()))

    def visitor(self, presence: Presence, page: str | None = "page-0001") -> None:
        self.session.hear(VisitorSeen(booking_id=self.call.booking.booking_id, presence=presence, page=page))

    def press(self, key: Key) -> None:
        self.session.hear(Pressed(key=key))

    def does(self, deed: AnyDeed) -> None:
        """An officer's deed, authorised."""
        self.session.deeds.perform(deed)

    def admits(self) -> None:
        """Everybody is ticked and the call is started."""
        self.does(Admit(ticked=tuple(person.visitor_id for person in self.call.booking.participants)))

    def passes(self, seconds: float) -> None:
        """Time passes with nothing received."""
        self.clock.advance(seconds)
        self.session.tick()

    def flows(
        self, seconds: float, *, here: bool = True, there: bool = True, deaf: bool = False, rtcp: int = 0
    ) -> None:
        """Time passes with media received here, and reports from there, which may say that nothing arrives."""
        heard = self.frames
        while seconds > 0:
            step = min(1.0, seconds)
            self.clock.advance(step)
            seconds -= step
            self.frames += 30
            open_one = self.shell.last(Connect)
            if here:
                self.session.hear(self._media(open_one.session, rtcp))
            if there:
                self.session.hear(FarSide(received=received(open_one, heard if deaf else self.frames)))
            self.session.tick()

    def _media(self, session: str, rtcp: int) -> MediaNow:
        return MediaNow(
            session=session,
            received_video_frames=self.frames,
            received_audio_ms=self.frames * 33,
            sent_video_frames=self.frames,
            sent_audio_ms=self.frames * 33,
            far_audio_packets=rtcp,
        )

    def admitted(self, *, visitor: bool = True) -> "Day":
        """The officer opens, ticks all and starts."""
        if visitor:
            self.visitor(Presence.WAITING)
        self.press(Key.OPEN_IDENTITY)
        self.admits()
        return self

    def live(self) -> "Day":
        """Both sides receive each other."""
        self.admitted().flows(1)
        assert self.is_now(CallState.LIVE)
        return self


def received(connect: Connect, frames: int) -> Received:
    return Received(booking_id=connect.booking_id, session=connect.session, video_frames=frames, audio_ms=frames * 33)
