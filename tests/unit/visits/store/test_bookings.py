"""Bookings in the store: links, claims and endings."""

from dataclasses import replace
from datetime import datetime, timedelta

from contract.words import EndedBy, Outcome, Reason
from tests.fakes.visits import NOON
from visits.demo_data.seed import Seeded, Wish, seed
from visits.domain.records import Claim, Digest, Ending
from visits.store.bookings import claim, record_ending, renew_link, visit_by_id, visit_by_link
from visits.store.database import Database
from visits.tokens import digest, new_token

FIRST = Claim(Digest("first"), NOON)
SECOND = Claim(Digest("second"), NOON + timedelta(minutes=1))
ENDING = Ending(Outcome.COMPLETED_NORMALLY, EndedBy.TIME, Reason.TIME_UP, 1_800_000)


def test_a_link_leads_to_its_visit(database: Database, seeded: Seeded) -> None:
    visit = database.read(visit_by_link, digest(seeded.due.link))
    assert visit is not None
    assert visit.call.booking_id == seeded.due.booking_id
    assert [visitor.called for visitor in visit.call.visitors] == ["Mum", "Jac"]
    assert visit.call.prisoner.name == "Llŷr Prydderch"
    assert (visit.call.starts_at, visit.hard_stop_at) == (NOON, NOON + timedelta(minutes=30))


def test_no_link_but_the_right_one_leads_anywhere(database: Database, seeded: Seeded) -> None:
    assert database.read(visit_by_link, digest(new_token())) is None
    assert database.read(visit_by_link, Digest(seeded.due.link)) is None
    assert database.read(visit_by_id, "booking-unknown") is None


def test_a_claim_is_kept(database: Database, seeded: Seeded) -> None:
    assert database.write(claim, seeded.due.booking_id, None, FIRST)
    visit = database.read(visit_by_id, seeded.due.booking_id)
    assert visit is not None
    assert visit.call.claim == FIRST


def test_of_two_browsers_that_claim_at_once_one_gets_the_link(database: Database, seeded: Seeded) -> None:
    assert database.write(claim, seeded.due.booking_id, None, FIRST)
    assert not database.write(claim, seeded.due.booking_id, None, SECOND)
    assert database.write(claim, seeded.due.booking_id, FIRST, SECOND)


def test_an_ending_is_recorded_once_and_never_overwritten(database: Database, seeded: Seeded) -> None:
    other = replace(ENDING, outcome=Outcome.TECHNICAL_LAPTOP, talk_ms=0)
    assert database.write(record_ending, seeded.due.booking_id, ENDING) == ENDING
    assert database.write(record_ending, seeded.due.booking_id, ENDING) == ENDING
    assert database.write(record_ending, seeded.due.booking_id, other) == ENDING
    assert database.write(record_ending, "booking-unknown", ENDING) is None


def test_a_new_link_ends_the_old_one_and_its_claim(database: Database, seeded: Seeded) -> None:
    database.write(claim, seeded.due.booking_id, None, FIRST)
    link = new_token()
    assert database.write(renew_link, seeded.due.booking_id, digest(link))
    assert database.read(visit_by_link, digest(seeded.due.link)) is None
    visit = database.read(visit_by_link, digest(link))
    assert visit is not None
    assert visit.call.claim is None
    assert not database.write(renew_link, "booking-unknown", digest(link))


def test_the_next_call_bounds_the_hard_stop_until_it_is_cancelled(database: Database) -> None:
    long = Wish(timedelta(0), timedelta(minutes=30), longest_extension=timedelta(hours=1))
    this = database.write(seed, long, NOON)
    following = database.write(seed, Wish(timedelta(minutes=60), timedelta(minutes=10)), NOON)
    assert hard_stop(database, this) == NOON + timedelta(minutes=50)
    database.write(record_ending, following.due.booking_id, ENDING)
    assert hard_stop(database, this) == NOON + timedelta(minutes=90)


def hard_stop(database: Database, seeded: Seeded) -> datetime:
    visit = database.read(visit_by_id, seeded.due.booking_id)
    assert visit is not None
    return visit.hard_stop_at
