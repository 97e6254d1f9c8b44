"""Brings back the day that the journal kept; a journal that cannot be read is set aside and said, never guessed at."""

import logging
from typing import Final

from pydantic import TypeAdapter

from contract.strict import Malformed, parse
from kiosk.kept import DayKept
from kiosk.lockdown.journal_file import LONGEST_BYTES, JournalFile
from kiosk.ports import Record
from kiosk.session import Session

LOG: Final = logging.getLogger(__name__)
DAY: Final[TypeAdapter[DayKept]] = TypeAdapter(DayKept)


def recall(session: Session, journal: JournalFile, boot_id: str, record: Record) -> None:
    """Go on with what was kept. A corrupt journal costs the call in progress, which the officer may start again."""
    try:
        document = journal.read()
        if document is not None:
            session.recall(parse(document, DAY, LONGEST_BYTES), boot_id)
    except Exception as error:  # whatever it holds, a guard that cannot start would be worse
        where = error.where if isinstance(error, Malformed) else type(error).__name__
        LOG.error("the journal cannot be gone on with and is set aside: %s", where)
        session.forget()
        record.note("journal_unreadable", {"where": where})
        journal.set_aside()
