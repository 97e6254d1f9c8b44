"""Takes in signed documents: judged, kept on the disk, and then obeyed; what they say is not its affair."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from contract.documents import DocumentFault, DocumentKind
from contract.envelope import Envelope, NotAccepted
from contract.sheet import CallSheet
from contract.signed_sheet import sheet_of
from contract.signed_time import time_of
from kiosk.errors import Unavailable, Untrusted
from kiosk.lockdown.refused_documents import RefusedDocuments
from kiosk.ports import Clock, Record
from kiosk.trust_kept import NewestOf, TrustKept
from kiosk.trusted import NO_GRACE, Refusal, Trusted

T = TypeVar("T")
LOG: Final = logging.getLogger(__name__)
COUNT_UNKEPT: Final = frozenset({DocumentKind.SHEET, DocumentKind.ROSTER})  # who may no more: that cannot wait for room
KEPT_AGAIN_MS: Final = 60_000


class Keeps(Protocol):
    """Where what must not be forgotten lies."""

    def keep(self, kept: TrustKept) -> None:
        """On the disk before it returns. Raises Unavailable."""
        ...


class Documents:
    """Fits `kiosk.ports.Documents`. `refused` has why the newest document of a kind was refused, for the officer.

    Whoever must have the text of a document on the disk too writes it in its `read`: that is before the document
    counts. A power cut between leaves a text that is news once more; never a mark without its text.

    A sheet and a list of officers count also on a disk that takes nothing, since they may bar somebody; `unkept` has
    those that a restart would forget. Keys and policy do not.
    """

    def __init__(self, trusted: Trusted, file: Keeps, clock: Clock, record: Record) -> None:
        self._trusted, self._file, self._clock, self._record = trusted, file, clock, record
        self.refused = RefusedDocuments(clock, record)
        self.unkept: frozenset[DocumentKind] = frozenset()
        self._tried_ms = 0

    @property
    def policy(self) -> str | None:
        """The text of the newest policy, as it came; it is judged again with `read` before it counts."""
        return None if self._trusted.kept is None else self._trusted.kept.policy

    def in_force(self, kind: DocumentKind) -> NewestOf | None:
        """Which document of a kind is obeyed, if one ever was."""
        kept = self._trusted.kept
        return None if kept is None else next((each for each in kept.in_force if each.kind is kind), None)

    def sheet(self, untrusted: str) -> CallSheet:
        """The call sheet in a signed document. Raises Untrusted."""
        return self.read(DocumentKind.SHEET, untrusted, sheet_of)

    def keys(self, untrusted: str) -> None:
        """The keys that count from now on. Raises Untrusted."""
        self.read(DocumentKind.KEYS, untrusted, lambda envelope: envelope)

    def read(self, kind: DocumentKind, untrusted: str, read: Callable[[Envelope], T], grace: timedelta = NO_GRACE) -> T:
        """What `read` finds in a document that is to be obeyed, which counts from then on. Raises Untrusted.

        `read` raises NotAccepted or Refusal when something in it is wrong; then the one before stays in force.
        `grace` is how long past its end it still counts.
        """
        try:
            taken = self._trusted.judge(kind, untrusted, self._clock.wall(), grace)
            found = _found(taken.envelope, read)
            if taken.is_news:
                self._obey(kind, self._trusted.after(kind, untrusted, taken))
                self._record.note("document_taken", {"kind": kind, "serial": taken.envelope.header.serial})
        except Refusal as why:
            self.refused.heard(kind, untrusted, why.fault)
            raise
        self.refused.forget(kind)
        return found

    def time(self, untrusted: str, nonce: str) -> datetime:
        """The service's time, signed for this `nonce`. Judged by the nonce and not by a clock. Raises Untrusted."""
        try:
            said = _found(self._trusted.judge_time(untrusted), time_of)
        except Refusal as why:
            self.refused.heard(DocumentKind.TIME, untrusted, why.fault)
            raise
        if said.nonce != nonce:
            raise Untrusted("a signed time was not asked for")
        self.refused.forget(DocumentKind.TIME)
        return said.at

    def keep_again(self) -> None:
        """Now and then, what could not be kept. Never raises."""
        kept, now = self._trusted.kept, self._clock.boot_ms()
        if not self.unkept or kept is None or now - self._tried_ms < KEPT_AGAIN_MS:
            return
        self._tried_ms = now
        try:
            self._file.keep(kept)
        except Unavailable as error:
            LOG.error("%s", error)
        else:
            self.unkept = frozenset()

    def _obey(self, kind: DocumentKind, kept: TrustKept) -> None:
        try:
            self._file.keep(kept)
        except Unavailable as error:
            if kind not in COUNT_UNKEPT:
                raise Refusal(DocumentFault.NOT_KEPT) from error
            self._could_not_keep(kind, error)
        else:
            self.unkept = frozenset()  # the marks of all kinds are one file
        self._trusted.obey(kept)

    def _could_not_keep(self, kind: DocumentKind, why: Unavailable) -> None:
        LOG.error("%s", why)
        if kind not in self.unkept:  # once, not at every sheet
            self._record.note("document_not_kept", {"kind": kind})
        self.unkept, self._tried_ms = self.unkept | {kind}, self._clock.boot_ms()


def _found(envelope: Envelope, read: Callable[[Envelope], T]) -> T:
    try:
        return read(envelope)
    except NotAccepted as why:
        raise Refusal(why.fault) from None
