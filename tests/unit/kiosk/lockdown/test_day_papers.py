"""The call sheet outlasts a reboot, is checked again, and is deleted when its day is over."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contract.documents import DocumentKind
from contract.sheet import Booking, CallSheet
from kiosk.day_scenes import Place
from kiosk.errors import Untrusted
from kiosk.ipc import DocumentArrived, LinkNow, ShellHello, Show
from kiosk.lockdown.day_pack import FOLDER, DayPack, photo_entry
from kiosk.lockdown.day_papers import JUDGED_EVERY_MS, UNSURE_MS, DayPapers, photos_of
from kiosk.lockdown.documents import Documents
from kiosk.lockdown.trust_file import TrustFile
from kiosk.policy.numbers import Numbers
from kiosk.ports import Around
from kiosk.scenes import Fault, NextCall, OutOfService
from kiosk.session import Session
from kiosk.trusted import Trusted
from kiosk.wall_clock import Said
from tests.fakes.authority import OFFLINE, ONLINE, document_key, identity, seconds, signed_keys, signed_sheet
from tests.fakes.bookings import JAC, MUM, booking, sheet
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.record import FakeRecord
from tests.fakes.shell import FakeIds, FakeShell

KEY = bytes(32)
FACE, OTHER = "a" * 64, "b" * 64
MIDNIGHT = datetime.fromisoformat("2026-11-23T00:00:00+00:00")
HOUR_S = 3600


def with_photos(*photos: str) -> Booking:
    people = tuple(MUM.model_copy(update={"visitor_id": f"v{photo[0]}", "photo": photo}) for photo in photos)
    return booking(participants=people or (MUM,))


class Kept:
    """One laptop: its disk stays, its guard comes and goes."""

    def __init__(self, folder: Path, key: bytes | None = KEY) -> None:
        self.folder, self.clock, self.record, self.key = folder, FakeClock(), FakeRecord(), key
        self.boots()

    def boots(self, wall: datetime | None = None) -> None:
        """A guard comes up, with nothing but what the disk has."""
        if wall is not None:
            self.clock = FakeClock(wall)
        self.shell = FakeShell()
        self.pack = DayPack(self.folder, self.key, lambda what: self.record.note("damaged", {"what": what}))
        file = TrustFile(self.folder)
        self.documents = Documents(Trusted(identity(), file.read()), file, self.clock, self.record)
        self.papers = DayPapers(self.documents, self.pack, self.clock, self.record, Numbers())
        around = Around(self.clock, self.shell, FakeIds(), self.record, self.papers, synthetic=True)
        self.session = Session(Place(demo=True), numbers=Numbers(), around=around)
        self.papers.recall(self.session)

    def gets(self, sheet: CallSheet, **changes: object) -> None:
        self.session.hear(DocumentArrived(kind=DocumentKind.SHEET, document=signed_sheet(sheet, **changes)))

    def looks(self) -> None:
        self.papers.judge_again(self.session)
        self.papers.look(self.session.sheet, self.session.fitness.wall.believed())

    def files(self) -> int:
        folder = self.folder / FOLDER
        return len(list(folder.iterdir())) if folder.exists() else 0

    def scene(self) -> object:
        self.session.hear(ShellHello(pid=1))
        self.session.hear(LinkNow(up=False))
        shown = self.shell.last(Show)
        return shown.scene


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_a_laptop_that_boots_with_no_network_shows_todays_calls(kept: Kept) -> None:
    kept.gets(sheet(booking(starts_at=NOON + timedelta(hours=1))))
    kept.boots()
    assert isinstance(kept.scene(), NextCall)
    assert kept.record.of("pack_sheet_used") == [{"serial": 1}]


def test_the_newest_sheet_is_the_one_that_is_kept(kept: Kept) -> None:
    kept.gets(sheet(booking("b1")))
    kept.gets(sheet(booking("b2"), serial=2))
    with pytest.raises(Untrusted):
        kept.gets(sheet(booking("b3")), kid="offline-demo")
    kept.boots()
    assert kept.session.sheet is not None
    assert kept.session.sheet.serial == 2


def test_the_sheet_of_a_new_key_counts_at_once_whatever_serial_a_stolen_one_has_signed(kept: Kept) -> None:
    kept.gets(sheet(booking("b1"), serial=2**53 - 1))
    kept.documents.keys(signed_keys(document_key("online-2", ONLINE), document_key("offline-demo", OFFLINE)))
    kept.gets(sheet(booking("b2"), serial=7), kid="online-2")
    assert kept.session.sheet is not None
    assert [each.booking_id for each in kept.session.sheet.bookings] == ["b2"]


@pytest.mark.attack("day-pack", tier="U")
def test_an_older_sheet_put_in_its_place_is_refused_and_removed(kept: Kept) -> None:
    kept.gets(sheet(booking("b1")))
    (path,) = (kept.folder / FOLDER).iterdir()
    older = path.read_bytes()
    kept.gets(sheet(booking("b2"), serial=2))
    path.write_bytes(older)
    kept.boots()
    assert kept.session.sheet is None
    kept.looks()
    assert kept.files() == 0
    assert kept.record.of("pack_sheet_not_used") == [{"why": "it is older than the one in force."}]


def test_a_damaged_sheet_leaves_a_laptop_that_waits_for_the_service(kept: Kept) -> None:
    kept.gets(sheet(booking()))
    (path,) = (kept.folder / FOLDER).iterdir()
    path.write_bytes(b"\x01" + bytes(100))
    kept.boots()
    assert kept.record.of("damaged") == [{"what": "sheet"}]
    shown = kept.scene()
    assert isinstance(shown, OutOfService)
    assert shown.fault is Fault.STARTING
    kept.clock.advance(16)
    kept.session.tick()
    assert kept.shell.last(Show).scene == OutOfService(fault=Fault.NO_SERVICE, reference="NO-SERVICE")


def test_a_sheet_that_has_expired_since_is_not_used_and_blames_nobody(kept: Kept) -> None:
    kept.gets(sheet(booking()), exp=seconds(NOON + timedelta(hours=2)))
    kept.boots(NOON + timedelta(hours=3))
    shown = kept.scene()
    assert isinstance(shown, OutOfService)
    assert shown.fault is Fault.STARTING
    assert DocumentKind.SHEET not in kept.documents.refused.faults
    kept.looks()
    assert kept.files() == 1  # the clock may be ahead
    kept.session.fitness.wall.service_said(Said(kept.clock.wall(), kept.clock.boot_ms(), kept.clock.boot_ms()))
    kept.clock.advance(JUDGED_EVERY_MS / 1000)
    kept.looks()
    assert kept.files() == 0
    assert kept.record.of("pack_sheet_not_used") == [{"why": "it has expired."}]  # once


@pytest.mark.parametrize("wall", [NOON + timedelta(days=400), datetime.fromisoformat("1970-01-01T00:00:00+00:00")])
def test_a_sheet_that_a_wrong_clock_refuses_counts_once_the_clock_is_put_right(kept: Kept, wall: datetime) -> None:
    kept.gets(sheet(booking(starts_at=NOON + timedelta(hours=1))), exp=seconds(NOON + timedelta(hours=12)))
    kept.boots(wall)
    kept.looks()
    assert kept.session.sheet is None
    kept.clock.set_wall(NOON)
    kept.looks()
    assert kept.session.sheet is None  # not at every look
    kept.clock.advance(JUDGED_EVERY_MS / 1000)
    kept.looks()
    assert kept.session.sheet is not None


def test_without_a_key_the_day_works_and_the_trail_says_that_it_does_not_outlast_a_reboot(tmp_path: Path) -> None:
    Kept(tmp_path).gets(sheet(booking()))  # under a key that is lost
    kept = Kept(tmp_path, key=None)
    assert kept.record.of("pack_closed") == [{}]
    assert kept.files() == 0
    kept.gets(sheet(booking(), serial=2))
    assert kept.session.sheet is not None
    assert kept.files() == 0


def test_a_disk_that_takes_nothing_costs_no_sheet(kept: Kept) -> None:
    (kept.folder / FOLDER).write_text("in the way")
    kept.gets(sheet(booking("b1")))
    kept.gets(sheet(booking("b2"), serial=2))
    assert kept.session.sheet is not None
    assert kept.session.sheet.serial == 2
    assert kept.record.of("pack_not_kept") == [{"what": "sheet"}]  # once


def test_photos_of_people_who_are_not_on_the_newest_sheet_are_deleted_at_once(kept: Kept) -> None:
    kept.gets(sheet(with_photos(FACE, OTHER)))
    for photo in (FACE, OTHER):
        kept.pack.put(photo_entry(photo), b"x")
    kept.looks()
    assert kept.files() == 3
    kept.gets(sheet(with_photos(OTHER), serial=2))
    kept.looks()
    assert not kept.pack.has(photo_entry(FACE))
    assert kept.pack.has(photo_entry(OTHER))
    assert kept.record.of("pack_removed") == [{"count": 1}]


def test_after_its_day_and_six_hours_nothing_is_left_and_a_reboot_at_midnight_still_works(kept: Kept) -> None:
    kept.gets(sheet(with_photos(FACE)))
    kept.pack.put(photo_entry(FACE), b"x")
    kept.clock.advance((MIDNIGHT - kept.clock.wall()).total_seconds() + 6 * HOUR_S)
    kept.looks()
    kept.boots()
    assert kept.session.sheet is not None
    kept.clock.advance(1)
    kept.looks()
    assert kept.files() == 0


def test_a_laptop_that_is_offline_and_off_for_days_deletes_when_it_starts(kept: Kept) -> None:
    kept.gets(sheet(with_photos(FACE)))
    kept.pack.put(photo_entry(FACE), b"x")
    kept.boots(NOON + timedelta(days=3))
    kept.looks()
    assert kept.files() == 0


def test_a_last_call_that_goes_past_midnight_counts_from_its_own_end(kept: Kept) -> None:
    kept.gets(sheet(booking(starts_at=MIDNIGHT - timedelta(minutes=30), duration_s=7200)))
    kept.clock.advance((MIDNIGHT - kept.clock.wall()).total_seconds() + 7 * HOUR_S)
    kept.looks()
    assert kept.files() == 1


def test_the_service_is_believed_rather_than_a_clock_that_was_set_forward(kept: Kept) -> None:
    kept.gets(sheet(booking()))
    kept.session.fitness.wall.service_said(Said(NOON, kept.clock.boot_ms(), kept.clock.boot_ms()))
    kept.clock.set_wall(NOON + timedelta(days=400))
    kept.looks()
    assert kept.files() == 1


def test_with_a_clock_that_is_behind_it_goes_by_how_long_the_machine_runs(kept: Kept) -> None:
    kept.gets(sheet(booking()))
    kept.boots(datetime.fromisoformat("1970-01-01T00:00:00+00:00"))
    assert kept.session.sheet is None  # by that clock it is not valid yet
    kept.looks()
    assert kept.files() == 1
    kept.clock.advance(UNSURE_MS / 1000 + 6 * HOUR_S)
    kept.looks()
    assert kept.files() == 0


def test_photos_are_named_once_and_those_of_the_next_call_first() -> None:
    late = with_photos(FACE, OTHER).model_copy(update={"booking_id": "b2", "starts_at": NOON + timedelta(minutes=5)})
    early = booking(participants=(JAC, MUM.model_copy(update={"photo": OTHER})))
    assert photos_of(sheet(late, early)) == (OTHER, FACE)
    assert photos_of(None) == ()
