"""What must reach the service once and be answered: outcomes, and heads of the laptop's audit trail to co-sign."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from contract.media import Count
from contract.strict import Message
from contract.words import BookingId, Cause, EndCode, EndedBy, Moment, Outcome, Reason

SignedNote = Annotated[str, StringConstraints(min_length=1, max_length=4096)]
PublicKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]  # Ed25519, base64


class OutcomeReport(Message):
    """How a call ended, complete. Said at every return of the line until it is kept.

    A reason given later makes the next `revision`; saying a revision again changes nothing.
    """

    type: Literal["outcome"] = "outcome"
    booking_id: BookingId
    revision: Annotated[int, Field(ge=1, le=99)]
    outcome: Outcome
    ended_by: EndedBy | None
    reason: Reason
    code: EndCode | None
    ended_at: Moment
    talk_ms: Count
    lost_ms: dict[Cause, Count]
    extended_ms: Count
    returned_ms: Count
    owed_ms: Count


class OutcomeKept(Message):
    """The service has stored this revision, or had it already."""

    type: Literal["outcome_kept"] = "outcome_kept"
    booking_id: BookingId
    revision: int


class HeadNow(Message):
    """The newest signed head of the laptop's audit trail (C2SP signed note), with the key that signs it."""

    type: Literal["head"] = "head"
    note: SignedNote
    public_key: PublicKey


class Cosigned(Message):
    """The same note with the service's signature added: from now on a cut behind it shows."""

    type: Literal["cosigned"] = "cosigned"
    note: SignedNote
