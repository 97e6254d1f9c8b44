"""A laptop's secrets as systemd credentials: decrypted by systemd for one unit, and only read here."""

import os
from pathlib import Path
from typing import Final, Self

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError, PasswordSetError

PREFIX: Final = "visit_"  # systemd names each file of `LoadCredentialEncrypted=visit:FOLDER` so
PLACE: Final = "CREDENTIALS_DIRECTORY"
READ_ONLY: Final = "a running laptop's secrets change only when it is enrolled"


class SystemdCredentials(KeyringBackend):
    """Those of this unit, in a folder on a tmpfs that nobody else can read; None where systemd gave none."""

    priority = 0  # keyring asks for one; nothing here chooses by it

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @classmethod
    def of_this_process(cls) -> Self:
        """What systemd says it has given us."""
        given = os.environ.get(PLACE, "")
        return cls(Path(given) if given.startswith("/") else None)

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, or None. Raises OSError, and ValueError for what is no text."""
        if self._folder is None:
            return None
        try:
            return (self._folder / f"{PREFIX}{username}").read_text()
        except FileNotFoundError:
            return None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Never."""
        raise PasswordSetError(READ_ONLY)

    def delete_password(self, service: str, username: str) -> None:
        """Never."""
        raise PasswordDeleteError(READ_ONLY)
