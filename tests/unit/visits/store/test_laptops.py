"""Laptops in the store: tokens, and sheets whose serial only grows."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from contract.sheet import CALL_SHEET, CallSheet, Cancelled
from contract.words import Outcome
from tests.fakes.visits import NOON, report
from visits.demo_data.seed import Seeded
from visits.errors import Unavailable
from visits.store.bookings import cancel
from visits.store.database import Database
from visits.store.laptops import add_laptop, issue_sheet, laptop_by_token, only_establishment, standing_sheet
from visits.store.outcomes import keep_outcome
from visits.tokens import digest, new_token

LAPTOP = 1


def issue(database: Database, after: timedelta = timedelta(0)) -> CallSheet:
    return CALL_SHEET.validate_json(database.write(issue_sheet, LAPTOP, NOON + after))


def test_a_laptop_is_known_by_its_token_alone(database: Database, seeded: Seeded) -> None:
    assert seeded.token is not None
    laptop = database.read(laptop_by_token, digest(seeded.token))
    assert laptop is not None
    assert laptop.name == seeded.laptop
    assert database.read(laptop_by_token, digest(new_token())) is None


def test_a_laptop_can_be_added_once_by_name(database: Database, seeded: Seeded) -> None:
    establishment_id = database.read(only_establishment)
    assert establishment_id is not None
    token = new_token()
    added = database.write(add_laptop, establishment_id, "Laptop 2", digest(token))
    assert database.read(laptop_by_token, digest(token)) == added
    with pytest.raises(Unavailable):
        database.write(add_laptop, establishment_id, "Laptop 2", digest(new_token()))


def test_a_sheet_stands_until_what_it_says_changes(database: Database, seeded: Seeded) -> None:
    assert database.read(standing_sheet, LAPTOP, NOON) is None
    first = issue(database)
    hour = timedelta(hours=1)
    assert database.read(standing_sheet, LAPTOP, NOON + hour) == first.model_dump_json()
    database.write(cancel, seeded.due.booking_id, Outcome.PRISONER_CANCELLED)
    assert database.read(standing_sheet, LAPTOP, NOON + hour) is None
    second = issue(database, hour)
    assert (first.serial, second.serial) == (1, 2)
    assert seeded.due.booking_id not in [booking.booking_id for booking in second.bookings]
    assert second.cancelled == (Cancelled(booking_id=seeded.due.booking_id, outcome=Outcome.PRISONER_CANCELLED),)


def test_a_new_day_needs_a_new_sheet_even_if_nothing_is_booked(database: Database, seeded: Seeded) -> None:
    def end_all(session: Session) -> None:
        for made in (seeded.due, *seeded.later):
            keep_outcome(session, LAPTOP, report(made.booking_id), NOON)

    database.write(end_all)
    issue(database)
    day = timedelta(days=1)
    assert database.read(standing_sheet, LAPTOP, NOON + day) is None
    assert issue(database, day).serial == 2
