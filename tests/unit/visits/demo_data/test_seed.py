"""The demo day: believable, repeatable, and never written over a live service."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contract.sheet import CallSheet
from contract.words import Outcome, Use
from tests.fakes.service_keys import sheet_in, signing
from tests.fakes.visits import NOON
from visits.demo_data.seed import Seeded, Wish, seed
from visits.errors import ServiceError
from visits.store.database import Database
from visits.store.laptops import issue_sheet
from visits.store.tables import BookingRow, EstablishmentRow, LaptopRow, VisitorRow

NOW_DUE = Wish(timedelta(0), timedelta(minutes=30))


def sheet(database: Database, at: datetime = NOON) -> CallSheet:
    return sheet_in(database.write(issue_sheet, 1, signing(at)).document)


def count_visitors(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(VisitorRow)) or 0


def outcomes(session: Session) -> list[Outcome | None]:
    return list(session.scalars(select(BookingRow.outcome).order_by(BookingRow.starts_at)))


def test_the_first_run_makes_a_day_with_a_past_a_due_and_later_calls(database: Database, seeded: Seeded) -> None:
    assert database.read(outcomes) == [Outcome.COMPLETED_NORMALLY, None, None, None]
    today = sheet(database)
    assert today.use is Use.DEMO
    assert [booking.booking_id for booking in today.bookings] == [
        made.booking_id for made in (seeded.due, *seeded.later)
    ]
    assert [(person.called, person.age) for person in today.bookings[0].participants] == [("Mum", None), ("Jac", 9)]


def test_a_second_run_adds_a_due_call_but_no_people(database: Database, seeded: Seeded) -> None:
    people = database.read(count_visitors)
    again = database.write(seed, NOW_DUE, NOON + timedelta(minutes=35))
    assert database.read(count_visitors) == people
    assert again.later == ()
    assert again.due.booking_id != seeded.due.booking_id


def test_a_due_call_cancels_what_is_still_to_come_in_its_way(database: Database, seeded: Seeded) -> None:
    in_good_time = seeded.later[0].starts_at - timedelta(minutes=50)
    database.write(seed, Wish(timedelta(0), timedelta(minutes=80)), in_good_time)
    assert database.read(outcomes).count(Outcome.ESTABLISHMENT_CANCELLED) == 1


def test_a_call_under_way_is_not_cancelled_by_a_new_one(database: Database, seeded: Seeded) -> None:
    database.write(seed, NOW_DUE, NOON + timedelta(minutes=10))
    assert Outcome.ESTABLISHMENT_CANCELLED not in database.read(outcomes)


def test_an_unvetted_visitor_keeps_the_due_call_off_the_sheet(database: Database) -> None:
    made = database.write(seed, Wish(timedelta(0), timedelta(minutes=30), is_vetted=False), NOON)
    assert made.due.booking_id not in [booking.booking_id for booking in sheet(database).bookings]


def test_the_longest_extension_fits_before_the_next_call(database: Database) -> None:
    wish = Wish(timedelta(0), timedelta(minutes=30), longest_extension=timedelta(minutes=45))
    made = database.write(seed, wish, NOON)
    assert sheet(database).bookings[0].hard_stop_at == made.due.ends_at + timedelta(minutes=45)


def test_late_at_night_there_is_a_due_call_and_none_after(database: Database) -> None:
    ten_to_midnight_in_london = datetime(2026, 7, 1, 22, 50, tzinfo=UTC)
    made = database.write(seed, NOW_DUE, ten_to_midnight_in_london)
    assert made.later == ()
    assert len(sheet(database, ten_to_midnight_in_london).bookings) == 1


def test_no_secret_is_stored(database: Database, seeded: Seeded) -> None:
    def everything(session: Session) -> str:
        laptops = session.execute(select(LaptopRow.__table__)).all()
        return repr(laptops) + repr(session.execute(select(BookingRow.__table__)).all())

    stored = database.read(everything)
    assert seeded.due.link not in stored


def test_a_database_in_live_use_is_left_alone(database: Database, seeded: Seeded) -> None:
    def go_live(session: Session) -> None:
        session.scalars(select(EstablishmentRow)).one().use = Use.LIVE

    database.write(go_live)
    with pytest.raises(ServiceError, match="live use"):
        database.write(seed, NOW_DUE, NOON)
