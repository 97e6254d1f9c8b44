"""A demo's secrets, each in a file that only its user may read. Not encrypted: never for a laptop."""

from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from kiosk.lockdown.state_file import replace_file


class FolderOfSecrets(KeyringBackend):
    """One file a secret, named as it is; the folder is made with the first."""

    priority = 0  # keyring asks for one; nothing here chooses by it

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, or None. Raises OSError, and ValueError for what is no text."""
        try:
            return (self._folder / username).read_text()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Replace it whole, 0600, on the disk before returning. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(self._folder / username, password.encode())

    def delete_password(self, service: str, username: str) -> None:
        """Raises PasswordDeleteError for one that is not there."""
        try:
            (self._folder / username).unlink()
        except FileNotFoundError:
            raise PasswordDeleteError("there is no such secret") from None
