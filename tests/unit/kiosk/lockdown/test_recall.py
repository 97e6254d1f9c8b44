"""The journal of a laptop that was cut off for a month is read as it was written."""

from pathlib import Path

from contract.record import OutcomeReport
from contract.words import Cause
from kiosk.call_report import call_now, outcome_report
from kiosk.ended import MOST_KEPT, MOST_UNSENT, EndedKept
from kiosk.ipc import Key
from kiosk.lockdown.day_pack import DayPack
from kiosk.lockdown.journal_file import JournalFile
from kiosk.lockdown.recall import recall
from tests.fakes.bookings import booking, sheet
from tests.fakes.day import Day


def a_month_of_endings() -> EndedKept:
    """As many outcomes on their way as may wait, each as long as one can be."""
    day = Day().starts(sheet(booking())).live()
    day.press(Key.END_NOW)
    ending, report = call_now(day.call), outcome_report(day.call)
    report = report.model_copy(update={"lost_ms": dict.fromkeys(Cause, 60_000)})
    names = [f"booking-{number}" for number in range(MOST_UNSENT)]
    unsent: tuple[OutcomeReport, ...] = tuple(report.model_copy(update={"booking_id": name}) for name in names)
    endings = tuple(ending.model_copy(update={"booking_id": name}) for name in names[-MOST_KEPT:])
    return EndedKept(endings=endings, revisions=dict.fromkeys(names[-MOST_KEPT:], 1), unsent=unsent)


def test_two_thousand_outcomes_on_their_way_and_a_running_call_come_back(tmp_path: Path) -> None:
    day, pack = Day().starts(sheet(booking())).live(), DayPack(tmp_path, None)
    document = day.session.keep("boot-1").model_copy(update={"ended": a_month_of_endings()})
    journal = JournalFile(tmp_path / "journal.json")
    journal.keep(document.model_dump_json().encode())
    journal.close()
    again = Day()
    recall(again.session, journal, "boot-1", again.record, pack)
    assert again.record.of("journal_unreadable") == []
    assert again.call.booking.booking_id == "b1"
    assert len(again.session.outcomes.ended.unsent) == MOST_UNSENT
