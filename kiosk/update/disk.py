"""The laptop's disk, or a file laid out like one: whole, and partition by partition. It keeps no table and no rules."""

import array
import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from kiosk.errors import LockdownError
from kiosk.lockdown.machine import Machine
from kiosk.update.gpt import Blocks, Partition

BLKSSZGET: Final = 0x1268  # linux/fs.h: the size of a sector
FILE_SECTOR: Final = 512


class OpenBlocks:
    """Part of an open file or device, from `start` on."""

    def __init__(self, descriptor: int, start: int, size: int) -> None:
        self._descriptor, self._start, self._size = descriptor, start, size

    @property
    def size(self) -> int:
        """In bytes."""
        return self._size

    def read(self, at: int, count: int) -> bytes:
        """Up to so many bytes, never from beyond the end. Raises OSError."""
        return os.pread(self._descriptor, max(0, min(count, self._size - at)), self._start + at)

    def write(self, at: int, content: bytes) -> None:
        """All of it, and nothing beyond the end. Raises OSError."""
        if at < 0 or at + len(content) > self._size:
            raise OSError("a write beyond the end of a partition")
        rest = memoryview(content)
        while rest:
            written = os.pwrite(self._descriptor, rest, self._start + at)
            at, rest = at + written, rest[written:]

    def sync(self) -> None:
        """Have it on the disk, and read it from there from now on. Raises OSError."""
        os.fsync(self._descriptor)
        os.posix_fadvise(self._descriptor, self._start, self._size, os.POSIX_FADV_DONTNEED)


class Disk:
    """The disk at `path`. A partition of a real one is opened for us alone: the kernel refuses one that is used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_real = stat.S_ISBLK(path.stat().st_mode)

    @classmethod
    def of_partition(cls, machine: Machine, node: Path) -> Self:
        """The disk that this partition's device is on. Raises LockdownError."""
        place = machine.path(f"/sys/class/block/{node.resolve().name}")
        try:
            if not (place / "partition").exists():
                raise LockdownError(f"{node} is no partition.")
            return cls(machine.path(f"/dev/{place.resolve().parent.name}"))
        except OSError as error:
            raise LockdownError(f"The disk of {node} is not found: {error.strerror}.") from error

    @property
    def sector(self) -> int:
        """The size of a sector, in bytes. Raises OSError."""
        if not self._is_real:
            return FILE_SECTOR
        found = array.array("i", [0])
        with _opened(self._path, os.O_RDONLY) as descriptor:
            fcntl.ioctl(descriptor, BLKSSZGET, found)
        return found[0]

    @contextlib.contextmanager
    def whole(self, *, writable: bool = False) -> Iterator[Blocks]:
        """All of it. Raises OSError."""
        with _opened(self._path, os.O_RDWR if writable else os.O_RDONLY) as descriptor:
            yield OpenBlocks(descriptor, 0, os.lseek(descriptor, 0, os.SEEK_END))

    @contextlib.contextmanager
    def part(self, partition: Partition) -> Iterator[Blocks]:
        """One partition, to write to. Raises OSError, also for one that is in use."""
        size = (partition.last - partition.first + 1) * self.sector
        if self._is_real:
            with _opened(self._node(partition), os.O_RDWR | os.O_EXCL) as descriptor:
                yield OpenBlocks(descriptor, 0, min(size, os.lseek(descriptor, 0, os.SEEK_END)))
        else:
            with _opened(self._path, os.O_RDWR) as descriptor:
                yield OpenBlocks(descriptor, partition.first * self.sector, size)

    def _node(self, partition: Partition) -> Path:
        between = "p" if self._path.name[-1].isdigit() else ""
        return self._path.with_name(f"{self._path.name}{between}{partition.number}")


@contextlib.contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
