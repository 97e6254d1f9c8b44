"""The demo's sums: only what came while the call was live, over every interruption."""

import pytest

from contract.laptop_link import CallNow
from contract.words import CallState, EndedBy, Outcome, Purpose, Reason
from demo.watch import Tally
from kiosk.media.facts import Measured


def measured(session: str, count: int) -> Measured:
    """`count` of everything since the session began."""
    return Measured(
        session=session,
        received_video_frames=count,
        received_video_width=640,
        received_video_height=360,
        received_audio_ms=count * 10,
        received_audio_rms=0.25,
        sent_video_frames=2 * count,
        sent_video_width=1280,
        sent_video_height=720,
        sent_audio_ms=count * 10,
        sent_audio_rms=0.5,
        loss_percent=0.0,
        rtt_ms=None,
    )


def call(state: CallState, talk_ms: int = 0, **ending: object) -> CallNow:
    fields = {"booking_id": "b1", "state": state, "talk_ms": talk_ms, "left_ms": 0}
    return CallNow.model_validate(fields | ending)


def test_a_call_that_never_was_live_measures_nothing() -> None:
    tally = Tally()
    tally.told(call(CallState.JOINING), painted=0)
    tally.measured(measured("s1", 5))
    report = tally.report()
    assert (report.talk_s, report.received.video, report.painted.video) == (None, None, None)
    assert report.states == ["joining"]


def test_three_live_stretches_sum_to_what_came_in_them() -> None:
    tally = Tally()
    tally.told(call(CallState.JOINING), painted=0)
    for start in (100, 300, 500):  # 50 in each stretch; what comes between them is not talk
        tally.measured(measured("s1", start))
        tally.told(call(CallState.LIVE), painted=start)
        tally.told(call(CallState.LIVE), painted=start + 20)  # said again while time runs
        tally.measured(measured("s1", start + 20))
        tally.told(call(CallState.INTERRUPTED if start < 500 else CallState.ENDED, talk_ms=5000), painted=start + 40)
        tally.measured(measured("s1", start + 50))
    report = tally.report()
    assert report.states == ["joining", "live", "interrupted", "live", "interrupted", "live", "ended"]
    assert report.received.video is not None
    assert report.received.audio is not None
    assert report.sent.video is not None
    assert report.painted.video is not None
    assert (report.received.video.frames, report.received.video.fps) == (150, 30.0)
    assert (report.received.audio.seconds, report.sent.video.frames) == (1.5, 300)
    assert report.painted.video.frames == 120


def test_another_sessions_totals_do_not_close_a_stretchs_account() -> None:
    tally = Tally()
    tally.measured(measured("s1", 10))
    tally.told(call(CallState.LIVE), painted=0)
    tally.told(call(CallState.INTERRUPTED, talk_ms=1000), painted=0)
    tally.measured(measured("s2", 7))
    assert tally.total.received_video_frames == 0
    tally.measured(measured("s1", 30))
    assert tally.total.received_video_frames == 20


def test_only_a_picture_of_the_call_itself_ends_the_joining() -> None:
    tally = Tally()
    tally.connect(Purpose.PREVIEW)
    tally.picture_painted()
    assert tally.report().join_s is None
    tally.told(call(CallState.JOINING), painted=0)
    tally.connect(Purpose.CALL)
    tally.picture_painted()
    first = tally.first_picture_at
    tally.picture_painted()
    assert tally.first_picture_at == first
    assert tally.report().join_s is not None


def test_the_ending_and_every_trouble_are_reported() -> None:
    tally = Tally()
    tally.trouble("session_failed", "No answer came.")
    completed, time = Outcome.COMPLETED_NORMALLY, EndedBy.TIME
    tally.told(call(CallState.ENDED, outcome=completed, ended_by=time, reason=Reason.TIME_UP), painted=0)
    report = tally.report()
    assert (report.outcome, report.ended_by) == ("COMPLETED_NORMALLY", "time")
    assert [trouble.code for trouble in report.errors] == ["session_failed"]


def test_what_came_before_the_booked_start_is_no_talk(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("demo.watch.time.monotonic", lambda: now[0])
    tally = Tally()
    tally.told(call(CallState.LIVE), 0)
    for half_seconds in range(1, 7):  # three seconds, of which the last two are talk
        now[0] = 100.0 + half_seconds / 2
        tally.measured(measured("s1", 15 * half_seconds), 15 * half_seconds)
    tally.told(call(CallState.LIVE, talk_ms=2000), 90)
    tally.told(call(CallState.ENDED, talk_ms=2000), 90)
    tally.measured(measured("s1", 90), 90)
    assert (tally.total.received_video_frames, tally.painted) == (60, 60)
