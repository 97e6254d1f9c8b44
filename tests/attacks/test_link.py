"""The line flaps, is bad, or is cut for 5 s and for two minutes: the call interrupts and resumes, and never blocks.

Tier U, by the rules alone and a fake clock; `test_link_media` has the same on a real line.
"""

import pytest

from contract.words import CallState, Cause, Presence
from kiosk.ipc import Connect, LinkNow, MediaNow, Show
from kiosk.scenes import Connection, InCall, Interrupted, OutOfService
from tests.fakes.bookings import booking, sheet
from tests.fakes.day import Day


@pytest.fixture
def day() -> Day:
    return Day().starts(sheet(booking(duration_s=600, hard_stop_after_s=2700))).live()


def was_never_out_of_service(day: Day) -> bool:
    return not [
        shown for shown in day.shell.all(Show) if isinstance(shown.scene, OutOfService) and shown.scene.reference
    ]


@pytest.mark.slow
@pytest.mark.attack("link-flap")
def test_a_line_that_flaps_every_second_for_two_minutes_interrupts_nothing(day: Day) -> None:
    for second in range(120):
        day.session.hear(LinkNow(up=second % 2 == 1, gateway=True))
        day.flows(1, there=second % 2 == 1)
        assert day.is_now(CallState.LIVE)
    day.flows(10)
    assert day.call.time.account.talk_ms == 130_000
    assert was_never_out_of_service(day)


@pytest.mark.attack("link-flap")
def test_media_that_flaps_interrupts_and_resumes_each_time(day: Day) -> None:
    for _ in range(20):
        day.passes(4)
        assert day.is_now(CallState.INTERRUPTED)
        day.flows(4)
        assert day.is_now(CallState.LIVE)
    assert day.session.outcomes.ended.unsent == ()
    assert was_never_out_of_service(day)


@pytest.mark.attack("link-loss")
def test_30_percent_loss_is_said_in_a_word_and_the_call_stays(day: Day) -> None:
    for _ in range(60):
        day.flows(1)
        session, frames = day.shell.last(Connect).session, day.frames + 30
        day.session.hear(
            MediaNow(
                session=session,
                received_video_frames=frames,
                received_audio_ms=frames * 33,
                sent_video_frames=frames,
                sent_audio_ms=frames * 33,
                loss_percent=30,
            )
        )
        scene = day.shell.scene
        assert isinstance(scene, InCall)
        assert scene.connection is Connection.BAD
    assert day.call.time.account.talk_ms == 60_000


@pytest.mark.attack("link-cut")
@pytest.mark.parametrize("cut_s", [5, 120])
def test_a_cut_interrupts_resumes_by_itself_and_is_given_back(day: Day, cut_s: int) -> None:
    day.flows(60)
    day.session.hear(LinkNow(up=False, gateway=False))
    day.passes(cut_s)
    assert day.is_now(CallState.INTERRUPTED)
    assert isinstance(day.shell.scene, Interrupted)
    day.session.hear(LinkNow(up=True, gateway=True))
    day.sheet(sheet(booking(duration_s=600, hard_stop_after_s=2700), serial=2))
    day.visitor(Presence.WAITING)
    day.flows(2)
    assert day.is_now(CallState.LIVE)
    account = day.call.time.account
    assert cut_s * 1000 <= account.lost_ms[Cause.PRISON_NETWORK] <= (cut_s + 3) * 1000
    assert account.ours_ms >= cut_s * 1000
    assert was_never_out_of_service(day)
