"""How many wrong PINs there were, on the disk."""

import json
import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import LockdownError
from kiosk.lockdown.tries_file import TriesFile
from kiosk.policy.numbers import Numbers
from kiosk.policy.tries import Tries, after_failure, wait_ms

NUMBERS = Numbers()


def kept(folder: Path) -> TriesFile:
    """A folder in which A1 failed twice and a number nobody has once, long after the machine started."""
    tries = Tries()
    for number in ("A1", "A1", None):
        tries = after_failure(tries, number, 9_000_000_000, NUMBERS)
    file = TriesFile(folder, NUMBERS)
    file.keep(tries)
    return file


def test_without_a_file_nobody_waits(tmp_path: Path) -> None:
    assert wait_ms(TriesFile(tmp_path, NUMBERS).load(5), None, 5) == 0


def test_the_counts_come_back_and_every_delay_starts_over(tmp_path: Path) -> None:
    tries = kept(tmp_path).load(5)
    assert (tries.laptop.failures, tries.officers["A1"].failures) == (3, 2)
    assert wait_ms(tries, "A1", 5) == wait_ms(tries, None, 5) == 20_000


def test_no_time_is_kept(tmp_path: Path) -> None:
    kept(tmp_path)
    assert json.loads((tmp_path / "tries.json").read_text()) == {"laptop": 3, "officers": {"A1": 2}}


@pytest.mark.parametrize("content", ['{"laptop": 0, "officers": {"A1": -1}}', '{"laptop": 0}', '{"laptop": "0"}', "{"])
def test_a_file_that_is_not_as_it_was_written_brings_the_longest_delay_and_is_said(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "tries.json").write_text(content)
    with caplog.at_level(logging.ERROR):
        assert wait_ms(TriesFile(tmp_path, NUMBERS).load(5), "A1", 5) == 900_000
    assert "the longest delay holds" in caplog.text


@given(st.binary(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_in_the_file_brings_the_longest_delay(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tries.json").write_bytes(content)
    assert wait_ms(TriesFile(tmp_path, NUMBERS).load(5), None, 5) == 900_000


def test_a_file_that_cannot_be_opened_brings_the_longest_delay(tmp_path: Path) -> None:
    (tmp_path / "tries.json").mkdir()
    assert wait_ms(TriesFile(tmp_path, NUMBERS).load(5), None, 5) == 900_000


def test_a_count_that_cannot_be_kept_is_an_error_of_the_laptop(tmp_path: Path) -> None:
    with pytest.raises(LockdownError, match="cannot keep count of wrong PINs"):
        TriesFile(tmp_path / "none", NUMBERS).keep(Tries())
