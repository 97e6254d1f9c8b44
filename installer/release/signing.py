"""Makes a release's manifest of the files in a folder, and the keys that sign it. The private one goes nowhere."""

import base64
import hashlib
import os
import stat
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from contract.manifest import (
    MANIFEST,
    FileFacts,
    Manifest,
    ReleaseKey,
    ReleaseKeys,
    manifest_in,
    signed,
)

PUBLIC: Final = "release-key.json"
CHUNK: Final = 1024 * 1024


class Wrong(Exception):
    """One sentence for the release manager."""


def make_key(path: Path, key_id: str, passphrase: str | None) -> ReleaseKeys:
    """A new key at `path`, for its owner only, and its public half beside it. Raises Wrong where there is one."""
    key = Ed25519PrivateKey.generate()
    locked = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise Wrong(f"{path} is there already: a key is never written over.") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    keys = public_of(key, key_id)
    path.with_name(PUBLIC).write_text(keys.model_dump_json(indent=1) + "\n")
    return keys


def public_of(key: Ed25519PrivateKey, key_id: str) -> ReleaseKeys:
    """As an image knows it: /usr/lib/visit-kiosk/release-key.json."""
    raw = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    return ReleaseKeys(keys=(ReleaseKey(key_id=key_id, public_key=raw),))


def read_key(path: Path, passphrase: str | None) -> Ed25519PrivateKey:
    """Raises Wrong for a file that others may read, or that is no such key, and OSError."""
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Wrong(f"Others may read {path}. Run chmod 600, and find out who has.")
    try:
        key = load_pem_private_key(path.read_bytes(), passphrase.encode() if passphrase else None)
    except (ValueError, TypeError) as error:
        raise Wrong(f"{path} is no key that can be read, or its passphrase is another.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Wrong(f"{path} is a key of another kind than Ed25519.")
    return key


def key_id_beside(path: Path, key: Ed25519PrivateKey) -> str:
    """What the public half beside the key file calls it. Raises Wrong where that is another's, and OSError."""
    beside = path.with_name(PUBLIC)
    try:
        known = ReleaseKeys.model_validate_json(beside.read_bytes())
    except ValueError as error:
        raise Wrong(f"{beside} is no list of release keys.") from error
    (own,) = public_of(key, "own").keys
    for each in known.keys:
        if each.public_key == own.public_key:
            return each.key_id
    raise Wrong(f"{beside} does not know {path}: laptops with those keys would not take what it signs.")


def is_locked(path: Path) -> bool:
    """Whether the key needs a passphrase. Raises OSError."""
    return b"ENCRYPTED" in path.read_bytes()


def sign(folder: Path, key: Ed25519PrivateKey, key_id: str, said: dict[str, str], now: datetime) -> Manifest:
    """Write manifest.jws for every file in `folder`, and read it back. `said`: version, root_hash and the like.

    Raises Wrong, or OSError.
    """
    try:
        manifest = Manifest.model_validate({**said, "files": files_in(folder), "made_at": now.replace(microsecond=0)})
    except ValueError as error:
        raise Wrong(f"This is no release: {error}") from error
    text = signed(manifest, key_id, key)
    if manifest_in(text.encode(), public_of(key, key_id)) != manifest:
        raise Wrong("What was signed does not read back. Nothing was written.")
    (folder / MANIFEST).write_text(text + "\n")
    return manifest


def files_in(folder: Path) -> dict[str, FileFacts]:
    """Size and digest of every file but the manifest. Raises OSError."""
    names = sorted(each.name for each in folder.iterdir() if each.is_file() and each.name != MANIFEST)
    return {name: _facts(folder / name) for name in names}


def _facts(path: Path) -> FileFacts:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return FileFacts(size=size, sha256=digest.hexdigest())
