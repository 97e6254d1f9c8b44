"""What a laptop trusts, on a real disk: documents come, some are obeyed, and it can be switched off in between."""

from datetime import datetime
from pathlib import Path
from typing import Final

from contract.documents import DocumentFault, DocumentKind
from contract.enrolment import Identity
from contract.envelope import Envelope
from contract.sheet import CallSheet
from contract.words import Use
from kiosk.lockdown.documents import Documents
from kiosk.lockdown.enrolled import trusted_here
from kiosk.lockdown.trust_file import FILE_NAME, TrustFile
from kiosk.trusted import Refusal
from tests.fakes.authority import identity, signed_sheet
from tests.fakes.bookings import booking, sheet
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.record import FakeRecord

IN_FORCE: Final = 5  # the serial of what is in force when a test begins


class Trusting:
    """A laptop of the test authority; `obeys` and `refuses` hold a document out to it."""

    def __init__(self, folder: Path, identity: Identity | None = None, wall: datetime = NOON) -> None:
        self._folder, self.clock, self.record = folder, FakeClock(wall), FakeRecord()
        self.documents = self._new(identity)

    def _new(self, who: Identity | None) -> Documents:
        self.identity = who or identity(Use.DEMO)
        file = TrustFile(self._folder)
        return Documents(trusted_here(self.identity, file), file, self.clock, self.record)

    def restarts(self, identity: Identity | None = None) -> "Trusting":
        """Switched off and on again; with another identity, enrolled anew in between."""
        self.documents = self._new(identity or self.identity)
        return self

    def has_a_sheet(self) -> CallSheet:
        """The sheet that is in force when a test begins."""
        return self.obeys_sheet(signed_sheet(sheet_of_serial(IN_FORCE)))

    def obeys_sheet(self, text: str) -> CallSheet:
        return self.documents.sheet(text)

    def obeys(self, kind: DocumentKind, text: str) -> Envelope:
        return self.documents.read(kind, text, lambda envelope: envelope)

    def refuses(self, text: str, kind: DocumentKind = DocumentKind.SHEET) -> DocumentFault:
        """Why it does not obey this. Whatever that is: in memory and on the disk all is as before."""
        before = self.remembers()
        try:
            if kind is DocumentKind.SHEET:
                self.documents.sheet(text)
            elif kind is DocumentKind.KEYS:
                self.documents.keys(text)
            else:
                self.obeys(kind, text)
        except Refusal as why:
            assert self.remembers() == before
            return why.fault
        raise AssertionError("it was obeyed")

    def remembers(self) -> tuple[object, bytes | None]:
        """What it goes by, and the file of it."""
        path = self._folder / FILE_NAME
        return self.documents._trusted.kept, path.read_bytes() if path.exists() else None

    def serial(self, kind: DocumentKind = DocumentKind.SHEET) -> int | None:
        newest = self.documents.in_force(kind)
        return None if newest is None else newest.serial


def sheet_of_serial(serial: int) -> CallSheet:
    return sheet(booking(), serial=serial)
