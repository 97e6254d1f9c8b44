"""Heads of the laptops' audit trails: which one the service may sign, and what is wrong with one it may not. Pure."""

import base64
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from contract.record import HeadNow
from contract.refusals import RefusalCode
from contract.signed_note import Head, SignedNote, Signer
from contract.strict import Malformed
from visits.errors import Refused


class Alarm(StrEnum):
    """What is wrong with a head that was refused although its own key signed it, or claimed to."""

    WRONG_KEY = "wrong_key"  # another key than the first this laptop showed
    ROLLED_BACK = "rolled_back"  # shorter than what was signed before
    FORKED = "forked"  # as long, and not the same


CODE: Final = MappingProxyType(
    {
        Alarm.WRONG_KEY: RefusalCode.HEAD_WRONG_KEY,
        Alarm.ROLLED_BACK: RefusalCode.HEAD_BEHIND,
        Alarm.FORKED: RefusalCode.HEAD_BEHIND,
    }
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A head as a laptop showed it, its signature verified."""

    head: Head
    public_key: str
    note: SignedNote


def verified(message: HeadNow) -> Shown:
    """The head in the message, signed by the key beside it. Raises Refused HEAD_UNSIGNED for anything else."""
    try:
        note = SignedNote.parse(message.note)
        head = Head.parse(note.text)
        is_signed = note.is_signed_by(Signer(head.origin, base64.b64decode(message.public_key)))
    except Malformed as error:
        raise Refused(RefusalCode.HEAD_UNSIGNED, error.where) from error
    if not is_signed:
        raise Refused(RefusalCode.HEAD_UNSIGNED)
    return Shown(head, message.public_key, note)


def judge(shown: Shown, before: Head | None, first_key: str | None) -> Alarm | None:
    """What is wrong with a head, after the newest signed `before` it; None when the service may sign it."""
    if first_key is not None and shown.public_key != first_key:
        return Alarm.WRONG_KEY
    if before is None:
        return None
    if shown.head.origin != before.origin:
        return Alarm.WRONG_KEY
    if shown.head.seq < before.seq:
        return Alarm.ROLLED_BACK
    return Alarm.FORKED if shown.head.seq == before.seq and shown.head.chain != before.chain else None
