"""A PIN as Argon2id leaves it, and whether a PIN fits; it keeps no PIN and writes no file."""

import base64
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

SALT_BYTES: Final = 16
HASH_BYTES: Final = 32
VERIFIER: Final = (  # PHC string; the bounds keep a damaged file from asking for all memory
    r"^\$argon2id\$v=19\$m=[1-9][0-9]{0,5},t=[1-9][0-9]?,p=[1-9]\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$"
)


@dataclass(frozen=True)
class Cost:
    """What one try costs. The default is twice RFC 9106's memory for small machines, and 0.4 s of one core."""

    memory_kib: int = 128 * 1024
    iterations: int = 4
    lanes: int = 1  # a call may be running: one core at most


def verifier_of(pin: str, cost: Cost) -> str:
    """The PHC string of this PIN, with its own salt. Takes as long as a try."""
    salt = secrets.token_bytes(SALT_BYTES)
    return _argon2id(salt, cost).derive_phc_encoded(pin.encode())


def fits(pin: str, verifier: str) -> bool:
    """Whether this PIN made this verifier. Slow on purpose, and off the loop: other threads run meanwhile."""
    try:
        Argon2id.verify_phc_encoded(pin.encode(), verifier)
    except (InvalidKey, ValueError):  # the second is for parameters that no verifier of ours has
        return False
    return True


def verifier_of_nobody(cost: Cost) -> str:
    """A verifier that costs the same to try and that no PIN fits: its hash is the hash of nothing, only random."""
    salt, random = (base64.b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (SALT_BYTES, HASH_BYTES))
    return f"$argon2id$v=19$m={cost.memory_kib},t={cost.iterations},p={cost.lanes}${salt}${random}"


def _argon2id(salt: bytes, cost: Cost) -> Argon2id:
    return Argon2id(
        salt=salt, length=HASH_BYTES, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
