"""Hands each document that arrives to whoever obeys its kind; sheet and time are the day's own."""

from collections.abc import Callable

from contract.documents import DocumentKind
from kiosk.errors import Untrusted
from kiosk.ipc import DocumentArrived
from kiosk.lockdown.documents import Documents

Take = Callable[[str], None]


class DocumentDesk:
    """Of a kind that nobody obeys yet, nothing is taken: it would count, and change nothing."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._takes: dict[DocumentKind, Take] = {DocumentKind.KEYS: documents.keys}

    def on(self, kind: DocumentKind, take: Take) -> None:
        """From now on `take` gets the text of every document of this kind; it raises Untrusted for what it refuses."""
        self._takes[kind] = take

    def arrived(self, fact: DocumentArrived) -> None:
        """A document came. Raises Untrusted when it is refused."""
        if fact.kind in (DocumentKind.SHEET, DocumentKind.TIME):
            return
        take = self._takes.get(fact.kind)
        if take is None:
            raise Untrusted(f"nobody here obeys a document of the kind {fact.kind}")
        take(fact.document)
