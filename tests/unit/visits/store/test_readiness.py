"""What laptops found of themselves, in the store: the newest of each."""

from datetime import timedelta

import pytest

from contract.readiness import CheckedFor, CheckName, CheckRow, Light, Readiness
from tests.fakes.visits import NOON
from visits.demo_data.seed import Seeded
from visits.store.database import Database
from visits.store.readiness import keep_readiness, reported

LAPTOP = 1
DARK = CheckRow(check=CheckName.CAMERA, light=Light.RED, found="light 1%", fix="Uncover the camera.")
WELL = CheckRow(check=CheckName.DISK, light=Light.GREEN, found="9000 MB free")

pytestmark = pytest.mark.usefixtures("seeded")


def report(minute: int, *rows: CheckRow) -> Readiness:
    at = NOON + timedelta(minutes=minute)
    return Readiness(checked_at=at, checked_for=CheckedFor.BOOKING, booking_id="b1", rows=rows)


def keep(database: Database, said: Readiness, heard_min: int = 60) -> None:
    database.write(keep_readiness, LAPTOP, said, NOON + timedelta(minutes=heard_min))


def test_a_laptop_that_never_reported_is_listed_as_one(database: Database, seeded: Seeded) -> None:
    (mine,) = [each for each in database.read(reported) if each.laptop == seeded.laptop]
    assert (mine.readiness, mine.heard_at) == (None, None)


def test_the_newest_report_is_kept_whole_and_hearing_it_again_is_harmless(database: Database, seeded: Seeded) -> None:
    keep(database, report(1, DARK))
    keep(database, report(2, WELL, DARK))
    keep(database, report(2, WELL, DARK), heard_min=61)
    (mine,) = [each for each in database.read(reported) if each.laptop == seeded.laptop]
    assert mine.readiness == report(2, WELL, DARK)
    assert mine.heard_at == NOON + timedelta(minutes=61)


def test_one_that_was_held_up_does_not_replace_a_newer_one(database: Database) -> None:
    keep(database, report(2, WELL))
    keep(database, report(1, DARK))
    assert [each.readiness for each in database.read(reported) if each.readiness] == [report(2, WELL)]


def test_one_that_came_from_the_future_does_not_stand_for_ever(database: Database) -> None:
    keep(database, report(90, DARK), heard_min=1)
    keep(database, report(2, WELL), heard_min=2)
    assert [each.readiness for each in database.read(reported) if each.readiness] == [report(2, WELL)]
