"""The bytes of the audit trail on this disk: appended and fsynced, replaced in one step, kept in reserve; no rule."""

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kiosk.errors import LockdownError

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
COPY_BYTES: Final = 1 << 20
PRIVATE: Final = 0o600


def is_full(error: OSError) -> bool:
    """Whether this went wrong because the disk has no space left."""
    return error.errno in FULL


class TrailFile:
    """One file of lines that only grows. `end` is where the next line goes; what stands behind it is torn."""

    def __init__(self, path: Path, end: int) -> None:
        self._path, self.end = path, end
        self._file = os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def append(self, data: bytes) -> None:
        """Write these bytes and have them on the disk; after an OSError none of them are in the file.

        They are written over what is torn before that is cut off, so that no crash leaves a cut without its record.
        """
        try:
            self._write_at(self.end, data)
            os.ftruncate(self._file, self.end + len(data))
            os.fsync(self._file)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self.end)
            raise
        self.end += len(data)

    def _write_at(self, place: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            written = os.pwrite(self._file, rest, place)
            place, rest = place + written, rest[written:]

    def lines(self) -> Iterator[bytes]:
        """Every whole line from the first, with its newline."""
        with self._path.open("rb") as file:
            left = self.end
            while left > 0 and (line := file.readline(left)):
                left -= len(line)
                yield line

    def drop_before(self, place: int) -> None:
        """Keep only what stands from `place` on: in one step, whole before and whole after. Raises OSError."""
        new = self._path.with_name(self._path.name + ".new")
        with self._path.open("rb") as old, _created(new) as copy:
            old.seek(place)
            left = self.end - place
            while left > 0 and (part := old.read(min(COPY_BYTES, left))):
                copy.write(part)
                left -= len(part)
        new.replace(self._path)
        sync_folder(self._path.parent)
        os.close(self._file)
        self._file = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        self.end -= place

    def close(self) -> None:
        """Let go of the file. Safe twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


class Reserve:
    """Space that is held so that what closes can be recorded on a full disk."""

    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size = path, size

    def hold(self) -> bool:
        """Hold the space; whether there was enough. Safe twice."""
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
        except OSError:
            return False
        try:
            os.posix_fallocate(file, 0, self._size)
        except OSError:
            os.ftruncate(file, 0)  # all or nothing: half a reserve would be taken for a whole one
            return False
        finally:
            os.close(file)
        return True

    def release(self) -> None:
        """Give the space to the trail. Safe twice."""
        self._path.unlink(missing_ok=True)


def replace_file(path: Path, data: bytes, mode: int = PRIVATE) -> None:
    """Write a file in one step: whole before and whole after, whatever happens. Raises OSError."""
    new = path.with_name(path.name + ".new")
    with _created(new, mode) as file:
        file.write(data)
    new.replace(path)


@contextlib.contextmanager
def _created(path: Path, mode: int = PRIVATE) -> Iterator["_Writing"]:
    """A new file, on the disk when the block ends; gone when it fails."""
    path.unlink(missing_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        yield _Writing(file)
        os.fsync(file)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(file)


class _Writing:
    """A file descriptor that writes all it is given."""

    def __init__(self, file: int) -> None:
        self._file = file

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._file, rest) :]


def sync_folder(folder: Path) -> None:
    """Have the names in this folder on the disk."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def lock_folder(folder: Path) -> int:
    """Be the only one who writes here until the descriptor is closed or this process ends. Raises LockdownError."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        raise LockdownError("another guard is writing the audit trail; nothing was changed") from None
    return file
