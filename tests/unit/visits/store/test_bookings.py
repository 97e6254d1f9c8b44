"""Bookings in the store: links, claims and endings."""

from datetime import datetime, timedelta

from contract.words import Outcome
from tests.fakes.visits import NOON, report
from visits.demo_data.seed import Seeded, Wish, seed
from visits.domain.cancelling import cancellation
from visits.domain.records import Claim, Digest
from visits.store.bookings import cancel, claim, renew_link, visit_by_id, visit_by_link
from visits.store.database import Database
from visits.store.outcomes import keep_outcome
from visits.tokens import digest, new_token

FIRST = Claim(Digest("first"), NOON)
SECOND = Claim(Digest("second"), NOON + timedelta(minutes=1))


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


def test_a_booking_is_cancelled_once_and_only_while_it_has_no_ending(database: Database, seeded: Seeded) -> None:
    this, later = seeded.due.booking_id, seeded.later[0].booking_id
    assert database.write(cancel, this, Outcome.PRISONER_CANCELLED)
    assert not database.write(cancel, this, Outcome.VISITOR_CANCELLED)
    visit = database.read(visit_by_id, this)
    assert visit is not None
    assert visit.call.ending == cancellation(Outcome.PRISONER_CANCELLED)
    database.write(keep_outcome, 1, report(later), NOON)
    assert not database.write(cancel, later, Outcome.PRISONER_CANCELLED)
    assert not database.write(cancel, "booking-unknown", Outcome.PRISONER_CANCELLED)


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
    database.write(cancel, following.due.booking_id, Outcome.BATCH_CANCELLATION)
    assert hard_stop(database, this) == NOON + timedelta(minutes=90)


def hard_stop(database: Database, seeded: Seeded) -> datetime:
    visit = database.read(visit_by_id, seeded.due.booking_id)
    assert visit is not None
    return visit.hard_stop_at
