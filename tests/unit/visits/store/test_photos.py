"""Photos on file: which may be, and which laptop gets them when."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from contract.strict import LONGEST_PHOTO_BYTES
from tests.fakes.service_keys import signing
from tests.fakes.visits import NOON
from visits.demo_data.seed import Seeded
from visits.domain.photos import hash_of
from visits.errors import NotAPhoto
from visits.store.database import Database
from visits.store.identities import laptop_named
from visits.store.laptops import issue_sheet, photos_on_sheet
from visits.store.photos import photo_for, set_photo
from visits.store.tables import VisitorRow

LAPTOP = 1
PNG, JPEG = b"\x89PNG\r\n\x1a\n" + bytes(9), b"\xff\xd8\xff\xe0" + bytes(9)


def nerys(session: Session) -> str:
    return session.scalars(select(VisitorRow.id).where(VisitorRow.name == "Nerys Prydderch")).one()


def photo(database: Database, sha256: str, laptop_id: int = LAPTOP, after: timedelta = timedelta(0)) -> bytes | None:
    found = database.read(photo_for, laptop_id, sha256, NOON + after)
    return None if found is None else found.content


def test_the_demo_has_photos_of_mum_and_jac_of_a_few_kilobytes(database: Database, seeded: Seeded) -> None:
    hashes = database.read(photos_on_sheet, LAPTOP, NOON)
    assert len(hashes) == 2
    for sha256 in hashes:
        content = photo(database, sha256)
        assert content is not None
        assert len(content) < 10_000


@pytest.mark.parametrize(("content", "kind"), [(PNG, "image/png"), (JPEG, "image/jpeg")])
def test_a_photo_that_is_set_is_on_the_sheet_and_can_be_had(
    database: Database, seeded: Seeded, content: bytes, kind: str
) -> None:
    assert database.write(set_photo, database.read(nerys), content)
    found = database.read(photo_for, LAPTOP, hash_of(content), NOON)
    assert found is not None
    assert (found.kind, found.content) == (kind, content)


@pytest.mark.parametrize("content", [b"", b"GIF89a", PNG + bytes(LONGEST_PHOTO_BYTES)], ids=["empty", "gif", "large"])
def test_what_is_no_photo_is_refused(database: Database, seeded: Seeded, content: bytes) -> None:
    with pytest.raises(NotAPhoto):
        database.write(set_photo, database.read(nerys), content)


def test_a_photo_is_only_for_a_laptop_with_that_person_on_its_sheet_today(database: Database, seeded: Seeded) -> None:
    (first, *_) = database.read(photos_on_sheet, LAPTOP, NOON)
    other = database.write(laptop_named, "Laptop 2", 1).id
    assert photo(database, first, laptop_id=other) is None
    assert photo(database, first, after=timedelta(days=2)) is None
    assert photo(database, "0" * 64) is None


def test_a_visitor_nobody_knows_has_no_photo(database: Database, seeded: Seeded) -> None:
    assert not database.write(set_photo, "visitor-unknown", PNG)


def test_photos_are_read_from_the_sheet_that_stands_until_something_on_it_changes(
    database: Database, seeded: Seeded
) -> None:
    made_anew = database.read(photos_on_sheet, LAPTOP, NOON)
    database.write(issue_sheet, LAPTOP, signing(NOON))
    asked: list[str] = []

    def noted(session: Session) -> frozenset[str]:
        event.listen(session.connection(), "before_cursor_execute", lambda *words: asked.append(words[2]))
        return photos_on_sheet(session, LAPTOP, NOON)

    assert database.read(noted) == made_anew
    assert not any("FROM bookings" in words for words in asked)
    assert database.write(set_photo, database.read(nerys), PNG)
    assert hash_of(PNG) in database.read(photos_on_sheet, LAPTOP, NOON)
