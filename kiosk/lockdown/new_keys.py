"""The keys of one laptop, made on it when it is enrolled. They leave this machine in no form."""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kiosk.ports import SecretName, Vault

PACK_KEY_BYTES = 32  # AES-256


@dataclass(frozen=True)
class NewKeys:
    """As the vault keeps them; `sealing_public` is for the service."""

    tls: str = field(repr=False)
    sealing: str = field(repr=False)
    pack: str = field(repr=False)
    sealing_public: str

    @classmethod
    def made(cls) -> Self:
        """New ones, by this machine's random numbers."""
        tls, sealing = generate_private_key(SECP256R1()), X25519PrivateKey.generate()
        return cls(
            tls=tls.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            sealing=_text(sealing.private_bytes_raw()),
            pack=_text(secrets.token_bytes(PACK_KEY_BYTES)),
            sealing_public=_text(sealing.public_key().public_bytes_raw()),
        )

    def keep(self, vault: Vault) -> None:
        """Have them in the vault. Raises Unavailable."""
        vault.write(SecretName.TLS_KEY, self.tls)
        vault.write(SecretName.SEALING_KEY, self.sealing)
        vault.write(SecretName.PACK_KEY, self.pack)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
