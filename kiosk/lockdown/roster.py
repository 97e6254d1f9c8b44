"""The officers that the service sent this laptop: opened with its own key, kept as they came, refused when too old.

What is signed counts, never when it came: the service signs the list anew every day, so that its age is the age of the
last word of the service that got here, whoever carried it. A list that was held back grows old.
"""

import base64
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract.documents import DocumentFault, DocumentKind
from contract.envelope import Envelope
from contract.only_for import NotForUs, read_as
from contract.roster import LONGEST_BYTES, ROSTER, Roster, RosterOfficer
from contract.strict import Malformed, parse
from kiosk.errors import LockdownError, Refused, Unavailable, Untrusted
from kiosk.policy.numbers import Numbers
from kiosk.ports import Clock, SecretName, Vault
from kiosk.trusted import Refusal

T = TypeVar("T")
LOG: Final = logging.getLogger(__name__)
NONE_YET: Final = "This laptop has no list of officers yet. Connect it to the network."
TOO_OLD: Final = "The list of officers is too old. Connect this laptop to the network."


class Judge(Protocol):
    """Who judges signed documents."""

    def read(self, kind: DocumentKind, untrusted: str, read: Callable[[Envelope], T]) -> T:
        """What `read` finds in a document that is to be obeyed, which counts from then on. Raises Untrusted."""
        ...


class Keeps(Protocol):
    """Where the newest list lies."""

    def read(self) -> str | None:
        """What was kept last."""
        ...

    def keep(self, document: str) -> None:
        """On the disk before it returns. Raises Unavailable."""
        ...


class RosterInForce:
    """The newest list of officers of an enrolled laptop. Fits `KnownOfficers` and, for the desk, `Freshness`."""

    def __init__(self, judge: Judge, file: Keeps, vault: Vault, numbers: Numbers, clock: Clock) -> None:
        self._judge, self._file, self._vault, self._numbers, self._clock = judge, file, vault, numbers, clock
        self._said = ""
        self._written: str | None = None
        self._officers: Mapping[str, RosterOfficer] | None = None
        self._signed_at: datetime | None = None

    def recall(self) -> None:
        """While none is in force, take up what was kept, as if it had just come; what does not check out is left.

        Safe at any time: what is not valid by a clock that is wrong may be valid once that is put right.
        """
        kept = None if self._officers is not None else self._file.read()
        if kept is None:
            return
        try:
            self._obey(kept, keeps=False)
        except (Untrusted, Unavailable) as error:
            if str(error) != self._said:
                LOG.warning("the list of officers that was kept is not in force: %s", error)
            self._said = str(error)

    def arrived(self, untrusted: str) -> None:
        """Take in a list; the one in force stays if this is not to be obeyed. Raises Untrusted or Unavailable."""
        self._obey(untrusted, keeps=True)

    def read(self) -> Mapping[str, RosterOfficer]:
        """Everybody on the list, by number. Raises LockdownError while there is none."""
        if self._officers is None:
            raise LockdownError(NONE_YET)
        return self._officers

    def check_fresh(self) -> None:
        """Raises Refused when the list is older than policy lets anybody loosen something with."""
        if self.age > self._numbers.roster_longest_offline:
            raise Refused(TOO_OLD)

    @property
    def is_stale(self) -> bool:
        """Whether officers should be told that it grows old."""
        return self.age > self._numbers.roster_stale_after

    @property
    def age(self) -> timedelta:
        """Since the service signed it, by the time of day; nothing while there is none, or one from later."""
        return timedelta() if self._signed_at is None else max(timedelta(), self._clock.wall() - self._signed_at)

    def _obey(self, untrusted: str, *, keeps: bool) -> None:
        def read(envelope: Envelope) -> tuple[Roster, datetime]:
            roster = _roster(envelope, self._key())
            if keeps:  # before its serial is: a power cut between the two leaves one that is taken for news
                self._write(untrusted)
            return roster, envelope.header.not_before

        roster, self._signed_at = self._judge.read(DocumentKind.ROSTER, untrusted, read)
        self._officers = {officer.number: officer for officer in roster.officers}

    def _write(self, document: str) -> None:
        """Once, however often it comes. On a disk that takes nothing it counts all the same: it may bar somebody."""
        if document == self._written:
            return
        try:
            self._file.keep(document)
        except Unavailable as error:
            LOG.error("%s", error)
        else:
            self._written = document

    def _key(self) -> X25519PrivateKey:
        """Raises Unavailable."""
        try:
            raw = base64.b64decode(self._vault.read(SecretName.SEALING_KEY), validate=True)
            return X25519PrivateKey.from_private_bytes(raw)
        except ValueError:
            raise Unavailable("This laptop's key for what only it may read is no key. Enrol it again.") from None


def _roster(envelope: Envelope, key: X25519PrivateKey) -> Roster:
    """What stands in it. Raises Refusal."""
    try:
        return parse(read_as(key, envelope.payload), ROSTER, LONGEST_BYTES)
    except NotForUs:
        raise Refusal(DocumentFault.NOT_READABLE_HERE) from None
    except Malformed:
        raise Refusal(DocumentFault.BAD_CONTENT) from None
