"""Files with keys in them: written whole, for their user only, and read only while nobody else may. Knows no format."""

import os
import stat
from pathlib import Path
from typing import Final

from visits.errors import ServiceError

FOR_ITS_USER_ONLY: Final = 0o600
LONGEST_BYTES: Final = 65_536


def write_whole(file: Path, content: bytes) -> None:
    """Put `content` in the place of what is there, all or nothing, and durable.

    The owner is the folder's, also when root writes: the service must be able to read what `sudo visits` wrote.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FOR_ITS_USER_ONLY)
    with os.fdopen(descriptor, "wb") as out:
        if os.geteuid() == 0:
            owner = file.parent.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    sync_folder(file.parent)


def read_secret(file: Path) -> bytes:
    """What is in `file`. Raises ServiceError where others may read it too, or OSError."""
    with file.open("rb") as opened:
        if stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & 0o077:
            raise ServiceError(f"{file} may be read by others: chmod 600 it")
        return opened.read(LONGEST_BYTES)


def sync_folder(folder: Path) -> None:
    """Make names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
