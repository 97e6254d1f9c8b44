"""A small file of the guard's own, replaced whole or not at all; it knows nothing of what is in it."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


def replace_file(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write the whole file, for its owner only unless `mode` says more, and have it on the disk. Raises OSError.

    One writer at a time: have only one, or hold `only_writer`. The owner is the folder's, also when root writes:
    the guard must be able to read what `sudo kiosk` wrote.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.unlink(missing_ok=True)  # left by a power cut
        _write(fresh, content, mode)
        fresh.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
    with _opened(path.parent) as folder:
        os.fsync(folder)


def _write(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        if os.geteuid() == 0:
            owner, made = path.parent.stat(), os.fstat(descriptor)
            if (owner.st_uid, owner.st_gid) != (made.st_uid, made.st_gid):  # a laptop's guard may change no owners
                os.fchown(descriptor, owner.st_uid, owner.st_gid)
        file.write(content)
        file.flush()
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)


@contextlib.contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Wait until no other process changes files of this folder this way, and keep others out. Raises OSError."""
    with _opened(folder) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # given back when it is closed, also by a kill
        yield


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
