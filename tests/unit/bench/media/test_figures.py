"""What is made of a call's times and numbers, on a call that is made up."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.media import figures, syllables
from bench.media.clip import FPS, FRAMES, Clip
from bench.media.ears import RATE, Recording
from bench.media.figures import OneWay, concealed_percent, cpu_percent
from bench.media.line import Condition
from bench.media.page import Setting, media_block, soak_block, write
from bench.media.soak import Soaked
from bench.media.table import CHROMIUM, LAPTOP, WHOLE, Results, above_one, rows
from bench.media.taken import Taken
from bench.media.versus import Versus
from bench.media.weight import Weight
from bench.rows import Goal

SYMBOLS = syllables.sequence(1)
BEGAN = 1000.0
CALLED = 990.0
DELAY = 0.12


def call(who: str = LAPTOP, *, cut: float | None = None, delay: float = DELAY) -> Taken:
    """Ten seconds of pictures at 30 a second both ways, each seen `delay` after it was taken."""
    taken = Taken(who, Condition("clean"), started_at=980, ready_at=981, called_at=CALLED)
    taken.began_at, taken.ended_at, taken.mended_at = BEGAN, BEGAN + 10, cut
    for side in (taken.near, taken.far):
        side.words = [{"type": "own", "number": second * 30 % FRAMES, "at": CALLED + second} for second in range(21)]
        side.seen = [(CALLED + n / FPS + delay, n % FRAMES) for n in range(20 * FPS)]
    taken.weights = [(at, Weight(cpu, 200.0, 9, 9)) for at, cpu in ((BEGAN, 1.0), (BEGAN + 10, 5.0))]
    return taken


def out(taken: Taken) -> OneWay:
    return OneWay(taken.near, taken.far, taken, SYMBOLS)


def test_pictures_are_counted_in_the_stretch_that_is_measured() -> None:
    assert out(call()).painted_fps == pytest.approx(30, abs=0.2)


def test_the_longest_time_without_a_new_picture_is_the_freeze() -> None:
    taken = call()
    taken.far.seen = [(at, n) for at, n in taken.far.seen if not 1003 < at < 1004.5]
    assert out(taken).freeze_s == pytest.approx(1.5, abs=0.1)


def test_a_picture_that_never_comes_again_is_a_freeze_to_the_end() -> None:
    taken = call()
    taken.far.seen = [(at, n) for at, n in taken.far.seen if at < 1002]
    assert out(taken).freeze_s == pytest.approx(8, abs=0.1)


def test_the_delay_is_from_capture_to_paint_whatever_the_round_of_the_clip() -> None:
    assert out(call()).delays_s == pytest.approx([DELAY] * len(out(call()).seen), abs=0.001)


def test_the_first_paint_counts_from_the_word_to_call() -> None:
    assert out(call()).first_paint_s == pytest.approx(DELAY)


def test_full_size_is_when_the_receiver_says_so() -> None:
    taken = call()
    taken.far.words += [
        {"type": "size", "width": 640, "height": 360, "at": CALLED + 1},
        {"type": "size", "width": 1280, "height": 720, "at": CALLED + 3},
    ]
    assert out(taken).full_size_s == pytest.approx(3)


def test_recovery_is_the_first_picture_that_was_taken_after_the_mending() -> None:
    taken = call(cut=1005.0)
    taken.far.seen = [(at, n) for at, n in taken.far.seen if not 1000 < at < 1006.5]
    assert out(taken).recovered_s == pytest.approx(1.5, abs=0.05)


def test_processor_time_is_of_one_core() -> None:
    assert cpu_percent(call()) == pytest.approx(40)


@pytest.mark.slow
def test_what_is_heard_late_is_late_by_that_much() -> None:
    taken = call()
    taken.near.words.append({"type": "own-voice", "at": CALLED})
    late = 0.35
    rounds = np.concatenate([syllables.sound(SYMBOLS)] * 5)
    pcm = np.concatenate([np.zeros(round(late * RATE), np.int16), rounds])
    taken.far.heard = Recording(bytearray(pcm.tobytes()), [(CALLED + len(pcm) / RATE, len(pcm))])
    heard = out(taken).heard()
    assert len(heard) == 10
    assert [seconds for seconds, _, _ in heard] == pytest.approx([late] * 10, abs=0.003)
    assert [share for _, share, _ in heard] == pytest.approx([1.0] * 10)


def counted(*words: tuple[int, float, int, int]) -> Taken:
    taken = call()
    taken.far.words = [
        {"type": "counted", "connection": which, "at": BEGAN + at, "concealed": concealed, "heard": heard}
        for which, at, concealed, heard in words
    ]
    return taken


def test_concealed_sound_is_of_the_stretch_only() -> None:
    assert concealed_percent(counted((0, -5, 0, 10), (0, 0, 900, 1000), (0, 10, 950, 2000))) == pytest.approx(5)


def test_what_one_connection_counted_is_not_taken_from_what_another_did() -> None:
    taken = counted((0, 0, 900, 9000), (0, 4, 950, 10_000), (1, 5, 10, 100), (1, 10, 60, 1100))
    assert concealed_percent(taken) == pytest.approx(5)


def results_of(*calls: tuple[str, Taken]) -> Results:
    results = Results(Clip(Path("none"), Path("none"), SYMBOLS))
    for condition, taken in calls:
        results.add(condition, taken)
    return results


def test_a_call_that_broke_has_rows_without_figures_which_do_not_hold() -> None:
    broken = Taken(LAPTOP, Condition("clean"), trouble="TimeoutError: no picture came")
    results = results_of(("clean", broken), ("clean", call(CHROMIUM)))
    found = rows(results)
    assert [row.holds for row in found if str(row.goal)] == [False] * sum(bool(str(row.goal)) for row in found)
    assert "TimeoutError" in media_block(results, found, Setting("1", "1", 5, 10, 0.1))


def test_the_page_says_where_the_time_of_start_and_join_goes() -> None:
    taken = call()
    taken.started_at = 100.0
    taken.steps = {"all is loaded": 102.5, "the guard has started the shell": 101.0}
    taken.joined_ms = {"devices": 30, "offer": 15}
    results = results_of((WHOLE, taken), (WHOLE, call(CHROMIUM)))
    block = media_block(results, rows(results), Setting("1", "1", 5, 10, 0.1))
    assert "s after its start: the guard has started the shell 1, all is loaded 2.5." in block
    assert "ms for each step: devices 30, offer 15." in block


def test_a_row_of_a_network_without_a_figure_counts_as_below() -> None:
    broken = Taken(LAPTOP, Condition("clean"), trouble="TimeoutError: no picture came")
    counts = above_one(rows(results_of(("clean", broken), ("clean", call(CHROMIUM)))))
    assert counts == {"rows": 7, "above": 0, "below": 7}


def test_a_round_that_only_one_has_made_does_not_count_yet() -> None:
    results = results_of(("clean", call()), ("clean", call(CHROMIUM)), ("clean", call()))
    assert results.pair("clean", "out painted_fps")[0] == pytest.approx([30], abs=0.2)


def test_sound_and_pictures_are_let_go_of_once_the_figures_are_made() -> None:
    taken = call()
    results_of(("clean", taken))
    assert not taken.far.seen
    assert not taken.far.words
    assert taken.figures["cpu"] == pytest.approx(40)


def soaked(*, sound_until: float = 300, pictures_until: float = 300) -> Soaked:
    at = [float(second) for second in range(0, 300, 10)]
    return Soaked(
        300,
        [(second, Weight(second / 10, 200.0, 9, 9)) for second in at],
        [(second, 150.0) for second in at if second < sound_until],
        [(second, min(30 * int(second), 30 * int(pictures_until)), 30 * int(second)) for second in at],
    )


def test_a_whole_soak_has_figures() -> None:
    assert soaked().why_not is None
    assert [row.holds for row in soaked().rows() if str(row.goal)] == [True] * 4


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (soaked(sound_until=100), "no sound"),
        (soaked(pictures_until=100), "no picture came to the laptop"),
        (replace(soaked(), asked_s=1800), "ended after 290 s of 1800"),
        (replace(soaked(), trouble="ConnectionError: lost"), "lost"),
    ],
)
def test_a_soak_that_broke_or_fell_silent_holds_nothing(call: Soaked, why: str) -> None:
    assert why in str(call.why_not)
    assert [row.holds for row in call.rows() if str(row.goal)] == [False] * 4


def test_the_page_says_that_a_machine_was_not_quiet() -> None:
    assert "not quiet" in soak_block([], None, Setting("1", "1", 5, 10, 3.0))
    assert "not quiet" not in soak_block([], None, Setting("1", "1", 5, 10, 0.2))


def test_the_page_says_what_was_missed() -> None:
    block = soak_block([Versus("memory", "MB", [30.0], goal=Goal(most=20))], None, Setting("1", "1", 5, 10, 0.2))
    assert "| memory | 30 MB | <= 20 | **missed** |" in block


def test_only_the_part_between_the_marks_is_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- bench x: begin -->\nold\n<!-- bench x: end -->\nafter\n")
    write("new", "x", page)
    assert page.read_text() == "before\n<!-- bench x: begin -->\nnew\n<!-- bench x: end -->\nafter\n"
    with pytest.raises(LookupError, match="no place for y"):
        write("new", "y", page)


def test_a_mouth_whose_clock_runs_off_is_known_in_between() -> None:
    assert figures._between([(10.0, 4.0)], 12.0) == 4.0
    assert figures._between([(10.0, 4.0), (20.0, 9.2)], 15.0) == pytest.approx(4.1)  # 0.2 s in ten, and a round of 5 s
