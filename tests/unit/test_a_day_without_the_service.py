"""A day with the service down from before boot until evening: every outcome arrives once, in order; the trail verifies.

The laptop's own core on a real disk (session, documents, day pack, journal, trail) and the service's own store.
"""

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.record import OutcomeKept, OutcomeReport
from contract.sheet import Booking, CallSheet
from contract.words import CallState, Cause, Outcome
from kiosk.audit.reading import Entry, read
from kiosk.audit.verdict import Word
from kiosk.audit.verify import verify
from kiosk.errors import Refused
from kiosk.ipc import Carry, FetchPhoto, FromService, Key, LinkNow, Photo, PhotoArrived, Pressed
from kiosk.scenes import NextCall, OfficerAdmits
from tests.fakes.bookings import JAC, MUM, booking, sheet
from tests.fakes.clock import FakeClock
from tests.fakes.offline_laptop import OfflineLaptop
from visits.demo_data import write
from visits.demo_data.people import DUE
from visits.store.database import Database
from visits.store.migrate import migrate
from visits.store.outcomes import Ended, ended_between, keep_outcome
from visits.store.tables import OutcomeRow

FACE = b"\xff\xd8\xff\xe0 JFIF a face that nobody may find on the disk"
SHA = hashlib.sha256(FACE).hexdigest()
MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # a Monday
HALF_AN_HOUR = timedelta(minutes=30)
LAPTOP_ID = 1


class Service:
    """The service's own store, and whoever stands at its end of the line."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.in_order: list[str] = []

    def books(self, *starts: datetime) -> list[Booking]:
        return self.database.write(self._book, starts)

    def _book(self, session: Session, starts: tuple[datetime, ...]) -> list[Booking]:
        laptop = write.laptop(session, write.establishment(session, timedelta(0)))
        assert laptop.id == LAPTOP_ID
        made = [write.booking(session, laptop, DUE, at, HALF_AN_HOUR)[0] for at in starts]
        mum = MUM.model_copy(update={"photo": SHA})
        return [booking(row.id, starts_at=at, participants=(mum, JAC)) for row, at in zip(made, starts, strict=True)]

    def hears(self, laptop: OfflineLaptop, *, answers: int = 1000, hears: int = 1000) -> None:
        """What the laptop has carried: so much of it arrives, and of that so much is answered before the line drops."""
        carried = outcomes_of(laptop)
        laptop.shell.heard.clear()
        for number, report in enumerate(carried[:hears]):
            if self.database.write(keep_outcome, LAPTOP_ID, report, laptop.clock.wall()) is not None:
                self.in_order.append(report.booking_id)
            if number < answers:
                kept = OutcomeKept(booking_id=report.booking_id, revision=report.revision)
                laptop.hears(FromService(answer=kept))

    def rows(self) -> list[tuple[str, int]]:
        """Every report that was kept, in the order in which they came."""
        return self.database.read(_rows)


def outcomes_of(laptop: OfflineLaptop) -> list[OutcomeReport]:
    """What the laptop's shell was told to carry to the service."""
    return [said.message for said in laptop.shell.all(Carry) if isinstance(said.message, OutcomeReport)]


def _rows(session: Session) -> list[tuple[str, int]]:
    return [(row.booking_id, row.revision) for row in session.scalars(select(OutcomeRow).order_by(OutcomeRow.id))]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    database = Database(tmp_path / "visits.db")
    database.open()
    migrate(database)
    yield Service(database)
    database.close()


def day_of(bookings: list[Booking], serial: int = 1) -> CallSheet:
    made = sheet(*bookings, serial=serial)
    return made.model_copy(update={"day": MORNING.date(), "issued_at": MORNING})


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[OfflineLaptop]:
    """At six in the morning, enrolled, with no sheet yet."""
    (tmp_path / "state").mkdir(mode=0o700)
    laptop = OfflineLaptop(tmp_path / "state", FakeClock(MORNING))
    yield laptop
    laptop.stops()


def goes_on_at(laptop: OfflineLaptop, moment: datetime) -> None:
    laptop.passes((moment - laptop.clock.wall()).total_seconds())


def reboots(laptop: OfflineLaptop, off: timedelta) -> None:
    laptop.stops()
    laptop.clock.advance(off.total_seconds())
    laptop.starts()


def gets_the_day(laptop: OfflineLaptop, bookings: list[Booking]) -> None:
    """For a minute at six there is a line: the sheet comes, and the photo is fetched."""
    laptop.hears(LinkNow(up=True))
    laptop.gets(day_of(bookings))
    laptop.passes(20)
    assert laptop.shell.all(FetchPhoto) == [FetchPhoto(sha256=SHA)]
    laptop.photos.arrived(PhotoArrived(sha256=SHA, content=base64.b64encode(FACE).decode()))


