"""When camera and microphone were open: from their two records, and honestly where one of them is missing."""

from collections.abc import Sequence
from pathlib import Path

from kiosk.audit.reading import read
from kiosk.audit.transmissions import Transmission, transmissions
from kiosk.policy.audit import Happening
from tests.fakes.audit import FakeLaptop, happening

LAPTOP = FakeLaptop.number(1)
B1, B2 = {"booking_id": "b1"}, {"booking_id": "b2"}


def found(tmp_path: Path, happenings: Sequence[Happening], first: int = 1) -> list[Transmission]:
    lines = LAPTOP.lines(happenings)[first - 1 :]
    return list(transmissions(read(LAPTOP.store(tmp_path, lines))))


def test_each_time_is_told_with_its_call_and_its_length(tmp_path: Path) -> None:
    told = found(
        tmp_path,
        [
            happening("guard_started"),
            happening("preview_opened", B1, at_s=1),
            happening("devices_opened", B1, at_s=5),
            happening("devices_shut", B1, at_s=125),
            happening("devices_opened", B2, at_s=200),
            happening("devices_shut", B2, at_s=201),
            happening("devices_shut", B2, at_s=202),
        ],
    )
    assert [one.sentence() for one in told] == [
        "Call b1: open from 2026-11-22 12:00:05.000 UTC (record 3) until 2026-11-22 12:02:05.000 UTC (record 4),"
        " for 2 min 0.000 s.",
        "Call b2: open from 2026-11-22 12:03:20.000 UTC (record 5) until 2026-11-22 12:03:21.000 UTC (record 6),"
        " for 0 min 1.000 s.",
    ]


def test_a_preview_is_none(tmp_path: Path) -> None:
    assert found(tmp_path, [happening("preview_opened", B1), happening("devices_shut", B1)]) == []


def test_a_guard_that_was_killed_leaves_a_time_between_its_last_record_and_its_next(tmp_path: Path) -> None:
    (told,) = found(
        tmp_path,
        [
            happening("devices_opened", B1, at_s=5),
            happening("call_state", at_s=9),
            happening("trail_recovered", at_s=60),
            happening("guard_started", at_s=61),
            happening("devices_shut", B1, at_s=62),
        ],
    )
    assert told.sentence() == (
        "Call b1: open from 2026-11-22 12:00:05.000 UTC (record 1) at least until 2026-11-22 12:00:09.000 UTC"
        " (record 2), at the latest until 2026-11-22 12:01:00.000 UTC (record 3); no record says that they were shut."
    )
    assert told.lasted is None


def test_a_trail_that_ends_while_they_are_open_says_so(tmp_path: Path) -> None:
    (told,) = found(tmp_path, [happening("devices_opened", at_s=5)])
    assert told.sentence() == (
        "Call that is not named: open from 2026-11-22 12:00:05.000 UTC (record 1) at least until"
        " 2026-11-22 12:00:05.000 UTC (record 1); no record says that they were shut, and the trail ends there."
    )


def test_opened_twice_is_two_times(tmp_path: Path) -> None:
    told = found(
        tmp_path, [happening("devices_opened", B1), happening("devices_opened", B2), happening("devices_shut")]
    )
    assert [(one.booking, one.shut is None) for one in told] == [("b1", True), ("b2", False)]


def test_a_time_across_two_starts_of_the_machine_has_no_length(tmp_path: Path) -> None:
    (told,) = found(tmp_path, [happening("devices_opened", B1), happening("devices_shut", B1, boot="another")])
    assert told.lasted is None
    assert ", for" not in told.sentence()


def test_a_trail_that_begins_while_they_were_open_says_so(tmp_path: Path) -> None:
    (told,) = found(
        tmp_path, [happening("devices_opened", B1), happening("held"), happening("devices_shut", B1, at_s=3)], 2
    )
    assert (
        told.sentence() == "Call b1: opened before the trail begins, open until 2026-11-22 12:00:03.000 UTC (record 3)."
    )


def test_a_line_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    lines = LAPTOP.lines([happening("devices_opened", B1), happening("devices_shut", B1)])
    trail = LAPTOP.store(tmp_path, [lines[0], b"spoilt", lines[1]])
    assert len(list(transmissions(read(trail)))) == 1
