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
        return tuple(each for each in self._named() if (self._folder / each.name).stat().st_size)

    def _named(self) -> tuple[Image, ...]:
        names = sorted(each.name for each in self._folder.iterdir())
        found = ((name, NAME.fullmatch(name)) for name in names)
        return tuple(
            Image(name, match["version"], None if match["left"] is None else int(match["left"]))
            for name, match in found
            if match is not None
        )

    def drop_all_but(self, version: str) -> None:
        """Remove every image of ours of another version, and what did not arrive. Raises OSError."""
        whole = self.images()
        for image in self._named():
            if image.version != version or image not in whole:
                (self._folder / image.name).unlink()
        (self._folder / COMING).unlink(missing_ok=True)
        _sync(self._folder)

    def put_off(self, version: str) -> None:
        """Have this one started only where no other can be: its tries are used up. Raises OSError."""
        for image in self.images():
            if image.version == version and image.tries_left != 0:
                rename_synced(self._folder / image.name, self._folder / f"visit-laptop_{version}+0-{TRIES}.efi")

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
        rename_synced(coming, self._folder / f"visit-laptop_{version}+{TRIES}.efi")


def rename_synced(path: Path, target: Path) -> None:
    """Rename a file of the boot partition, and have that on the disk. Raises OSError.

    Of a renamed file FAT writes the name first: until the file itself is synced once more its entry is an empty one's.
    """
    path.replace(target)
    _sync(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest_of(path: Path) -> tuple[int, str]:
    """Its size and SHA-256."""
    with path.open("rb") as file:
        return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
