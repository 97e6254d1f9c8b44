"""When the day goes to the disk: soon after whatever happens, and now and then while only time goes by."""

from collections.abc import Callable
from typing import Final

from contract.words import CallState
from kiosk.lockdown.clock import boot_id, boot_ms
from kiosk.lockdown.day_pack import DayPack
from kiosk.lockdown.journal_file import JournalFile
from kiosk.lockdown.recall import recall
from kiosk.lockdown.sealed_call import closed
from kiosk.ports import Record
from kiosk.session import Session

IN_CALL_EVERY_MS: Final = 500  # talk is right to within a second after a cut of power; each is a write to the disk
IDLE_EVERY_MS: Final = 10_000


class DayJournal:
    """The session's day, in a file. Nothing here waits for the disk but `close`."""

    def __init__(self, file: JournalFile, session: Session, pack: DayPack, now_ms: Callable[[], int] = boot_ms) -> None:
        self._file, self._session, self._pack, self._now_ms = file, session, pack, now_ms
        self._boot_id = boot_id()
        self._kept_ms, self._kept_state = now_ms(), self._state

    @property
    def _state(self) -> CallState | None:
        return None if self._session.call is None else self._session.call.state

    def keep(self) -> None:
        """Something has happened."""
        self._kept_ms, self._kept_state = self._now_ms(), self._state
        self._file.keep(closed(self._session.keep(self._boot_id), self._pack).model_dump_json().encode())

    def time_went_by(self) -> None:
        """Nothing else has, unless the call has moved on."""
        state = self._state
        every_ms = IDLE_EVERY_MS if state is None else IN_CALL_EVERY_MS
        if state is not self._kept_state or self._now_ms() - self._kept_ms >= every_ms:
            self.keep()

    def recall(self, record: Record) -> None:
        """Go on with the day that was kept."""
        recall(self._session, self._file, self._boot_id, record, self._pack)

    def close(self) -> None:
        """Write what is waiting, and stop. Safe twice."""
        self._file.close()
