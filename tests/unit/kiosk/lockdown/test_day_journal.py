"""The day goes to the disk at once when something happens; while only time goes by, no more often than it must."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.ipc import Key
from kiosk.lockdown.day_journal import IDLE_EVERY_MS, IN_CALL_EVERY_MS, DayJournal
from kiosk.lockdown.day_pack import DayPack
from kiosk.lockdown.journal_file import JournalFile
from tests.fakes.bookings import booking, sheet
from tests.fakes.day import Day


class CountedFile(JournalFile):
    """The file, which also tells how often it was asked to keep something."""

    asked = 0

    def keep(self, document: bytes) -> None:
        self.asked += 1
        super().keep(document)


class Kept:
    """A day, its journal, and a clock for that alone."""

    def __init__(self, folder: Path) -> None:
        self.day, self.now_ms, self.path = Day(), 0, folder / "journal.json"
        self.file = CountedFile(self.path)
        self.journal = DayJournal(self.file, self.day.session, DayPack(folder, None), lambda: self.now_ms)

    def after(self, ms: int) -> bool:
        """Whether it is written anew when so much time has gone by."""
        before = self.file.asked
        self.now_ms += ms
        self.journal.time_went_by()
        return self.file.asked > before


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    yield kept
    kept.journal.close()


def test_with_no_call_time_alone_is_written_now_and_then(kept: Kept) -> None:
    assert not kept.after(IDLE_EVERY_MS - 1)
    assert kept.after(1)


def test_in_a_call_so_often_that_talk_is_right_to_within_a_second(kept: Kept) -> None:
    kept.day.starts(sheet(booking())).live()
    kept.journal.keep()
    assert not kept.after(IN_CALL_EVERY_MS - 1)
    assert kept.after(1)
    assert not kept.after(IN_CALL_EVERY_MS - 1)


def test_a_call_that_moved_on_by_itself_is_written_at_once(kept: Kept) -> None:
    kept.day.starts(sheet(booking())).live()
    assert kept.after(0)
    assert not kept.after(0)
    kept.day.press(Key.END_NOW)
    assert kept.after(0)


def test_what_was_kept_last_is_in_the_file(kept: Kept) -> None:
    kept.journal.keep()
    kept.day.starts(sheet(booking())).live()
    kept.journal.keep()
    kept.journal.close()
    assert json.loads(kept.path.read_text())["call"]["state"] == "live"
