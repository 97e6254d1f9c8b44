"""Photos on file: fetched one at a time, checked, kept encrypted, and shown only when the sheet names them."""

import base64
import hashlib
from pathlib import Path

import pytest

from contract.sheet import CallSheet
from contract.strict import LONGEST_PHOTO_BYTES
from kiosk.errors import Untrusted
from kiosk.ipc import FetchPhoto, Photo, PhotoArrived
from kiosk.lockdown.day_pack import FOLDER, DayPack, photo_entry
from kiosk.lockdown.photo_desk import AHEAD_EVERY_MS, FETCH_WITHIN_MS, TRY_WANTED_AGAIN_MS, PhotoDesk
from tests.fakes.bookings import JAC, MUM, booking, sheet
from tests.fakes.clock import FakeClock
from tests.fakes.record import FakeRecord

FACES = (b"\xff\xd8\xff first", b"\xff\xd8\xff second", b"\xff\xd8\xff third")


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


FIRST, SECOND, THIRD = map(sha, FACES)


def named(*photos: str) -> CallSheet:
    people = (MUM, JAC, MUM.model_copy(update={"visitor_id": "dad"}))
    shown = tuple(who.model_copy(update={"photo": photo}) for who, photo in zip(people, photos, strict=False))
    return sheet(booking(participants=shown))


class Desk:
    """A photo desk and all it says."""

    def __init__(self, folder: Path, key: bytes | None = bytes(32)) -> None:
        self.said: list[Photo | FetchPhoto] = []
        self.clock, self.record = FakeClock(), FakeRecord()
        self.pack = DayPack(folder, key)
        self.photos = PhotoDesk(self.pack, self.said.append, self.clock, self.record)
        self.photos.follow(named(FIRST, SECOND))

    def passes(self, milliseconds: int, *, online: bool = True, ahead: bool = True) -> list[str]:
        """Time goes by; what is fetched then."""
        self.clock.advance(milliseconds / 1000)
        self.said.clear()
        self.photos.look(online=online, ahead=ahead)
        return [said.sha256 for said in self.said if isinstance(said, FetchPhoto)]

    def gets(self, content: bytes, as_sha: str | None = None) -> None:
        text = base64.b64encode(content).decode()
        self.photos.arrived(PhotoArrived(sha256=as_sha or sha(content), content=text))

    def shown(self) -> list[bytes]:
        return [base64.b64decode(said.content) for said in self.said if isinstance(said, Photo)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_all_photos_of_the_sheet_are_fetched_ahead_one_at_a_time_and_slowly(desk: Desk) -> None:
    assert desk.passes(0) == [FIRST]
    assert desk.passes(1000) == []
    desk.gets(FACES[0])
    assert desk.passes(1000) == []
    assert desk.passes(AHEAD_EVERY_MS) == [SECOND]
    desk.gets(FACES[1])
    assert desk.passes(10 * AHEAD_EVERY_MS) == []
    assert desk.shown() == []  # nobody looks at them yet


def test_a_photo_that_is_kept_is_shown_with_no_network(desk: Desk, tmp_path: Path) -> None:
    desk.passes(0)
    desk.gets(FACES[0])
    again = Desk(tmp_path)
    again.photos.wanted(FIRST)
    assert again.shown() == [FACES[0]]
    assert again.passes(1000, online=False) == []


def test_what_an_officer_waits_for_comes_before_what_nobody_does(desk: Desk) -> None:
    desk.photos.wanted(SECOND)
    assert desk.passes(0) == [SECOND]
    desk.gets(FACES[1])
    assert desk.shown() == [FACES[1]]


def test_a_photo_wanted_offline_is_shown_when_the_line_comes_back(desk: Desk) -> None:
    desk.photos.wanted(FIRST)
    assert desk.passes(60_000, online=False) == []
    assert desk.passes(1000) == [FIRST]
    desk.gets(FACES[0])
    assert desk.shown() == [FACES[0]]


def test_one_that_does_not_come_keeps_no_other_waiting_and_is_tried_again(desk: Desk) -> None:
    desk.photos.wanted(FIRST)
    assert desk.passes(0) == [FIRST]
    assert desk.passes(FETCH_WITHIN_MS) == [SECOND]
    assert desk.passes(TRY_WANTED_AGAIN_MS) == [FIRST]


def test_in_a_call_nothing_is_fetched_ahead(desk: Desk) -> None:
    assert desk.passes(AHEAD_EVERY_MS, ahead=False) == []


@pytest.mark.parametrize(
    ("content", "as_sha"),
    [(b"another", FIRST), (FACES[2], THIRD), (bytes(LONGEST_PHOTO_BYTES) + b"x", None)],
    ids=["not what was asked for", "of nobody on the sheet", "too large"],
)
def test_what_is_no_photo_of_the_sheet_is_not_kept_and_not_shown(
    desk: Desk, content: bytes, as_sha: str | None
) -> None:
    if as_sha is None:
        text = base64.b64encode(content[: LONGEST_PHOTO_BYTES - 1]).decode()
        arrived = PhotoArrived(sha256=FIRST, content=text)
    else:
        arrived = PhotoArrived(sha256=as_sha, content=base64.b64encode(content).decode())
    desk.photos.wanted(FIRST)
    with pytest.raises(Untrusted):
        desk.photos.arrived(arrived)
    assert desk.shown() == []
    assert not any(desk.pack.has(photo_entry(each)) for each in (FIRST, THIRD))


def test_what_is_no_base64_is_refused(desk: Desk) -> None:
    with pytest.raises(Untrusted, match="base64"):
        desk.photos.arrived(PhotoArrived(sha256=FIRST, content="!!!!"))


def test_the_screen_gets_no_photo_that_the_sheet_does_not_name(desk: Desk) -> None:
    desk.pack.put(photo_entry(THIRD), FACES[2])
    with pytest.raises(Untrusted):
        desk.photos.wanted(THIRD)
    assert desk.said == []


def test_a_photo_that_was_damaged_on_the_disk_is_fetched_again(desk: Desk, tmp_path: Path) -> None:
    desk.passes(0)
    desk.gets(FACES[0])
    (path,) = (tmp_path / FOLDER).iterdir()
    path.write_bytes(bytes(100))
    desk.photos.wanted(FIRST)
    assert desk.shown() == []
    assert desk.passes(TRY_WANTED_AGAIN_MS) == [FIRST]
    desk.gets(FACES[0])
    assert desk.shown() == [FACES[0]]
    assert desk.pack.get(photo_entry(FIRST)) == FACES[0]


def test_a_new_sheet_forgets_whom_it_does_not_name(desk: Desk) -> None:
    desk.photos.wanted(FIRST)
    desk.photos.follow(named(SECOND))
    assert desk.passes(0) == [SECOND]
    with pytest.raises(Untrusted):
        desk.gets(FACES[0])


def test_without_a_key_photos_pass_through_and_nothing_is_fetched_ahead(tmp_path: Path) -> None:
    desk = Desk(tmp_path, key=None)
    assert desk.passes(AHEAD_EVERY_MS) == []
    desk.photos.wanted(FIRST)
    assert desk.passes(0) == [FIRST]
    desk.gets(FACES[0])
    assert desk.shown() == [FACES[0]]
    assert not (tmp_path / FOLDER).exists()


def test_a_full_disk_costs_no_picture_on_the_screen(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("in the way")
    desk.photos.wanted(FIRST)
    desk.passes(0)
    desk.gets(FACES[0])
    assert desk.shown() == [FACES[0]]
    assert desk.record.of("pack_not_kept") == [{"what": "photo"}]
