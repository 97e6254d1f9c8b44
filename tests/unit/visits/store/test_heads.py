"""Heads in the store: the newest that was signed, and alarms for a trail that lost records."""

import pytest

from contract.record import HeadNow
from contract.signed_note import SignedNote, Signer
from tests.fakes.visits import COSIGNER, LAPTOP_KEY, NOON, OTHER_KEY, head
from visits.demo_data.seed import Seeded
from visits.domain.heads import Alarm, verified
from visits.store.database import Database
from visits.store.heads import MOST_ALARMS, cosign_head, cosigned_heads, head_alarms

LAPTOP = 1

pytestmark = pytest.mark.usefixtures("seeded")


def show(database: Database, message: HeadNow) -> str | Alarm:
    return database.write(cosign_head, LAPTOP, verified(message), NOON, COSIGNER.sign)


def test_a_first_head_is_signed_by_both_and_kept(database: Database, seeded: Seeded) -> None:
    answer = show(database, head(5))
    note = SignedNote.parse(answer)
    assert note.is_signed_by(COSIGNER.signer)
    assert note.is_signed_by(Signer("laptop-1/audit", LAPTOP_KEY.public_key().public_bytes_raw()))
    (newest,) = database.read(cosigned_heads)
    assert (newest.laptop, newest.head.seq, newest.note) == (seeded.laptop, 5, answer)


def test_the_trail_may_grow_and_the_same_head_may_come_again(database: Database) -> None:
    first = show(database, head(5))
    assert show(database, head(5)) == first
    show(database, head(9, "cd" * 32))
    assert [each.head.seq for each in database.read(cosigned_heads)] == [9]
    assert database.read(head_alarms) == ()


@pytest.mark.parametrize(
    ("message", "alarm"),
    [
        (head(4), Alarm.ROLLED_BACK),
        (head(5, "cd" * 32), Alarm.FORKED),
        (head(6, key=OTHER_KEY), Alarm.WRONG_KEY),
        (head(6, origin="laptop-2/audit"), Alarm.WRONG_KEY),
    ],
    ids=["shorter", "other", "key", "origin"],
)
def test_a_trail_that_is_not_the_one_before_raises_an_alarm_once(
    database: Database, message: HeadNow, alarm: Alarm
) -> None:
    show(database, head(5))
    assert show(database, message) is alarm
    assert show(database, message) is alarm
    assert [(each.alarm, each.note) for each in database.read(head_alarms)] == [(alarm, message.note)]
    assert [each.head.seq for each in database.read(cosigned_heads)] == [5]


def test_alarms_of_one_laptop_cannot_fill_the_disk(database: Database) -> None:
    show(database, head(1000))
    for seq in range(MOST_ALARMS + 5):
        show(database, head(seq))
    assert len(database.read(head_alarms)) == MOST_ALARMS
