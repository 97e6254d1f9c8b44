"""A small real disk for the laptop's state: an ext4 of eight megabytes in a file, which a test fills or breaks."""

import contextlib
import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

BYTES: Final = 8 * 1024 * 1024
INODES: Final = 64


class SmallDisk:
    """Mounted at `place` until `closed`."""

    def __init__(self, place: Path, image: Path) -> None:
        self.place, self._image = place, image

    def fills(self) -> None:
        """Take every block that is left, also what only the disk's own journal kept until it was written."""
        with (self.place / "filler").open("wb", buffering=0) as file:
            while any(_takes_all(file, bytes_) for bytes_ in (65_536, 512)):
                os.fsync(file.fileno())

    def takes_every_inode(self) -> None:
        """No further file can be made; there is space enough."""
        with contextlib.suppress(OSError):
            for number in range(INODES):
                (self.place / f"filler-{number}").touch()

    def has_room_again(self) -> None:
        """What was taken is given back."""
        for filler in self.place.glob("filler*"):
            filler.unlink()

    def becomes_read_only(self) -> None:
        """As the kernel does it when a disk is failing, also under files that are open."""
        subprocess.run(["mount", "-o", "remount,abort", str(self.place)], check=True)

    def mount(self) -> bool:
        command = ["mount", "-o", "loop", str(self._image), str(self.place)]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    def unmount(self) -> None:
        subprocess.run(["umount", "-l", str(self.place)], check=True)


def _takes_all(file: io.FileIO, bytes_: int) -> int:
    """Write until no more of so many bytes goes in; how many there were."""
    before = file.tell()
    with contextlib.suppress(OSError):
        while file.write(os.urandom(bytes_)):
            pass
    return file.tell() - before


@contextlib.contextmanager
def small_disk(place: Path, image: Path) -> Iterator[SmallDisk]:
    """The disk, at a folder that is made for it."""
    place.mkdir(mode=0o700)
    image.write_bytes(b"")
    os.truncate(image, BYTES)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", "-N", str(INODES), str(image)], check=True)
    disk = SmallDisk(place, image)
    if not disk.mount():
        pytest.skip("this machine mounts no file")
    try:
        place.chmod(0o700)
        yield disk
    finally:
        disk.unmount()
