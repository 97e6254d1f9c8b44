"""The two places on the disk for the root file system: which runs, which is idle, and what is said to be in one. Pure.

A root's partitions are found by its root hash: the first half is the id of its own partition, the second that of its
hash tree (Discoverable Partitions Specification). The hash of what runs stands in the signed command line.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from kiosk.errors import LockdownError
from kiosk.update.gpt import Partition

ROOT_KIND: Final = UUID("4f68bce3-e8cd-4db1-96e7-fbcaf984b709")  # root-x86-64
VERITY_KIND: Final = UUID("2c7357ed-ebd2-46d9-aec1-23d437ec2bf5")  # root-x86-64-verity
EMPTY: Final = "_empty"
NOT_TOLD: Final = "The part of the disk that runs cannot be told from the idle one. Re-install this laptop."
HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Slot:
    """A root and its hash tree."""

    root: Partition
    verity: Partition

    def holds(self, root_hash: str) -> bool:
        """Whether it is said to hold this root."""
        return (self.root.id, self.verity.id) == _ids(root_hash)

    @property
    def root_hash(self) -> str:
        """Of the root that it is said to hold."""
        return self.root.id.hex + self.verity.id.hex

    @property
    def is_empty(self) -> bool:
        """Whether it is said to be."""
        return EMPTY in (self.root.label, self.verity.label)

    def holding(self, root_hash: str, label: str) -> "Slot":
        """The same, said to hold this root."""
        root, verity = _ids(root_hash)
        return Slot(replace(self.root, id=root, label=label), replace(self.verity, id=verity, label=label))

    def emptied(self) -> "Slot":
        """The same, said to hold nothing. No id is left by which it could be found."""
        root, verity = (UUID(bytes=each.id.bytes[::-1]) for each in (self.root, self.verity))
        return Slot(replace(self.root, id=root, label=EMPTY), replace(self.verity, id=verity, label=EMPTY))

    @property
    def changes(self) -> dict[int, Partition]:
        """As the partition table is told."""
        return {self.root.number: self.root, self.verity.number: self.verity}


def slots_in(partitions: Iterable[Partition]) -> list[Slot]:
    """Both, in the order of the table. Raises LockdownError unless there are two."""
    all_of = list(partitions)
    roots = [each for each in all_of if each.kind == ROOT_KIND]
    verities = [each for each in all_of if each.kind == VERITY_KIND]
    if (len(roots), len(verities)) != (2, 2):
        raise LockdownError(NOT_TOLD)
    return [Slot(root, verity) for root, verity in zip(roots, verities, strict=True)]


def idle_slot(partitions: Iterable[Partition], running_hash: str) -> Slot:
    """The one that does not run. Raises LockdownError unless there are two and one of them is known to run."""
    slots = slots_in(partitions)
    if not HASH.fullmatch(running_hash):
        raise LockdownError(NOT_TOLD)
    idle = [slot for slot in slots if not slot.holds(running_hash)]
    if len(idle) != 1 or {idle[0].root.id, idle[0].verity.id} & set(_ids(running_hash)):
        raise LockdownError(NOT_TOLD)
    return idle[0]


def running_hash_in(command_line: str) -> str:
    """The root hash that the kernel was started with. Raises LockdownError for none, or more than one."""
    found = [word.partition("=")[2] for word in command_line.split() if word.startswith("roothash=")]
    if len(found) != 1 or not HASH.fullmatch(found[0]):
        raise LockdownError("This machine does not run a root that is proved by its hash, so it is not updated.")
    return found[0]


def root_id(root_hash: str) -> UUID:
    """The id of the partition that holds this root."""
    return _ids(root_hash)[0]


def _ids(root_hash: str) -> tuple[UUID, UUID]:
    return UUID(hex=root_hash[:32]), UUID(hex=root_hash[32:])
