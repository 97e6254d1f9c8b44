"""One-way failure: whichever kind goes which way no more, whoever cannot know it is told so within three seconds.

What each end receives is looked at every half second, a little sooner or later, and told over a line that takes its
time; a kind may stop at any instant between two looks.
"""

import pytest

from contract.laptop_link import CallNow
from contract.media import Received
from contract.words import CallState
from kiosk.ipc import Connect, FarSide, MediaNow, Tell
from kiosk.scenes import InCall, Interrupted
from tests.fakes.bookings import booking, sheet
from tests.fakes.day import Day

LINE_MS = 60  # from the family's page through the service to the guard
LOOK_MS = 200  # how often the guard looks
EVERY_MS = 500
JITTER_MS = (0, 40, -30, 90, -60, 10)
FAR, HERE = "far", "here"


class Flows:
    """A day of which every instant is played: counters that grow until told to stop, and reports about them."""

    def __init__(self) -> None:
        self.day = Day().starts(sheet(booking(duration_s=600)))
        self.day.live()
        self.ms = 0
        self.stopped_ms: dict[tuple[str, str], int] = {}
        self._reports: list[tuple[int, str, int]] = sorted(
            (start + number * EVERY_MS + JITTER_MS[number % 6], end, number)
            for end, start in ((FAR, 130), (HERE, 310))
            for number in range(200)
        )

    def until(self, ms: int) -> None:
        """Play on until then."""
        while self.ms < ms:
            self.ms += 10
            self.day.clock.advance(0.01)
            while self._reports and self._reports[0][0] + self._line_ms(self._reports[0][1]) <= self.ms:
                at, end, _number = self._reports.pop(0)
                self._report(end, at)
            if self.ms % LOOK_MS == 0:
                self.day.session.tick()

    def stop(self, end: str, *kinds: str) -> None:
        """From now on these kinds arrive no more at that end."""
        self.stopped_ms.update({(end, kind): self.ms for kind in kinds})

    def _line_ms(self, end: str) -> int:
        return LINE_MS if end == FAR else 0

    def _report(self, end: str, at_ms: int) -> None:
        picture, sound = (1000 + min(at_ms, self.stopped_ms.get((end, kind), at_ms)) for kind in ("picture", "sound"))
        open_one = self.day.shell.last(Connect)
        if end == FAR:
            said = Received(
                booking_id=open_one.booking_id, session=open_one.session, video_frames=picture, audio_ms=sound
            )
            self.day.session.hear(FarSide(received=said))
        else:
            said_here = MediaNow(
                session=open_one.session,
                received_video_frames=picture,
                received_audio_ms=sound,
                sent_video_frames=at_ms,
                sent_audio_ms=at_ms,
            )
            self.day.session.hear(said_here)

    @property
    def not_got(self) -> tuple[bool, bool]:
        """Whether the prisoner reads that the family cannot hear, and cannot see them."""
        scene = self.day.shell.scene
        return (scene.cannot_hear, scene.cannot_see) if isinstance(scene, InCall | Interrupted) else (False, False)

    @property
    def told(self) -> CallNow:
        """What the service was told last, for the family's page."""
        return self.day.shell.last(Tell).call


@pytest.fixture(params=range(0, EVERY_MS, 50))
def flows(request: pytest.FixtureRequest) -> Flows:
    """A call that has run for five seconds and some part of half a second."""
    flows = Flows()
    flows.until(5000 + request.param)
    assert flows.day.is_now(CallState.LIVE)
    assert flows.not_got == (False, False)
    return flows


@pytest.mark.parametrize("kinds", [("sound",), ("picture",), ("sound", "picture")], ids="+".join)
def test_what_the_family_does_not_get_is_said_on_the_laptop_within_three_seconds_and_stands(
    flows: Flows, kinds: tuple[str, ...]
) -> None:
    flows.stop(FAR, *kinds)
    flows.until(flows.ms + 1500)
    assert flows.not_got == (False, False)  # a short stutter is none
    flows.until(flows.ms + 1500)
    not_got = "sound" in kinds, "picture" in kinds
    assert flows.not_got == not_got
    for _ in range(20):  # also when the call is interrupted for it
        flows.until(flows.ms + 500)
        assert flows.not_got == not_got
    assert flows.day.is_now(CallState.INTERRUPTED if "sound" in kinds else CallState.LIVE)


@pytest.mark.parametrize("kinds", [("sound",), ("picture",)], ids="+".join)
def test_what_the_laptop_does_not_get_is_told_to_the_familys_page_within_three_seconds_and_stands(
    flows: Flows, kinds: tuple[str, ...]
) -> None:
    flows.stop(HERE, *kinds)
    flows.until(flows.ms + 1500)
    assert (flows.told.heard, flows.told.seen) == (True, True)
    flows.until(flows.ms + 1500 - LINE_MS)
    for _ in range(4):
        assert (flows.told.heard, flows.told.seen) == ("sound" not in kinds, "picture" not in kinds)
        flows.until(flows.ms + 500)


@pytest.mark.parametrize("end", [FAR, HERE])
def test_what_comes_back_is_no_longer_said(end: str) -> None:
    flows = Flows()
    flows.until(5000)
    flows.stop(end, "sound")
    flows.until(9000)
    assert flows.day.is_now(CallState.INTERRUPTED)
    flows.stopped_ms.clear()
    flows.until(10_500)
    assert flows.day.is_now(CallState.LIVE)
    assert flows.not_got == (False, False)
    assert (flows.told.heard, flows.told.seen) == (True, True)


def test_a_line_that_is_dead_both_ways_is_not_said_to_be_one_way() -> None:
    flows = Flows()
    flows.until(5000)
    flows.stop(FAR, "sound", "picture")
    flows.stop(HERE, "sound", "picture")
    flows.until(9000)
    assert flows.day.is_now(CallState.INTERRUPTED)
    assert flows.not_got == (False, False)


def test_sound_that_goes_one_way_only_gets_another_session_when_it_has_had_its_time() -> None:
    flows = Flows()
    flows.until(5000)
    sessions = len(flows.day.shell.all(Connect))
    flows.stop(FAR, "sound")
    flows.until(29_000)
    assert len(flows.day.shell.all(Connect)) == sessions
    flows.until(32_000)
    assert len(flows.day.shell.all(Connect)) == sessions + 1
