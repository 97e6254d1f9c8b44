"""The acceptance report: a compact JWS (RFC 7515, ES256) by the laptop's own key over what it was on that day. Pure."""

import base64
import json
from typing import Annotated, Final

from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from pydantic import Field, StringConstraints, TypeAdapter

from contract.strict import Malformed, Message, parse
from contract.words import Line, Moment
from kiosk.acceptance.facts import Facts
from kiosk.certificates import read
from kiosk.errors import Untrusted
from kiosk.policy.measures import Severity, Verdict

KIND: Final = "visit-acceptance"
ALGORITHM: Final = "ES256"
PLACE: Final = "/var/lib/visit-kiosk/acceptance.jws"
LONGEST_BYTES: Final = 262_144
BY_HAND: Final = (  # nothing on the laptop can know these
    "The firmware's password is set, and is this laptop's own.",
    "The firmware starts from the inner disk alone: no USB, no network.",
    "Ports that the room has no use for are sealed.",
    "The serial number on the case is the one above.",
)

Text = Annotated[str, StringConstraints(max_length=400)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Row(Message):
    """One row of `kiosk check`, as the bench installer found it: no guard runs there."""

    measure: Line
    state: Verdict
    when_lost: Severity
    evidence: Text


class Report(Message):
    """What was found, on the day, by the bench installer, and what people must look at themselves."""

    made_at: Moment
    establishment: Line
    laptop: Line
    facts: Facts
    files: Annotated[dict[Line, Digest], Field(max_length=32)]  # of the release, as they read back from the disk
    rows: Annotated[tuple[Row, ...], Field(max_length=64, strict=False)]
    by_hand: Annotated[tuple[Text, ...], Field(max_length=16, strict=False)] = BY_HAND
    notes: Annotated[tuple[Text, ...], Field(max_length=16, strict=False)] = ()  # such as a clock that had to be set


_REPORT: Final = TypeAdapter(Report)


def signed(report: Report, key_pem: str, certificate_pem: str) -> str:
    """The report signed with the laptop's key; its certificate goes along (`x5c`), so that anybody can check it."""
    der = read(certificate_pem).public_bytes(Encoding.DER)
    header = {"alg": ALGORITHM, "typ": KIND, "x5c": [base64.b64encode(der).decode()]}
    return jws.serialize_compact(
        header, report.model_dump_json().encode(), ECKey.import_key(key_pem), registry=_registry()
    )


def report_in(untrusted: str, key: CertificatePublicKeyTypes) -> Report:
    """What the report says, if `key`, this laptop's, has signed it; what it says of its key counts for nothing.

    Raises Untrusted.
    """
    if len(untrusted) > LONGEST_BYTES:
        raise Untrusted("the acceptance report is too long")
    public = ECKey.import_key(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    try:
        found = jws.deserialize_compact(untrusted.strip(), public, registry=_registry())
    except (JoseError, ValueError) as error:
        raise Untrusted("the acceptance report is not signed by this laptop's key") from error
    if found.headers().get("typ") != KIND:
        raise Untrusted("it is another document than an acceptance report")
    try:
        return parse(found.payload, _REPORT, LONGEST_BYTES)
    except Malformed as error:
        raise Untrusted(f"the acceptance report does not check out: {error.where}") from error


def readable(report: Report) -> str:
    """The same for people and programs that have no use for a signature."""
    return json.dumps(report.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"


def _registry() -> jws.JWSRegistry:
    registry = jws.JWSRegistry(algorithms=[ALGORITHM])
    registry.max_header_length = registry.max_payload_length = LONGEST_BYTES
    return registry
