"""Signed documents in the store: the newest of each kind, for this laptop or for each of its establishment."""

import pytest

from contract.documents import DocumentKind
from visits.demo_data.seed import Seeded
from visits.errors import ServiceError
from visits.store.database import Database
from visits.store.documents import documents_state, newest_documents, newest_serial, note_keys_told, put_document
from visits.store.identities import laptop_named

POLICY, KEYS, ROSTER = DocumentKind.POLICY, DocumentKind.KEYS, DocumentKind.ROSTER
PLACE, LAPTOP = 1, 1


def given(database: Database, laptop_id: int = LAPTOP) -> list[tuple[DocumentKind, int]]:
    return [(document.kind, document.serial) for document in database.read(newest_documents, laptop_id)]


def test_a_laptop_is_given_the_newest_of_each_kind_and_keys_first(database: Database, seeded: Seeded) -> None:
    for kind, laptop_id, serial in (
        (ROSTER, LAPTOP, 9),
        (POLICY, None, 1),
        (POLICY, None, 2),
        (KEYS, None, 3),
    ):
        database.write(put_document, kind, PLACE, laptop_id, serial, f"{kind} {serial}")
    assert given(database) == [(KEYS, 3), (POLICY, 2), (ROSTER, 9)]


def test_of_keys_each_is_given_from_the_newest_that_was_told(database: Database, seeded: Seeded) -> None:
    for serial in (1, 2, 3):
        database.write(put_document, KEYS, PLACE, None, serial, f"keys {serial}")
    assert given(database) == [(KEYS, 1), (KEYS, 2), (KEYS, 3)]
    database.write(note_keys_told, LAPTOP, 2)
    assert given(database) == [(KEYS, 2), (KEYS, 3)]


def test_what_is_for_one_laptop_is_for_no_other(database: Database, seeded: Seeded) -> None:
    other = database.write(laptop_named, "Laptop 2", PLACE).id
    database.write(put_document, ROSTER, PLACE, LAPTOP, 1, "a roster")
    database.write(put_document, POLICY, PLACE, other, 4, "its own policy")
    database.write(put_document, POLICY, PLACE, None, 3, "everybody's")
    assert given(database) == [(POLICY, 3), (ROSTER, 1)]
    assert given(database, other) == [(POLICY, 4)]


def test_a_serial_only_grows_and_the_same_document_again_is_no_news(database: Database, seeded: Seeded) -> None:
    database.write(put_document, POLICY, PLACE, None, 5, "five")
    state = database.read(documents_state)
    database.write(put_document, POLICY, PLACE, None, 5, "five")
    assert database.read(documents_state) == state
    for serial, text in ((5, "another five"), (4, "four")):
        with pytest.raises(ServiceError, match="must have a higher one"):
            database.write(put_document, POLICY, PLACE, None, serial, text)
    assert (database.read(newest_serial, POLICY, PLACE), database.read(newest_serial, ROSTER, PLACE)) == (5, 0)
