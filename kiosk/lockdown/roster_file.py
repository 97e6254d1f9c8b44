"""The newest list of officers on the disk, as it came: signed, and encrypted to this laptop. It reads nothing of it."""

from pathlib import Path
from typing import Final

from contract.documents import LONGEST_BYTES, DocumentKind
from kiosk.errors import Unavailable
from kiosk.lockdown.state_file import replace_file

FILE_NAME: Final = "roster.jws"


class RosterFile:
    """The file in `folder`; the guard alone writes it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    def read(self) -> str | None:
        """What was kept last, not to be believed before it is judged; None where nothing can be read."""
        try:
            with self._path.open("rb") as file:
                return file.read(LONGEST_BYTES[DocumentKind.ROSTER] + 1).decode("ascii")
        except (OSError, UnicodeError):
            return None

    def keep(self, document: str) -> None:
        """Have it on the disk before returning. Raises Unavailable."""
        try:
            replace_file(self._path, document.encode("ascii"))
        except OSError as error:
            raise Unavailable(f"The list of officers cannot be written: {error.strerror}.") from None
