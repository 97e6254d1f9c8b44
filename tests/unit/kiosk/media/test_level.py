"""The meter shows what is heard: at once when it grows louder, gently when it falls silent."""

import numpy as np
import pytest

from kiosk.media.level import OLD_AFTER_S, SILENT_DBFS, Level


def tone(ms: int, peak: float) -> bytes:
    at = np.arange(48 * ms) / 48_000
    return (peak * 32767 * np.sin(2 * np.pi * 1000 * at)).astype(np.int16).tobytes()


def level_after(*sounds: bytes) -> float:
    level = Level()
    for sound in sounds:
        for at in range(0, len(sound), 1920):
            level.add(sound[at : at + 1920])
    return level.dbfs


def test_nothing_heard_is_the_least_there_is() -> None:
    assert level_after() == SILENT_DBFS
    assert level_after(bytes(9600)) == SILENT_DBFS


def test_a_steady_tone_is_shown_as_loud_as_it_is() -> None:
    assert level_after(tone(500, 1.0)) == pytest.approx(-3.0, abs=0.1)
    assert level_after(tone(500, 0.1)) == pytest.approx(-23.0, abs=0.1)


def test_a_word_shows_within_a_tenth_of_a_second_and_fades_more_slowly() -> None:
    assert level_after(tone(100, 1.0)) > -4
    assert -15 < level_after(tone(500, 1.0), bytes(96 * 500)) < -8
    assert level_after(tone(500, 1.0), bytes(96 * 5000)) < -60


def test_half_a_sample_changes_nothing() -> None:
    assert level_after(b"\x01") == SILENT_DBFS


def test_what_nobody_has_renewed_for_a_while_is_heard_no_longer() -> None:
    clock = [0.0]
    level = Level(lambda: clock[0])
    level.add(tone(500, 1.0))
    clock[0] += OLD_AFTER_S
    assert level.dbfs > -4
    clock[0] += 0.1
    assert level.dbfs == SILENT_DBFS
    level.add(tone(500, 1.0))
    assert level.dbfs > -4
