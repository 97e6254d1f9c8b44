"""A PIN as Argon2id leaves it, and whether a PIN fits; it keeps no PIN, and is given what must be random."""

import base64
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


def verifier_of(pin: str, salt: bytes, cost: Cost) -> str:
    """The PHC string of this PIN, with SALT_BYTES of `salt` that no other PIN has. Takes as long as a try."""
    return _argon2id(salt, cost).derive_phc_encoded(pin.encode())


def fits(pin: str, verifier: str) -> bool:
    """Whether this PIN made this verifier. Slow on purpose, and off the loop: other threads run meanwhile."""
    try:
        Argon2id.verify_phc_encoded(pin.encode(), verifier)
    except (InvalidKey, ValueError):  # the second is for parameters that no verifier of ours has
        return False
    return True


def verifier_of_nobody(like: str, random: bytes) -> str:
    """A verifier that costs the same to try as `like` and that no PIN fits: no hash, but `random`, of both lengths."""
    parameters = like.rsplit("$", 2)[0]
    salt, no_hash = (_base64(part) for part in (random[:SALT_BYTES], random[SALT_BYTES:]))
    return f"{parameters}${salt}${no_hash}"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def _argon2id(salt: bytes, cost: Cost) -> Argon2id:
    return Argon2id(
        salt=salt, length=HASH_BYTES, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
