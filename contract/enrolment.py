"""Enrolment over HTTPS: what a new laptop says, what it is answered, and what it keeps of that. Holds no secret key.

Order: `GET /laptop/v1/authority` gives the authority's certificate, which counts only if the code names it; then,
over TLS 1.3 with that authority alone, `POST /laptop/v1/enrol`. Everything after that needs the certificate.
"""

from typing import Annotated

from pydantic import Field, StringConstraints, TypeAdapter

from contract.key_set import KeySet
from contract.record import PublicKey
from contract.strict import Message
from contract.words import Line, Moment, Pem, Use

ServiceUrl = Annotated[str, StringConstraints(pattern=r"^https://[\x21-\x7e]{1,200}$")]


class EnrolAsked(Message):
    """The laptop's request. `request` is PKCS#10, as PEM; `sealing_key` X25519, base64: what only it may read
    is encrypted to that. `code` is the secret part of the code.
    """

    code: Annotated[str, StringConstraints(min_length=16, max_length=16)] = Field(repr=False)
    request: Pem
    sealing_key: PublicKey


class Enrolled(Message):
    """The answer, once. `replaces` says that this name had an identity before, which has ended."""

    establishment: Line
    laptop: Line
    use: Use
    certificate: Pem
    authority: Pem
    keys: KeySet
    server_time: Moment
    replaces: bool


class Identity(Message):
    """What the laptop keeps of it in `identity.json`, readable by guard and shell; its certificate lies beside it."""

    service: ServiceUrl
    establishment: Line
    laptop: Line
    use: Use
    authority: Pem
    keys: KeySet
    enrolled_at: Moment
    replaces: bool


ENROL_ASKED: TypeAdapter[EnrolAsked] = TypeAdapter(EnrolAsked)
ENROLLED: TypeAdapter[Enrolled] = TypeAdapter(Enrolled)
IDENTITY: TypeAdapter[Identity] = TypeAdapter(Identity)
