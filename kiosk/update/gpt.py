"""A GPT partition table (UEFI 2.10, section 5.3): read, and the names and ids of its partitions changed, no more.

It neither makes nor moves a partition. The copy at the end of the disk is written first and is on the disk before the
one at the beginning is touched: wherever the power goes, one of the two is whole (the kernel is told to take the copy
by the word `gpt` of its command line, and the firmware puts the other right).
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol, Self
from uuid import UUID

from kiosk.errors import LockdownError

HEADER: Final = struct.Struct("<8sIIIIQQQQ16sQIII")
ENTRY: Final = struct.Struct("<16s16sQQQ72s")
SIGNATURE: Final = b"EFI PART"
MOST_ENTRIES: Final = 128
BROKEN: Final = "The disk's partition table does not check out. Re-install this laptop."


class Blocks(Protocol):
    """A disk, or a part of one."""

    @property
    def size(self) -> int:
        """In bytes."""
        ...

    def read(self, at: int, count: int) -> bytes:
        """Up to so many bytes. Raises OSError."""
        ...

    def write(self, at: int, content: bytes) -> None:
        """All of it. Raises OSError."""
        ...

    def sync(self) -> None:
        """Return once everything written is on the disk itself. Raises OSError."""
        ...


@dataclass(frozen=True)
class Partition:
    """One partition, by its number from 1 on. `first` and `last` are sectors."""

    number: int
    kind: UUID
    id: UUID
    first: int
    last: int
    label: str

    @classmethod
    def of(cls, number: int, entry: bytes) -> Self:
        """What an entry of the table says."""
        kind, own, first, last, _, label = ENTRY.unpack(entry[: ENTRY.size])
        text = label.decode("utf-16-le", "replace").split("\0")[0]
        return cls(number, UUID(bytes_le=kind), UUID(bytes_le=own), first, last, text)

    def changed(self, entry: bytes) -> bytes:
        """The entry with this one's id and label in it."""
        kind, _, first, last, flags, _ = ENTRY.unpack(entry[: ENTRY.size])
        label = self.label.encode("utf-16-le").ljust(72, b"\0")
        return ENTRY.pack(kind, self.id.bytes_le, first, last, flags, label) + entry[ENTRY.size :]


@dataclass(frozen=True)
class Table:
    """One copy of the table that checks out: its header's fields, and its entries as they are on the disk."""

    fields: tuple[bytes | int, ...]
    entries: bytes
    sector: int

    @property
    def partitions(self) -> tuple[Partition, ...]:
        """Those there are, in the order of the table."""
        size = self._entry_size
        found = (self.entries[at : at + size] for at in range(0, len(self.entries), size))
        return tuple(Partition.of(number, each) for number, each in enumerate(found, 1) if any(each[:16]))

    @property
    def own_sector(self) -> int:
        """Where this copy's header is."""
        return _number(self.fields[5])

    @property
    def other_sector(self) -> int:
        """Where the other copy's header is."""
        return _number(self.fields[6])

    @property
    def _entry_size(self) -> int:
        return _number(self.fields[12])

    def with_changes(self, changes: Mapping[int, Partition]) -> "Table":
        """The same, but for the ids and labels of these partitions, by number."""
        size, entries = self._entry_size, bytearray(self.entries)
        for number, partition in changes.items():
            at = (number - 1) * size
            entries[at : at + size] = partition.changed(bytes(entries[at : at + size]))
        return Table(self.fields, bytes(entries), self.sector)

    def copy_at(self, sector: int, entries_sector: int) -> "Table":
        """The same, as the copy whose header is in `sector`."""
        other = self.own_sector if sector != self.own_sector else self.other_sector
        fields = (*self.fields[:5], sector, other, *self.fields[7:10], entries_sector, *self.fields[11:])
        return Table(fields, self.entries, self.sector)

    def write(self, disk: Blocks) -> None:
        """Have this copy on the disk, its header last. Raises OSError."""
        fields = [*self.fields]
        fields[3], fields[13] = 0, zlib.crc32(self.entries)
        fields[3] = zlib.crc32(HEADER.pack(*fields))
        disk.write(_number(fields[10]) * self.sector, self.entries)
        disk.write(self.own_sector * self.sector, HEADER.pack(*fields).ljust(self.sector, b"\0"))
        disk.sync()


def read_table(disk: Blocks, sector: int) -> Table:
    """The copy at the beginning or, where that is broken, the one at the end. Raises LockdownError, OSError."""
    table = _copy_in(disk, sector, 1) or _copy_in(disk, sector, disk.size // sector - 1)
    if table is None:
        raise LockdownError(BROKEN)
    return table


def write_table(disk: Blocks, table: Table) -> None:
    """Have both copies on the disk, the one at the end first. Raises OSError."""
    end, count = max(table.own_sector, table.other_sector), len(table.entries) // table.sector
    table.copy_at(end, end - count).write(disk)
    table.copy_at(1, 2).write(disk)


def _copy_in(disk: Blocks, sector: int, at: int) -> Table | None:
    raw = disk.read(at * sector, sector)
    if len(raw) < HEADER.size or not raw.startswith(SIGNATURE):
        return None
    fields = HEADER.unpack(raw[: HEADER.size])
    if fields[2] != HEADER.size or fields[5] != at or not _sound(raw, fields):
        return None
    count, size = fields[11], fields[12]
    if size != ENTRY.size or count > MOST_ENTRIES:
        return None
    entries = disk.read(fields[10] * sector, count * size)
    return Table(fields, entries, sector) if zlib.crc32(entries) == fields[13] else None


def _sound(raw: bytes, fields: tuple[int, ...]) -> bool:
    return zlib.crc32(raw[:16] + b"\0\0\0\0" + raw[20 : HEADER.size]) == fields[3]


def _number(field: bytes | int) -> int:
    return field if isinstance(field, int) else int.from_bytes(field, "little")
