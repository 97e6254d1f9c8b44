"""The service's time in its envelope, for one laptop that has asked; the nonce makes it news. Pure."""

from typing import Final

from pydantic import TypeAdapter

from contract.documents import DocumentFault
from contract.envelope import Envelope, NotAccepted
from contract.strict import Malformed, Message, parse
from contract.words import Moment, Nonce


class SignedTime(Message):
    """The payload: `at` is the time when it was signed, `nonce` the laptop's own."""

    nonce: Nonce
    at: Moment


SIGNED_TIME: Final = TypeAdapter(SignedTime)


def time_of(envelope: Envelope) -> SignedTime:
    """The time in an envelope whose signature has been checked. Raises NotAccepted."""
    try:
        return parse(envelope.payload, SIGNED_TIME)
    except Malformed:
        raise NotAccepted(DocumentFault.BAD_CONTENT) from None
