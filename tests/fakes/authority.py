"""A test's own establishment: its keys, what they sign, and laptops enrolled with it. The keys are known to all."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.documents import DocumentKind
from contract.enrolment import Identity
from contract.envelope import Audience, Header, sealed
from contract.key_set import DocumentKey, KeySet
from contract.sheet import CALL_SHEET, CallSheet
from contract.strict import LONGEST_SHEET_BYTES, Malformed, parse
from contract.words import Use
from kiosk.errors import Untrusted

ESTABLISHMENT: Final = "HMP Example"  # as tests.fakes.bookings has it
LAPTOP: Final = "Visits 1"
ENROLLED_AT: Final = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
ONLINE: Final = frozenset({DocumentKind.SHEET, DocumentKind.ROSTER, DocumentKind.TIME})
OFFLINE: Final = frozenset({DocumentKind.POLICY, DocumentKind.KEYS})


def key(name: str) -> Ed25519PrivateKey:
    """The key of this name, always the same."""
    return Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b"\0"))


def document_key(name: str, signs: frozenset[DocumentKind], use: Use = Use.DEMO) -> DocumentKey:
    """The public half, as laptops are told it; its id is its name."""
    public = base64.b64encode(key(name).public_key().public_bytes_raw()).decode()
    return DocumentKey(key_id=name, public_key=public, issuer=ESTABLISHMENT, use=use, signs=signs)


def key_set(use: Use = Use.DEMO) -> KeySet:
    """The keys of enrolment: one that is at work all day, one that lies in a safe."""
    return KeySet(keys=(document_key(f"online-{use}", ONLINE, use), document_key(f"offline-{use}", OFFLINE, use)))


def identity(use: Use = Use.DEMO, *, establishment: str = ESTABLISHMENT, laptop: str = LAPTOP) -> Identity:
    """Who a laptop enrolled with this authority is."""
    return Identity(
        service="https://127.0.0.1:1",
        establishment=establishment,
        laptop=laptop,
        use=use,
        authority="no certificate: these laptops speak to no service",
        keys=key_set(use),
        enrolled_at=ENROLLED_AT,
        replaces=False,
    )


def enrolled(folder: Path, use: Use = Use.DEMO) -> Path:
    """An identity folder with that in it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "identity.json").write_text(identity(use).model_dump_json())
    return folder


def header(kind: DocumentKind, **changes: object) -> Header:
    """An envelope for the laptop, right in all it says unless `changes` says otherwise."""
    use = changes.get("use", Use.DEMO)
    fields: dict[str, object] = {
        "typ": kind,
        "kid": f"{'online' if kind in ONLINE else 'offline'}-{use}",
        "use": use,
        "iss": ESTABLISHMENT,
        "aud": Audience(establishment=ESTABLISHMENT, laptop=LAPTOP),
        "serial": 1,
        "nbf": seconds(ENROLLED_AT),
        "exp": seconds(ENROLLED_AT + timedelta(days=3650)),
    }
    return Header.model_validate(fields | changes)


def signed(kind: DocumentKind, payload: bytes, **changes: object) -> str:
    """A signed document; `changes` are of its header, and `signer` names another key than the header's."""
    signer = changes.pop("signer", None)
    said = header(kind, **changes)
    return sealed(said, payload, key(str(signer or said.kid)))


def signed_sheet(sheet: CallSheet, **changes: object) -> str:
    """The sheet as the service sends it."""
    said = {"use": sheet.use, "serial": sheet.serial} | changes
    said.setdefault("aud", Audience(establishment=sheet.establishment, laptop=sheet.laptop))
    return signed(DocumentKind.SHEET, sheet.model_dump_json().encode(), **said)


def signed_keys(*keys: DocumentKey, kid: str = "offline-demo", **changes: object) -> str:
    """A document that makes these the keys which count, signed by `kid`."""
    payload = KeySet(keys=keys).model_dump_json().encode()
    return signed(DocumentKind.KEYS, payload, kid=kid, **changes)


def compact(protected: bytes, payload: bytes, signer: str) -> str:
    """Any two texts, right or wrong, with a right signature by the key of this name."""
    said = f"{base64url(protected)}.{base64url(payload)}"
    return f"{said}.{base64url(key(signer).sign(said.encode()))}"


def base64url(raw: bytes) -> str:
    """As RFC 7515 spells it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def seconds(moment: datetime) -> int:
    """As an envelope counts them."""
    return int(moment.timestamp())


class PlainDocuments:
    """Fits `kiosk.ports.Documents` where nobody's signature is the matter: plain JSON counts, unless it is older."""

    def __init__(self) -> None:
        self._highest = 0

    def sheet(self, untrusted: str) -> CallSheet:
        try:
            sheet = parse(untrusted, CALL_SHEET, LONGEST_SHEET_BYTES)
        except Malformed as error:
            raise Untrusted(f"call sheet: {error.where}") from error
        if sheet.serial < self._highest:
            raise Untrusted("call sheet: older than the one in force")
        self._highest = sheet.serial
        return sheet

    def time(self, untrusted: str, nonce: str) -> datetime:
        said = json.loads(untrusted)
        if said["nonce"] != nonce:
            raise Untrusted("a signed time was not asked for")
        return datetime.fromisoformat(said["at"])
