"""What a laptop asks a certificate for: the key in its PKCS#10 request. All else in the request is not believed."""

import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from contract.refusals import RefusalCode
from visits.errors import Refused


@dataclass(frozen=True, slots=True)
class LaptopKey:
    """A laptop's public key; whoever asked for it has the private one."""

    public: EllipticCurvePublicKey | Ed25519PublicKey

    @property
    def digest(self) -> str:
        """SHA-256 of it as SubjectPublicKeyInfo, in hex."""
        spki = self.public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(spki).hexdigest()


def key_in(untrusted_request: str) -> LaptopKey:
    """The key of a request that this key has signed. Raises Refused MALFORMED."""
    try:
        request = x509.load_pem_x509_csr(untrusted_request.encode())
        key = request.public_key()
        is_signed = request.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature) as error:
        raise Refused(RefusalCode.MALFORMED, "request: not PKCS#10") from error
    is_known_kind = isinstance(key, Ed25519PublicKey) or (
        isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
    )
    if not is_known_kind:
        raise Refused(RefusalCode.MALFORMED, "request: the key is neither P-256 nor Ed25519")
    if not is_signed:
        raise Refused(RefusalCode.MALFORMED, "request: wrongly signed")
    assert isinstance(key, EllipticCurvePublicKey | Ed25519PublicKey)
    return LaptopKey(key)
