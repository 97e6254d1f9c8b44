"""Where the audit trail and its keys lie in the guard's state folder, and the keys; it never makes a pair twice."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from kiosk.errors import LockdownError, Untrusted
from kiosk.lockdown.audit_file import replace_file, sync_folder
from kiosk.policy.audit import first_prev
from kiosk.policy.heads import Head
from kiosk.policy.note import PublicKey, sign


@dataclass(frozen=True)
class Places:
    """Every path of the audit trail, from the state folder."""

    state: Path

    @property
    def folder(self) -> Path:
        """What an auditor takes along, together with `public`."""
        return self.state / "audit"

    @property
    def trail(self) -> Path:
        """The records."""
        return self.folder / "trail.jsonl"

    @property
    def head(self) -> Path:
        """The newest signed head."""
        return self.folder / "head.note"

    @property
    def cosigned(self) -> Path:
        """The newest head that the service has signed too."""
        return self.folder / "cosigned.note"

    @property
    def start(self) -> Path:
        """Up to where records were removed by policy."""
        return self.folder / "start.note"

    @property
    def reserve(self) -> Path:
        """Space held for a full disk."""
        return self.folder / "reserve"

    @property
    def public(self) -> Path:
        """The public key, as one line."""
        return self.state / "audit.pub"

    @property
    def secret(self) -> Path:
        """The private key; for the guard alone."""
        return self.state / "audit.key"

    def is_unused(self) -> bool:
        """Whether no trail was ever begun here; a beginning that a crash cut short counts as none."""
        begun = self.trail.exists() and self.trail.stat().st_size > 0
        return not (begun or self.secret.exists() or self.cosigned.exists() or self.start.exists())


@dataclass(frozen=True)
class OwnKey:
    """The laptop's pair: signs what the laptop says of its trail, in the name of its origin."""

    public: PublicKey
    secret: Ed25519PrivateKey

    def signed(self, text: str) -> bytes:
        """A note of this text."""
        return sign(text, self.public.name, self.secret).as_bytes()


def begin(places: Places, origin: str) -> None:
    """Make the folders, an empty trail with its head, and the keys: the private one last, which says all is there."""
    for folder in (places.state, places.folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = Ed25519PrivateKey.generate()
    key = OwnKey(_public(secret, origin), secret)
    replace_file(places.trail, b"")
    replace_file(places.head, key.signed(Head(origin, 0, first_prev(origin)).text()))
    sync_folder(places.folder)
    replace_file(places.public, f"{key.public.as_line()}\n".encode(), 0o644)
    sync_folder(places.state)
    replace_file(places.secret, secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    sync_folder(places.state)


def load_key(places: Places, origin: str) -> OwnKey:
    """The pair that was made here. Raises LockdownError when it is not whole, not private, or of another laptop."""
    for path, what in ((places.secret, "private key"), (places.public, "public key")):
        if not path.is_file():
            raise LockdownError(f"the audit trail's {what} ({path}) is missing; nothing was changed")
    if places.secret.stat().st_mode & 0o077:
        raise LockdownError(f"the audit trail's private key ({places.secret}) can be read by others")
    try:
        secret = load_pem_private_key(places.secret.read_bytes(), None)
        public = PublicKey.parse(places.public.read_text())
    except (ValueError, TypeError, Untrusted):
        raise LockdownError("a key of the audit trail cannot be read; nothing was changed") from None
    if not isinstance(secret, Ed25519PrivateKey) or _public(secret, origin) != public:
        raise LockdownError("the audit trail's keys are not this laptop's pair; nothing was changed")
    return OwnKey(public, secret)


def _public(secret: Ed25519PrivateKey, origin: str) -> PublicKey:
    return PublicKey(origin, secret.public_key().public_bytes_raw())
