"""The running call in the journal: nobody but this laptop reads who is in it."""

import base64
from pathlib import Path

import pytest

from contract.strict import Malformed
from kiosk.lockdown.day_pack import DayPack
from kiosk.lockdown.journal_file import JournalFile
from kiosk.lockdown.recall import recall
from kiosk.lockdown.sealed_call import closed, opened
from tests.fakes.bookings import booking, sheet
from tests.fakes.day import Day

KEY = bytes(range(32))


@pytest.fixture
def day() -> Day:
    return Day().starts(sheet(booking())).live()


def test_no_name_of_a_running_call_stands_in_the_journal_and_it_comes_back(day: Day, tmp_path: Path) -> None:
    pack, kept = DayPack(tmp_path, KEY), day.session.keep("boot-1")
    document = closed(kept, pack)
    for name in ("Huws", "A1234BC", "Mum"):  # in random letters three are found by chance, now and then
        assert name in kept.model_dump_json()
        assert name not in document.model_dump_json(exclude={"sealed_call"})
    sealed = base64.b64decode(document.sealed_call or "")
    assert sealed
    assert not any(name in sealed for name in (b"Jac Huws", b"A1234BC"))
    assert opened(document, pack) == kept


def test_without_a_key_the_journal_is_as_it_was(day: Day, tmp_path: Path) -> None:
    kept = day.session.keep("boot-1")
    assert closed(kept, DayPack(tmp_path, None)) is kept
    assert opened(kept, DayPack(tmp_path, KEY)) is kept


@pytest.mark.parametrize("sealed", ["", "!", "AAAA"])
def test_a_call_that_does_not_check_out_is_none(day: Day, tmp_path: Path, sealed: str) -> None:
    kept = day.session.keep("boot-1").model_copy(update={"call": None, "sealed_call": sealed})
    with pytest.raises(Malformed, match="sealed_call"):
        opened(kept, DayPack(tmp_path, KEY))


def test_a_call_kept_under_a_key_that_is_lost_costs_that_call_and_nothing_else(day: Day, tmp_path: Path) -> None:
    journal = JournalFile(tmp_path / "journal.json")
    day.session.fitness.locked = True
    document = closed(day.session.keep("boot-1"), DayPack(tmp_path, KEY))
    journal.keep(document.model_dump_json().encode())
    journal.close()
    again = Day()
    recall(again.session, journal, "boot-1", again.record, DayPack(tmp_path, None))
    assert again.session.call is None
    assert again.session.fitness.locked
    assert again.record.of("journal_unreadable") == [{"where": "sealed_call"}]
