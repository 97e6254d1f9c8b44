"""Who this laptop is, in its identity folder: identity.json and certificate.pem. Nothing in it is secret.

`identity.json` is written last and taken away first: a laptop is enrolled when it is there, and not half.
"""

import os
from pathlib import Path
from typing import Final

from contract.enrolment import IDENTITY, Identity
from contract.strict import Malformed, parse
from kiosk.certificates import Credentials
from kiosk.errors import LockdownError
from kiosk.lockdown.state_file import replace_file
from kiosk.ports import SecretName, Vault

IDENTITY_NAME: Final = "identity.json"
CERTIFICATE_NAME: Final = "certificate.pem"
LONGEST_BYTES: Final = 65_536
READABLE: Final = 0o644  # the guard writes it, the shell reads it


def find_identity(folder: Path) -> Identity | None:
    """Who this laptop is, or None while it is not enrolled. Raises LockdownError for what does not check out."""
    try:
        return parse(_read(folder / IDENTITY_NAME), IDENTITY, LONGEST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, Malformed) as error:
        raise LockdownError(f"This laptop's identity does not check out. Enrol it again. ({_why(error)})") from error


def read_certificate(folder: Path) -> str:
    """The laptop's certificate, as PEM. Raises LockdownError where there is none, or no text."""
    try:
        return _read(folder / CERTIFICATE_NAME).decode("ascii")
    except (OSError, ValueError) as error:
        raise LockdownError(f"This laptop's certificate cannot be read. Enrol it again. ({_why(error)})") from error


def credentials_at(folder: Path, vault: Vault) -> Credentials | None:
    """What the shell shows the service; None while not enrolled. Raises LockdownError, and Unavailable for the key."""
    identity = find_identity(folder)
    if identity is None:
        return None
    certificate, key = read_certificate(folder), vault.read(SecretName.TLS_KEY)
    return Credentials(identity.service, identity.authority, certificate, key)


def keep_identity(folder: Path, identity: Identity, certificate: str) -> None:
    """Have both on the disk, the identity last. Raises OSError."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    keep_certificate(folder, certificate)
    replace_file(folder / IDENTITY_NAME, identity.model_dump_json(indent=1).encode(), READABLE)


def keep_certificate(folder: Path, certificate: str) -> None:
    """Replace the certificate, whole or not at all. Raises OSError."""
    replace_file(folder / CERTIFICATE_NAME, certificate.encode(), READABLE)


def forget_identity(folder: Path) -> None:
    """Be enrolled no longer; what is left is of no use to anybody. Raises OSError."""
    (folder / IDENTITY_NAME).unlink(missing_ok=True)
    if folder.is_dir():
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LONGEST_BYTES + 1)


def _why(error: Exception) -> str:
    return os.strerror(error.errno or 0) if isinstance(error, OSError) else type(error).__name__
