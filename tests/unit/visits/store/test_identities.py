"""Identities in the store: which certificates stand, what a first use, a renewal and a re-enrolment end."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contract.documents import DocumentKind
from contract.refusals import RefusalCode
from tests.fakes.service_keys import code_for, enrolled, issuing, laptop_key
from tests.fakes.visits import COSIGNER, LAPTOP_KEY, NOON, OTHER_KEY, head
from visits.demo_data.seed import Seeded
from visits.domain.heads import Alarm, verified
from visits.domain.identity import Certificate, EndedAs, Happened
from visits.errors import Refused, ServiceError
from visits.keys.authority import Issued
from visits.keys.request import LaptopKey
from visits.store.database import Database
from visits.store.documents import newest_documents, put_document
from visits.store.heads import cosign_head
from visits.store.identities import (
    MOST_RENEWALS_A_DAY,
    certificate_with,
    enrol,
    note_first_use,
    renew,
    revoke,
)
from visits.store.identity_list import identities
from visits.store.tables import LaptopRow
from visits.store.trust_tables import EnrolCodeRow, OldHeadRow

KEY = LaptopKey(laptop_key().public_key())
DAY = timedelta(days=1)


def found(database: Database, issued: Issued) -> Certificate:
    pair = database.read(certificate_with, issued.serial)
    assert pair is not None
    return pair[0]


@pytest.fixture
def first(database: Database, seeded: Seeded) -> Issued:
    return database.write(enrolled, seeded.laptop, NOON)


def renewed(database: Database, serial: str, after: timedelta) -> Issued:
    return database.write(renew, serial, KEY, NOON + after, issuing(NOON + after))


def test_of_a_code_only_a_digest_is_kept(database: Database, seeded: Seeded) -> None:
    code = database.write(code_for, seeded.laptop, NOON)
    assert database.read(lambda session: session.scalars(select(EnrolCodeRow.digest)).all()) == [code]
    assert len(code) == 64


def test_two_at_once_with_one_code_are_one_enrolment(database: Database, seeded: Seeded) -> None:
    code = database.write(code_for, seeded.laptop, NOON)
    database.write(enrol, code, KEY, "k" * 44, NOON, issuing(NOON))
    with pytest.raises(Refused) as refused:
        database.write(enrol, code, KEY, "k" * 44, NOON, issuing(NOON))
    assert refused.value.code is RefusalCode.CODE_USED


def test_a_certificate_stands_from_its_first_moment_until_its_last(database: Database, first: Issued) -> None:
    certificate = found(database, first)
    assert certificate.stands(first.not_before)
    assert not certificate.stands(first.not_before - timedelta(seconds=1))
    assert not certificate.stands(first.not_after)
    assert not certificate.stands_on_a_live_line(first.not_after)


def test_nothing_ends_before_the_next_certificate_is_used_and_a_lost_answer_locks_nobody_out(
    database: Database, first: Issued
) -> None:
    database.write(note_first_use, first.serial, NOON)
    lost = renewed(database, first.serial, DAY)
    second = renewed(database, first.serial, 2 * DAY)
    assert found(database, first).stands(NOON + 2 * DAY)
    database.write(note_first_use, lost.serial, NOON + 2 * DAY)  # the answer with the second was lost after all
    assert found(database, first).ended is EndedAs.RENEWED
    assert found(database, second).stands(NOON + 2 * DAY)
    assert found(database, first).stands_on_a_live_line(NOON + 2 * DAY)


def test_a_revocation_ends_what_was_renewed_too_and_every_code(
    database: Database, seeded: Seeded, first: Issued
) -> None:
    second = renewed(database, first.serial, DAY)
    database.write(note_first_use, second.serial, NOON + DAY)
    code = database.write(code_for, seeded.laptop, NOON + DAY)
    assert database.write(revoke, seeded.laptop, NOON + DAY, "ann")
    for issued in (first, second):
        assert found(database, issued).ended is EndedAs.REVOKED
        assert not found(database, issued).stands_on_a_live_line(NOON + DAY)
    with pytest.raises(Refused, match="code_expired"):
        database.write(enrol, code, KEY, "k" * 44, NOON + DAY, issuing(NOON))
    with pytest.raises(Refused, match="not_a_laptop"):
        renewed(database, second.serial, DAY)
    assert not database.write(revoke, seeded.laptop, NOON + DAY, "ann")
    with pytest.raises(ServiceError, match="no such laptop"):
        database.write(revoke, "nobody", NOON, "ann")


def test_a_laptop_that_is_revoked_or_enrolled_again_loses_its_list_of_officers_and_keeps_its_own_policy(
    database: Database, seeded: Seeded, first: Issued
) -> None:
    def kinds() -> list[DocumentKind]:
        return [document.kind for document in database.read(newest_documents, 1)]

    def sealing_key(session: Session) -> str | None:
        return session.get_one(LaptopRow, 1).sealing_key

    database.write(put_document, DocumentKind.POLICY, 1, 1, 3, "its own")
    database.write(put_document, DocumentKind.ROSTER, 1, 1, 5, "for the first key")
    database.write(enrolled, seeded.laptop, NOON)
    assert kinds() == [DocumentKind.POLICY]
    database.write(put_document, DocumentKind.ROSTER, 1, 1, 6, "for the second key")
    database.write(revoke, seeded.laptop, NOON, "ann")
    assert kinds() == [DocumentKind.POLICY]
    assert database.read(sealing_key) is None


def test_renewals_are_few(database: Database, first: Issued) -> None:
    for turn in range(MOST_RENEWALS_A_DAY):
        renewed(database, first.serial, timedelta(minutes=2 * turn))
    with pytest.raises(Refused, match="renewal_refused"):
        renewed(database, first.serial, timedelta(hours=2))
    renewed(database, first.serial, DAY + timedelta(hours=1))


def test_a_laptop_enrolled_again_begins_a_trail_anew_and_loses_what_was_for_its_old_key(
    database: Database, seeded: Seeded, first: Issued
) -> None:
    database.write(cosign_head, 1, verified(head(9, key=LAPTOP_KEY)), NOON, COSIGNER.sign)
    database.write(put_document, DocumentKind.ROSTER, 1, 1, 5, "for the old key")
    second = database.write(enrolled, seeded.laptop, NOON + DAY)
    assert found(database, first).ended is EndedAs.REPLACED
    assert found(database, second).stands(NOON + DAY)
    assert database.read(newest_documents, 1) == ()
    answer = database.write(cosign_head, 1, verified(head(1, key=OTHER_KEY)), NOON + DAY, COSIGNER.sign)
    assert not isinstance(answer, Alarm)

    def old_heads(session: Session) -> int | None:
        return session.scalar(select(func.count()).select_from(OldHeadRow).where(OldHeadRow.seq == 9))

    assert database.read(old_heads) == 1
    (listed,) = database.read(identities, NOON + DAY)
    assert [event.happened for event in listed.events] == [
        Happened.CODE_MADE,
        Happened.ENROLLED,
        Happened.CODE_MADE,
        Happened.ENROLLED_AGAIN,
    ]
    assert (listed.serial, listed.valid_until) == (second.serial, second.not_after)