@pytest.mark.slow
def test_every_outcome_of_the_day_arrives_once_in_order_and_the_trail_verifies(
    service: Service, laptop: OfflineLaptop, tmp_path: Path
) -> None:
    bookings = service.books(*(MORNING + timedelta(hours=hour) for hour in (3, 4, 5, 7, 8, 9)))
    gets_the_day(laptop, bookings)
    reboots(laptop, timedelta(hours=2))  # the service is down before the laptop is up

    assert isinstance(laptop.scene, NextCall)
    _nine_is_opened_and_nobody_can_be_reached(laptop, bookings[0])
    _ten_is_ended_by_the_officer(laptop, bookings[1])
    goes_on_at(laptop, bookings[2].starts_at + timedelta(minutes=10))
    reboots(laptop, timedelta(minutes=4))  # in the middle of what should be a call
    assert laptop.call.booking == bookings[2]
    _nothing_of_it_is_on_the_disk(laptop.state)
    _the_officer_still_sees_who_is_who(laptop)
    goes_on_at(laptop, bookings[5].ends_at + timedelta(minutes=30))
    reboots(laptop, timedelta(minutes=10))

    laptop.hears(LinkNow(up=True))  # it is evening
    laptop.passes(5)
    service.hears(laptop, hears=3, answers=2)  # the line drops between report and answer
    laptop.hears(LinkNow(up=False))
    reboots(laptop, timedelta(minutes=1))
    laptop.hears(LinkNow(up=True))
    laptop.passes(5)
    service.hears(laptop)
    laptop.passes(60)
    assert outcomes_of(laptop) == []  # nothing is said a third time

    in_order = [each.booking_id for each in bookings]
    assert [booking_id for booking_id, _ in service.rows()] == in_order
    assert service.in_order == [*in_order[:3], *in_order[2:]]  # the third was said twice, and kept once
    ended = service.database.read(ended_between, MORNING, MORNING + timedelta(days=1))
    assert [each.call.booking_id for each in ended] == in_order
    _nobody_is_blamed_for_it(ended)
    laptop.stops()
    _the_trail_has_it_all(laptop.state / "audit" / "trail.jsonl", in_order)
    _nothing_of_it_is_on_the_disk(laptop.state)


def _nine_is_opened_and_nobody_can_be_reached(laptop: OfflineLaptop, due: Booking) -> None:
    goes_on_at(laptop, due.starts_at)
    laptop.opens()
    _the_officer_still_sees_who_is_who(laptop, opened=True)
    with pytest.raises(Refused, match="cannot reach the visit service"):
        laptop.admits()  # ticked, with a PIN; the other side is missing, and that is said
    assert laptop.call.state is CallState.IDENTITY
    goes_on_at(laptop, due.ends_at + timedelta(minutes=5))


def _ten_is_ended_by_the_officer(laptop: OfflineLaptop, due: Booking) -> None:
    goes_on_at(laptop, due.starts_at + timedelta(minutes=6))
    laptop.hears(Pressed(key=Key.END_NOW))
    goes_on_at(laptop, due.ends_at)


def _the_officer_still_sees_who_is_who(laptop: OfflineLaptop, *, opened: bool = False) -> None:
    """The identity scene and its photo, from the disk alone."""
    if not opened:
        laptop.opens()
    shown = laptop.scene
    assert isinstance(shown, OfficerAdmits)
    laptop.photos.follow(laptop.session.sheet)
    laptop.photos.wanted(SHA)
    assert laptop.shell.last(Photo).content == base64.b64encode(FACE).decode()


def _nobody_is_blamed_for_it(ended: tuple[Ended, ...]) -> None:
    for each in ended:
        report = each.report
        assert report is not None
        assert report.outcome not in (Outcome.VISITOR_DID_NOT_ARRIVE, Outcome.PRISONER_REFUSED_TO_ATTEND)
        assert Cause.VISITOR_ABSENT not in {cause for cause, lost in report.lost_ms.items() if lost}


def _the_trail_has_it_all(trail: Path, in_order: list[str]) -> None:
    assert verify(trail, trail.parent.parent / "audit.pub").verdict is Word.WHOLE
    records = [(entry.event, entry.data.get("booking_id")) for entry in read(trail) if isinstance(entry, Entry)]
    for event in ("outcome", "outcome_delivered"):
        assert [of for name, of in records if name == event] == in_order


def _nothing_of_it_is_on_the_disk(state: Path) -> None:
    """No name, number, photo, or hash of one: not in the pack, the journal, the trail or anything else."""
    files = [path for path in state.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        for told in (b"Tomos", b"Huws", b"A1234BC", b"Mum", b"\xff\xd8\xff", b"JFIF", SHA.encode()):
            assert told not in path.name.encode() + _content(path), path


def _content(path: Path) -> bytes:
    """What is in it; nothing of a file that has taken another's place meanwhile, which is read by that name."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def test_a_laptop_that_was_off_all_day_says_in_the_evening_what_it_missed(
    service: Service, laptop: OfflineLaptop
) -> None:
    bookings = service.books(MORNING + timedelta(hours=3), MORNING + timedelta(hours=5))
    gets_the_day(laptop, bookings)
    reboots(laptop, timedelta(hours=12))
    laptop.hears(LinkNow(up=True))
    laptop.passes(5)
    service.hears(laptop)
    assert [booking_id for booking_id, _ in service.rows()] == [each.booking_id for each in bookings]
