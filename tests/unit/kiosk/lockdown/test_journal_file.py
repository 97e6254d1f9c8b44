"""The journal's file: the newest document, whole or not at all, and never a wait."""

from pathlib import Path

import pytest

from kiosk.lockdown.journal_file import LONGEST_BYTES, JournalFile


def test_what_was_kept_last_is_read_after_a_restart(tmp_path: Path) -> None:
    journal = JournalFile(tmp_path / "journal.json")
    assert journal.read() is None
    for number in range(100):
        journal.keep(b"%d" % number)
    journal.close()
    journal.close()
    again = JournalFile(tmp_path / "journal.json")
    assert again.read() == b"99"
    again.close()
    assert (tmp_path / "journal.json").stat().st_mode & 0o777 == 0o600


def test_a_disk_that_takes_nothing_costs_nobody_the_call(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = JournalFile(tmp_path / "gone" / "journal.json")
    journal.keep(b"1")
    journal.close()
    assert "the journal cannot be written" in caplog.text
    assert journal.read() is None


def test_of_a_journal_that_is_far_too_long_only_a_part_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    with path.open("wb") as file:
        file.truncate(LONGEST_BYTES + 1)
    journal = JournalFile(path)
    document = journal.read()
    assert document is not None
    assert len(document) > LONGEST_BYTES
    journal.set_aside()
    assert not path.exists()
    assert (tmp_path / "journal.unreadable").exists()
    journal.close()
