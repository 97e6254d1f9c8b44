"""Documents refused for what may pass by itself: kept, unread, to be judged again once more is known."""

from typing import Final

from contract.documents import DocumentFault, DocumentKind
from kiosk.errors import KioskError
from kiosk.ipc import DocumentArrived
from kiosk.trusted import Refusal

MAY_PASS: Final = frozenset(
    {
        DocumentFault.NOT_YET_VALID,  # the clock may be wrong
        DocumentFault.EXPIRED,
        DocumentFault.UNKNOWN_KEY,  # the document that names the key may come behind it
        DocumentFault.NOT_KEPT,  # the disk may have room again
    }
)
TELLS_MORE: Final = frozenset({DocumentKind.TIME, DocumentKind.KEYS})


class EarlyDocuments:
    """The newest of each kind: a laptop that starts in 1970 is handed its sheet before it can know better."""

    def __init__(self) -> None:
        self._kept: dict[DocumentKind, DocumentArrived] = {}

    def refused(self, document: DocumentArrived, why: KioskError) -> None:
        """This was not obeyed."""
        if isinstance(why, Refusal) and why.fault in MAY_PASS:
            self._kept[document.kind] = document
        else:
            self._kept.pop(document.kind, None)

    def again(self) -> tuple[DocumentArrived, ...]:
        """What to judge once more; it is forgotten here."""
        kept, self._kept = tuple(self._kept.values()), {}
        return kept
