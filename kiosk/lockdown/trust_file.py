"""What this laptop must never forget about signed documents, in one file; it judges none of them."""

from pathlib import Path
from typing import Final

from contract.documents import LONGEST_BYTES as LONGEST_DOCUMENT_BYTES
from contract.documents import DocumentKind
from contract.strict import Malformed, parse
from kiosk.errors import LockdownError, Unavailable
from kiosk.lockdown.state_file import replace_file
from kiosk.trust_kept import TRUST_KEPT, TrustKept

FILE_NAME: Final = "trust.json"
LONGEST_BYTES: Final = LONGEST_DOCUMENT_BYTES[DocumentKind.POLICY] + 65_536  # a policy, keys, and the marks of all


class TrustFile:
    """The file in `folder`; the guard alone writes it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    def read(self) -> TrustKept | None:
        """What was kept, or None if nothing ever was. Raises LockdownError for a file that is not as it was written:

        without its marks an old document would be taken for a new one.
        """
        try:
            with self._path.open("rb") as file:
                return parse(file.read(LONGEST_BYTES + 1), TRUST_KEPT, LONGEST_BYTES)
        except FileNotFoundError:
            return None
        except (OSError, Malformed):
            raise LockdownError(
                f"This laptop's record of signed documents, {self._path}, does not check out. Enrol the laptop again."
            ) from None

    def keep(self, kept: TrustKept) -> None:
        """Have it on the disk before anything is done with the document. Raises Unavailable."""
        try:
            replace_file(self._path, kept.model_dump_json().encode())
        except OSError as error:
            raise Unavailable(f"The record of signed documents cannot be written: {error.strerror}.") from None
