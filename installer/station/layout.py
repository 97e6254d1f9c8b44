"""Where everything lies on a laptop's disk, as sfdisk is told; pure. The root slots have fixed places and sizes."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

MIB: Final = 1024 * 1024
ALIGNED: Final = 1 * MIB  # also what the second partition table takes at the end
ESP_SIZE: Final = 512 * MIB  # two releases, and a third while it is written
ROOT_SIZE: Final = 1536 * MIB
VERITY_SIZE: Final = 64 * MIB
LEAST_VAR: Final = 2048 * MIB
EMPTY: Final = "_empty"
ESP_NUMBER: Final = 1
ESP_TYPE: Final = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"
ROOT_TYPE: Final = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709"  # root, x86-64 (Discoverable Partitions Specification)
VERITY_TYPE: Final = "2c7357ed-ebd2-46d9-aec1-23d437ec2bf5"
VAR_TYPE: Final = "4d21b016-b534-45c2-a9fb-5c16e091fd2d"
LEAST_DISK: Final = 2 * ALIGNED + ESP_SIZE + 2 * (ROOT_SIZE + VERITY_SIZE) + LEAST_VAR


@dataclass(frozen=True)
class Partition:
    """One of them; `number` counts from 1, `start` and `size` are in bytes. Without a `uuid` sfdisk makes one."""

    number: int
    name: str
    type: str
    start: int
    size: int
    uuid: UUID | None = None


@dataclass(frozen=True)
class Layout:
    """The whole disk."""

    esp: Partition
    root: Partition
    verity: Partition
    other_root: Partition
    other_verity: Partition
    var: Partition

    @property
    def partitions(self) -> tuple[Partition, ...]:
        """In their order on the disk."""
        return (self.esp, self.root, self.verity, self.other_root, self.other_verity, self.var)


def layout_of(disk_size: int, version: str, root_hash: str) -> Layout:
    """The layout of a disk of so many bytes with this release in its first slot. ValueError: too small."""
    if disk_size < LEAST_DISK:
        raise ValueError(f"{disk_size // MIB} MiB, and {LEAST_DISK // MIB} MiB are needed")
    full = f"visit-laptop_{version}"
    root_uuid, verity_uuid = UUID(root_hash[:32]), UUID(root_hash[32:64])  # so the boot finds them by the root hash
    wanted = (
        ("esp", ESP_TYPE, ESP_SIZE, None),
        (full, ROOT_TYPE, ROOT_SIZE, root_uuid),
        (full, VERITY_TYPE, VERITY_SIZE, verity_uuid),
        (EMPTY, ROOT_TYPE, ROOT_SIZE, None),
        (EMPTY, VERITY_TYPE, VERITY_SIZE, None),
        ("var", VAR_TYPE, 0, None),
    )
    placed, start = [], ALIGNED
    for number, (name, type_, size, uuid) in enumerate(wanted, 1):
        rest = (disk_size - ALIGNED - start) // ALIGNED * ALIGNED
        placed.append(Partition(number, name, type_, start, size or rest, uuid))
        start += size
    return Layout(*placed)


def script(layout: Layout) -> str:
    """What sfdisk reads."""
    lines = ["label: gpt", ""]
    for each in layout.partitions:
        uuid = "" if each.uuid is None else f", uuid={each.uuid}"
        place = f"start={each.start // MIB}MiB, size={each.size // MIB}MiB"  # whatever the disk's sectors are
        lines.append(f'{place}, type={each.type}, name="{each.name}"{uuid}')
    return "\n".join(lines) + "\n"
