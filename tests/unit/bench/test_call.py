"""Which runs of a benchmarked call count, and what is said of those that do not."""

import pytest

from bench import call
from bench.browser import Stretch
from bench.seen import Seen
from demo.report import Audio, Painted, PaintedPart, Received, Report, Sent, Video

TIMES = {"guard_started": 10.0, "process_started": 10.1, "imports_done": 10.6, "window_shown": 10.8, "painted": 11.0}


def seen(outcome: str = "COMPLETED_NORMALLY", width: int = 1280, trouble: str | None = None) -> Seen:
    video = Video(frames=450, fps=30.0, width=width, height=width * 9 // 16)
    sound = Audio(seconds=15, rms=0.1)
    report = Report(
        outcome=outcome,
        ended_by="time",
        states=[],
        join_s=0.6,
        talk_s=15,
        received=Received(video=video, audio=sound),
        painted=PaintedPart(video=Painted(frames=435, fps=29.0)),
        sent=Sent(video=video, audio=sound),
        errors=[],
    )
    return Seen(report, TIMES, trouble, Stretch(28.0, 29.9, "1280x720", 1.0), 0.3, 0.9, 60.0, 66.0)


def test_good_runs_hold_every_goal() -> None:
    rows = call.rows([seen(), seen()])
    assert [row.holds for row in rows] == [True, True, True, True, None]
    assert [row.value for row in rows] == [0.6, 30.0, 29.0, 1.0, 60.0]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (seen(outcome="ENDED_BY_OFFICER"), "run 2: the call ended as ENDED_BY_OFFICER"),
        (seen(trouble="LookupError: gone"), "run 2: LookupError: gone"),
        (Seen(), "run 2: the call ended as None"),
    ],
)
def test_a_run_that_did_not_complete_fails_every_goal_and_is_named(bad: Seen, why: str) -> None:
    assert [row.holds for row in call.rows([seen(), bad])] == [False, False, False, False, None]
    assert why in call.notes([seen(), bad])


def test_smaller_pictures_fail_the_row_of_full_size_ones_only() -> None:
    small = [seen(), seen(width=640)]
    assert [row.holds for row in call.rows(small)] == [True, False, True, True, None]
    assert "run 2: the laptop sent 640x360" in call.notes(small)


def test_the_time_of_each_step_is_told() -> None:
    notes = call.notes([seen()])
    start = "guard starts 0.100, imports 0.500, window built and shown 0.200, first paint 0.200 (medians, s)"
    assert f"start of the shell: {start}" in notes
    assert any(note.startswith("join: guard admits -") for note in notes)
