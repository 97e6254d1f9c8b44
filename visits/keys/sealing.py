"""The key that a laptop's own documents are encrypted to (X25519): whether one given from outside can be used."""

import base64

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from contract.refusals import RefusalCode
from visits.errors import Refused


def check_sealing_key(untrusted: str) -> X25519PublicKey:
    """The key in base64, already so spelled. Raises Refused MALFORMED for one that keeps no secret."""
    try:
        key = X25519PublicKey.from_public_bytes(base64.b64decode(untrusted, validate=True))
        X25519PrivateKey.generate().exchange(key)  # raises for the few points with which everybody shares a secret
    except ValueError as error:
        raise Refused(RefusalCode.MALFORMED, "sealing_key") from error
    return key
