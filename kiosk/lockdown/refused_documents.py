"""Why documents were refused: the newest of each kind for the screen, and each once on record, within bounds."""

from typing import Final

from contract.documents import LONGEST_BYTES, DocumentFault, DocumentKind
from kiosk.lockdown.few_records import FewRecords
from kiosk.ports import Clock, Record
from kiosk.trust_kept import digest_of

LOOKED_AT: Final = max(LONGEST_BYTES.values()) + 1  # characters that tell one refused document from another


class RefusedDocuments:
    """`faults` is what the officer should know; the same bytes, sent with every new line, are recorded once."""

    def __init__(self, clock: Clock, record: Record) -> None:
        self._record = record
        self._few = {kind: FewRecords(clock) for kind in DocumentKind}
        self.faults: dict[DocumentKind, DocumentFault] = {}

    def heard(self, kind: DocumentKind, untrusted: str, fault: DocumentFault) -> None:
        """A document of this kind was refused."""
        self.faults[kind] = fault
        more = self._few[kind].heard((digest_of(untrusted[:LOOKED_AT]), fault))
        if more is not None:
            self._record.note("document_refused", {"kind": kind, "why": fault, **more})

    def forget(self, kind: DocumentKind) -> None:
        """One was taken since."""
        self.faults.pop(kind, None)
