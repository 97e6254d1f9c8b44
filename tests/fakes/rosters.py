"""Lists of officers as a test's own establishment signs them, encrypted to the laptops of tests.fakes.authority."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from contract.documents import DocumentKind
from contract.only_for import only_for
from contract.roster import Right, Roster, RosterOfficer
from contract.verifier import SALT_BYTES, Cost, verifier_of
from tests.fakes.authority import seconds, signed

CHEAP: Final = Cost(memory_kib=8, iterations=1)
RUN_CALLS: Final = frozenset({Right.RUN_CALLS})
SEALING_KEY: Final = X25519PrivateKey.from_private_bytes(b"the sealing key of a test laptop")
ANOTHERS_KEY: Final = X25519PrivateKey.from_private_bytes(b"another laptop has this one, yes")


def officer(
    number: str, pin: str, *, rights: frozenset[Right] = RUN_CALLS, disabled: bool = False, name: str = "An officer"
) -> RosterOfficer:
    """One officer, whose PIN is quick to try."""
    verifier = verifier_of(pin, number.encode().ljust(SALT_BYTES), CHEAP)
    return RosterOfficer(number=number, name=name, rights=rights, verifier=verifier, disabled=disabled)


def signed_roster(
    *officers: RosterOfficer,
    serial: int = 1,
    signed_at: datetime | None = None,
    key: X25519PrivateKey = SEALING_KEY,
    **changes: object,
) -> str:
    """The document, signed just now unless it is said otherwise; `key` is whose it is to read."""
    plain = Roster(officers=tuple(sorted(officers, key=lambda each: each.number))).model_dump_json().encode()
    return signed_jwe(only_for(key.public_key(), plain), serial=serial, signed_at=signed_at, **changes)


def signed_jwe(payload: bytes, *, serial: int = 1, signed_at: datetime | None = None, **changes: object) -> str:
    """Whatever is to stand in it."""
    said = {"serial": serial, "nbf": seconds(signed_at or datetime.now(UTC))} | changes
    return signed(DocumentKind.ROSTER, payload, **said)


def vault_with_sealing_key(folder: Path, key: X25519PrivateKey = SEALING_KEY) -> Path:
    """A folder for `--vault`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "sealing-key").write_text(base64.b64encode(key.private_bytes_raw()).decode())
    return folder
