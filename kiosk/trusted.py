"""Which signed documents this laptop obeys: its own establishment's, for it, in their time, never an older one.

Pure: told what the time is; what must outlast a power cut is `TrustKept`, which somebody else keeps on the disk.

What is wrong with a document is looked for in this order: whether anybody could obey it here; its size; its shape;
its kind; what it calls critical; demo or live; establishment; laptop; its key and what that may sign; the signature;
the serial; the time; and last what it says. The first that is found is the reason given.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contract.documents import LONGEST_BYTES, SENTENCE, DocumentFault, DocumentKind
from contract.enrolment import Identity
from contract.envelope import Envelope, Header, NotAccepted, opened, reopened
from contract.key_set import KEY_SET, KeySet
from contract.strict import Malformed, parse
from kiosk.errors import Untrusted
from kiosk.trust_kept import NewestOf, TrustKept, digest_of, kept_of

NO_GRACE: Final = timedelta()


@dataclass(frozen=True)
class Taken:
    """A document that is obeyed. `is_news` is False for the one that is in force already."""

    envelope: Envelope
    is_news: bool


class Refusal(Untrusted):
    """Why a document is not obeyed; its text is a sentence for the officer and for IT."""

    def __init__(self, fault: DocumentFault) -> None:
        self.fault = fault
        super().__init__(SENTENCE[fault])


class Trusted:
    """The judge of documents for the laptop with this `identity`; without one nothing is obeyed: `without` says why.

    What is `kept` of another enrolment than this counts no more: enrolling anew is the last remedy for lost keys.
    """

    def __init__(
        self,
        identity: Identity | None,
        kept: TrustKept | None = None,
        without: DocumentFault = DocumentFault.NOT_ENROLLED,
    ) -> None:
        self._identity, self._without = identity, without
        self.kept = None if identity is None else kept_of(identity, kept)

    def judge(self, kind: DocumentKind, untrusted: str, now: datetime, grace: timedelta = NO_GRACE) -> Taken:
        """Whether this is to be obeyed at `now`; changes nothing. Raises Refusal.

        `grace` is how long past its end a document of this kind still counts. The document in force is known by its
        digest, and stays in force when the key that signed it ends.
        """
        identity, kept = self._enrolled()
        try:
            _check_size(kind, untrusted)
            if is_news := not kept.has_in_force(kind, untrusted):
                envelope = opened(untrusted, kind, lambda header: _key_of(header, identity, kept))
                _check_serial(envelope.header, kept)
            else:
                envelope = reopened(untrusted, kind)
                _check_audience(envelope.header, identity)
            _check_validity(envelope.header, now, grace)
        except NotAccepted as why:
            raise Refusal(why.fault) from None
        return Taken(envelope, is_news)

    def judge_time(self, untrusted: str) -> Envelope:
        """A signed time: by whom and for whom, whatever the clocks say, since it is they that are in doubt.

        Raises Refusal. Whether it was asked for, and just now, is for the caller to know.
        """
        identity, kept = self._enrolled()
        try:
            _check_size(DocumentKind.TIME, untrusted)
            return opened(untrusted, DocumentKind.TIME, lambda header: _key_of(header, identity, kept))
        except NotAccepted as why:
            raise Refusal(why.fault) from None

    def known(self, kind: DocumentKind, text: str) -> Envelope:
        """A document from this laptop's own disk: the one in force, or one that a key which counts has signed.

        Whatever its age. Raises Refusal.
        """
        identity, kept = self._enrolled()
        try:
            _check_size(kind, text)
            if not kept.has_in_force(kind, text):
                return opened(text, kind, lambda header: _key_of(header, identity, kept))
            envelope = reopened(text, kind)
            _check_audience(envelope.header, identity)
        except NotAccepted as why:
            raise Refusal(why.fault) from None
        return envelope

    def after(self, kind: DocumentKind, untrusted: str, taken: Taken) -> TrustKept:
        """What must be on the disk before this is obeyed: from then on nothing older counts.

        For KEYS the keys change with it. Raises Refusal for keys that are none.
        """
        identity, kept = self._enrolled()
        header = taken.envelope.header
        newest = NewestOf(kind=kind, key_id=header.kid, serial=header.serial, sha256=digest_of(untrusted))
        after = kept.with_newest(newest, untrusted)
        return after if kind is not DocumentKind.KEYS else after.with_keys(_key_set(taken.envelope.payload, identity))

    def obey(self, kept: TrustKept) -> None:
        """What `after` said is on the disk."""
        self.kept = kept

    def _enrolled(self) -> tuple[Identity, TrustKept]:
        if self._identity is None or self.kept is None:
            raise Refusal(self._without)
        return self._identity, self.kept


def _key_set(payload: bytes, identity: Identity) -> KeySet:
    """Keys of which one may sign the next set for this laptop: else it would be the last ever."""
    try:
        keys = parse(payload, KEY_SET, LONGEST_BYTES[DocumentKind.KEYS])
    except Malformed:
        raise Refusal(DocumentFault.BAD_CONTENT) from None
    if not any(DocumentKind.KEYS in key.signs and key.use is identity.use for key in keys.keys):
        raise Refusal(DocumentFault.BAD_CONTENT)
    return keys


def _check_size(kind: DocumentKind, untrusted: str) -> None:
    if len(untrusted) > LONGEST_BYTES[kind]:
        raise NotAccepted(DocumentFault.TOO_LARGE)


def _key_of(header: Header, identity: Identity, kept: TrustKept) -> Ed25519PublicKey:
    """For whom it is comes first: it says more to a person than that the key is a stranger's."""
    _check_audience(header, identity)
    return kept.keys.key_of(header)


def _check_audience(header: Header, identity: Identity) -> None:
    if header.use is not identity.use:
        raise NotAccepted(DocumentFault.DEMO_OR_LIVE)
    if header.aud.establishment != identity.establishment:
        raise NotAccepted(DocumentFault.OTHER_ESTABLISHMENT)
    if header.aud.laptop not in (None, identity.laptop):
        raise NotAccepted(DocumentFault.OTHER_LAPTOP)


def _check_serial(header: Header, kept: TrustKept) -> None:
    newest = kept.highest(header.typ)
    if header.serial < newest:
        raise NotAccepted(DocumentFault.ROLLED_BACK)
    if header.serial == newest:
        raise NotAccepted(DocumentFault.SERIAL_USED_TWICE)


def _check_validity(header: Header, now: datetime, grace: timedelta) -> None:
    if now < header.not_before:
        raise NotAccepted(DocumentFault.NOT_YET_VALID)
    if now - header.expires >= grace:  # so told, since the sum could leave the calendar
        raise NotAccepted(DocumentFault.EXPIRED)
