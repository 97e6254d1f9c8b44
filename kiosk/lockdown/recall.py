"""Brings back the day that the journal kept; a journal that cannot be read is set aside and said, never guessed at."""

import logging
from typing import Final

from pydantic import TypeAdapter

from contract.strict import Malformed, parse
from kiosk.kept import DayKept
from kiosk.lockdown.day_pack import DayPack
from kiosk.lockdown.journal_file import LONGEST_BYTES, JournalFile
from kiosk.lockdown.sealed_call import opened
from kiosk.ports import Record
from kiosk.session import Session

MOST_VALUES: Final = 200_000  # 2,000 outcomes on their way have 35 each, and the guard itself wrote them
LOG: Final = logging.getLogger(__name__)
DAY: Final[TypeAdapter[DayKept]] = TypeAdapter(DayKept)


def recall(session: Session, journal: JournalFile, boot_id: str, record: Record, pack: DayPack) -> None:
    """Go on with what was kept. A corrupt journal costs the call in progress, which the officer may start again."""
    try:
        document = journal.read()
        if document is not None:
            session.recall(_with_call(parse(document, DAY, LONGEST_BYTES, MOST_VALUES), record, pack), boot_id)
    except Exception as error:  # whatever it holds, a guard that cannot start would be worse
        where = error.where if isinstance(error, Malformed) else type(error).__name__
        LOG.error("the journal cannot be gone on with and is set aside: %s", where)
        session.forget()
        record.note("journal_unreadable", {"where": where})
        journal.set_aside()


def _with_call(day: DayKept, record: Record, pack: DayPack) -> DayKept:
    """The day; without its call when that is not readable here: what became of the others must not be lost with it."""
    try:
        return opened(day, pack)
    except Malformed as error:
        LOG.error("the call in the journal cannot be gone on with: %s", error.where)
        record.note("journal_unreadable", {"where": error.where})
        return day.model_copy(update={"sealed_call": None})
