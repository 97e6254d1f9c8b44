"""Keeps the call sheet that is obeyed in the day pack, and reads it back after a reboot; it judges none."""

import logging
from datetime import datetime
from typing import Final

from contract.documents import DocumentFault, DocumentKind
from contract.envelope import Envelope
from contract.sheet import CallSheet
from contract.signed_sheet import sheet_of
from kiosk.errors import Unavailable, Untrusted
from kiosk.lockdown.day_pack import SHEET, DayPack, photo_entry
from kiosk.lockdown.documents import Documents
from kiosk.lockdown.early_documents import MAY_PASS
from kiosk.lockdown.pack_times import is_over
from kiosk.policy.numbers import Numbers, ms
from kiosk.ports import Clock, Record
from kiosk.session import Session
from kiosk.trusted import Refusal

LOG: Final = logging.getLogger(__name__)
JUDGED_EVERY_MS: Final = 60_000
TIDY_EVERY_MS: Final = 600_000  # what could not be deleted is tried again
UNSURE_MS: Final = 24 * 3_600_000  # a machine whose time is not known goes by how long it runs: a day, and then some


def photos_of(sheet: CallSheet | None) -> tuple[str, ...]:
    """The photos a sheet names, those of the first call first, each once."""
    if sheet is None:
        return ()
    bookings = sorted(sheet.bookings, key=lambda booking: booking.starts_at)
    return tuple(dict.fromkeys(p.photo for b in bookings for p in b.participants if p.photo is not None))


class DayPapers:
    """Fits `kiosk.ports.Documents`. Of the newest sheet and its photos nothing stays after its day and a while."""

    def __init__(self, documents: Documents, pack: DayPack, clock: Clock, record: Record, numbers: Numbers) -> None:
        self._documents, self._pack, self._clock = documents, pack, clock
        self._record, self._numbers = record, numbers
        self._written: str | None = None
        self._kept: tuple[str, ...] | None = None
        self._tidied_ms = 0
        self._failing, self._waits = False, False
        self._said, self._judged_ms = "", 0

    def sheet(self, untrusted: str) -> CallSheet:
        """The call sheet in a signed document, on the disk before it counts. Raises Untrusted.

        A power cut between leaves one that is news once more; never the mark of a sheet that is not there. On a disk
        that takes nothing the sheet counts all the same, until the next reboot.
        """

        def read(envelope: Envelope) -> CallSheet:
            sheet = sheet_of(envelope)
            self._write(untrusted)
            return sheet

        return self._documents.read(DocumentKind.SHEET, untrusted, read)

    def time(self, untrusted: str, nonce: str) -> datetime:
        """The service's time, signed for this `nonce`; nothing is kept of it. Raises Untrusted."""
        return self._documents.time(untrusted, nonce)

    def _write(self, text: str) -> None:
        if not self._pack.is_open or text == self._written:
            return
        try:
            self._pack.put(SHEET, text.encode())
        except Unavailable as error:
            LOG.error("%s", error)
            if not self._failing:  # once, not at every sheet
                self._record.note("pack_not_kept", {"what": SHEET})
            self._failing = True
        else:
            self._written, self._failing = text, False

    def recall(self, session: Session) -> None:
        """Go on with the sheet that was kept: checked as if it had just come, and as old as it is."""
        if not self._pack.is_open:
            self._record.note("pack_closed", {})
            self._pack.keep_only(())  # nobody will ever read it
            return
        kept = self._pack.get(SHEET)
        if kept is None:
            return
        self._written = kept.decode(errors="replace")
        self._take_up(session, self._written)

    def judge_again(self, session: Session) -> None:
        """Once a minute, while there is no other: what was refused for what may pass, such as a clock that is wrong."""
        if not self._waits or self._written is None or self._clock.boot_ms() - self._judged_ms < JUDGED_EVERY_MS:
            return
        if session.sheet is None:
            self._take_up(session, self._written)
        else:
            self._waits = False

    def _take_up(self, session: Session, text: str) -> None:
        self._judged_ms = self._clock.boot_ms()
        try:
            session.sheet_kept(text)
        except Untrusted as why:
            self._waits = _may_pass(why, is_time_told=session.fitness.wall.is_told)
            self._documents.refused.forget(DocumentKind.SHEET)  # nothing came; there is just nothing to go on with
            self._say_not_used(str(why))
        else:
            self._waits = False
            self._record.note("pack_sheet_used", {"serial": session.sheet.serial if session.sheet else 0})

    def _say_not_used(self, why: str) -> None:
        """Once, however often it is judged."""
        if why != self._said:
            LOG.warning("the call sheet that was kept does not count: %s", why)
            self._record.note("pack_sheet_not_used", {"why": why})
        self._said = why

    def look(self, sheet: CallSheet | None, now: datetime) -> None:
        """Delete what is not of the newest sheet, or of one whose day has been over for long enough.

        `now` is what the time is believed to be; one before the sheet was written cannot be.
        """
        stay = () if self._is_over(sheet, now) else (SHEET, *map(photo_entry, photos_of(sheet)))
        boot_ms = self._clock.boot_ms()
        if sheet is None and self._waits and not self._is_long():
            return  # it could not be judged by a clock that may be wrong
        if stay == self._kept and boot_ms - self._tidied_ms < TIDY_EVERY_MS:
            return
        self._kept, self._tidied_ms = stay, boot_ms
        if SHEET not in stay:
            self._written = None
        if gone := self._pack.keep_only(stay):
            self._record.note("pack_removed", {"count": gone})

    def _is_over(self, sheet: CallSheet | None, now: datetime) -> bool:
        if sheet is None:
            return True
        if now < sheet.issued_at - self._numbers.clock_may_err:
            return self._is_long()
        return is_over(sheet, now, self._numbers.day_pack)

    def _is_long(self) -> bool:
        """Whether whatever was kept at the start is over, whatever the time may be."""
        return self._clock.boot_ms() > UNSURE_MS + ms(self._numbers.day_pack)


def _may_pass(why: Untrusted, *, is_time_told: bool) -> bool:
    """Whether a sheet that was refused may count later; what has expired by the service's own time never does."""
    if not isinstance(why, Refusal) or (why.fault is DocumentFault.EXPIRED and is_time_told):
        return False
    return why.fault in MAY_PASS
