"""The folder of the boot partition that systemd-boot starts from (`EFI/Linux`): what is there, and what comes and goes.

A file comes under another name, is on the disk and read back, and only then gets its own: the boot loader sees it whole
or not at all. `+3` in a name is systemd's boot counting: three tries, and each boot that is not blessed costs one
(systemd.io, Automatic Boot Assessment).
"""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contract.manifest import FileFacts
from kiosk.errors import Unavailable, Untrusted

NAME: Final = re.compile(r"visit-laptop_(?P<version>[0-9.]+?)(\+(?P<left>[0-9]+)(-[0-9]+)?)?\.efi")
COMING: Final = ".visit-laptop.new"  # no name that the boot loader takes
TRIES: Final = 3


@dataclass(frozen=True)
class Image:
    """A kernel image of ours in the folder. `tries_left` is None once it was blessed."""

    name: str
    version: str
    tries_left: int | None


class BootFolder:
    """`folder` is `EFI/Linux`, on a file system that renames and removes, such as FAT."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def images(self) -> tuple[Image, ...]:
        """Those of ours; one that a power cut left empty starts nothing, and is none. Raises OSError."""
        names = sorted(each.name for each in self._folder.iterdir() if each.stat().st_size)
        found = ((name, NAME.fullmatch(name)) for name in names)
        return tuple(
            Image(name, match["version"], None if match["left"] is None else int(match["left"]))
            for name, match in found
            if match is not None
        )

    def drop_all_but(self, version: str) -> None:
        """Remove every image of ours of another version, and what did not arrive. Raises OSError."""
        for image in self.images():
            if image.version != version:
                (self._folder / image.name).unlink()
        (self._folder / COMING).unlink(missing_ok=True)
        self._sync()

    def put_off(self, version: str) -> None:
        """Have this one started only where no other can be: its tries are used up. Raises OSError."""
        for image in self.images():
            if image.version == version and image.tries_left != 0:
                (self._folder / image.name).replace(self._folder / f"visit-laptop_{version}+0-{TRIES}.efi")
        self._sync()

    def put(self, version: str, content: Iterator[bytes], facts: FileFacts) -> None:
        """Add the image of this version, to be tried. Raises OSError, Untrusted; Unavailable without room."""
        free = os.statvfs(self._folder)
        if facts.size > free.f_bavail * free.f_frsize:
            raise Unavailable("The boot partition has no room for this update. Tell IT.")
        coming = self._folder / COMING
        with coming.open("wb") as file:
            for chunk in content:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        if digest_of(coming) != (facts.size, facts.sha256):
            coming.unlink()
            raise Untrusted("the kernel image on the boot partition is not what was signed")
        named = self._folder / f"visit-laptop_{version}+{TRIES}.efi"
        coming.replace(named)
        with named.open("rb") as file:  # FAT: a renamed file's new entry says nothing of size and place before that
            os.fsync(file.fileno())
        self._sync()

    def _sync(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def digest_of(path: Path) -> tuple[int, str]:
    """Its size and SHA-256."""
    with path.open("rb") as file:
        return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
