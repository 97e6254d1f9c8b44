"""A laptop's disk in a file, with two slots, a boot folder and a power that can fail at any write; and what boots."""

import contextlib
import hashlib
import json
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.manifest import MANIFEST, ROOT, UKI, VERITY, FileFacts, Manifest, ReleaseKeys, keys_in, signed
from contract.version import numbers_of
from kiosk.lockdown.update_files import UpdateFiles, UpdateState
from kiosk.update.boot_folder import BootFolder
from kiosk.update.disk import Disk
from kiosk.update.gpt import Blocks, Partition, read_table
from kiosk.update.install import Place
from kiosk.update.slots import ROOT_KIND, VERITY_KIND, Slot

SECTOR = 512
ESP_KIND = UUID("c12a7328-f81f-11d2-ba4b-00a0c93ec93b")
DISK = 512 * 1024
KEY = Ed25519PrivateKey.from_private_bytes(b"release key for tests, and none!")
KEYS: ReleaseKeys = keys_in(
    json.dumps(
        {"keys": [{"key_id": "test", "public_key": b64encode(KEY.public_key().public_bytes_raw()).decode()}]}
    ).encode()
)
OLD, NEW = "0.1.0.9", "0.1.0.10"


class PowerCut(Exception):
    """The power went."""


class Power:
    """Goes at the step number `goes_at`; None for never."""

    def __init__(self, goes_at: int | None = None) -> None:
        self.goes_at, self.steps = goes_at, 0

    def goes(self) -> bool:
        """Whether it goes at this step."""
        self.steps += 1
        return self.steps == self.goes_at

    def step(self) -> None:
        """One step. Raises PowerCut."""
        if self.goes():
            raise PowerCut


class CutBlocks:
    """Blocks whose writes may be torn in the middle."""

    def __init__(self, inner: Blocks, power: Power) -> None:
        self._inner, self._power = inner, power

    @property
    def size(self) -> int:
        return self._inner.size

    def read(self, at: int, count: int) -> bytes:
        return self._inner.read(at, count)

    def write(self, at: int, content: bytes) -> None:
        if self._power.goes():
            half = len(content) // 2 // SECTOR * SECTOR  # a sector is written or not
            self._inner.write(at, content[:half])
            raise PowerCut
        self._inner.write(at, content)

    def sync(self) -> None:
        self._power.step()
        self._inner.sync()


class CutDisk(Disk):
    def __init__(self, path: Path, power: Power) -> None:
        super().__init__(path)
        self._power = power

    @contextlib.contextmanager
    def whole(self, *, writable: bool = False) -> Iterator[Blocks]:
        with super().whole(writable=writable) as blocks:
            yield CutBlocks(blocks, self._power)

    @contextlib.contextmanager
    def part(self, partition: Partition) -> Iterator[Blocks]:
        with super().part(partition) as blocks:
            yield CutBlocks(blocks, self._power)


class CutBootFolder(BootFolder):
    def __init__(self, folder: Path, power: Power) -> None:
        super().__init__(folder)
        self._power = power

    def drop_all_but(self, version: str) -> None:
        self._power.step()
        super().drop_all_but(version)
        self._power.step()

    def put(self, version: str, content: Iterator[bytes], facts: FileFacts) -> None:
        self._power.step()
        super().put(version, self._stepping(content), facts)
        self._power.step()

    def _stepping(self, content: Iterator[bytes]) -> Iterator[bytes]:
        for piece in content:
            yield piece[: len(piece) // 2]
            self._power.step()
            yield piece[len(piece) // 2 :]
        self._power.step()


class CutFiles(UpdateFiles):
    def __init__(self, folder: Path, power: Power) -> None:
        super().__init__(folder)
        self._power = power

    def keep(self, state: UpdateState) -> None:
        self._power.step()
        super().keep(state)


def release(version: str) -> dict[str, bytes]:
    """The files of a release, each different for each version, and a root hash that the kernel image names."""
    root, verity = (hashlib.shake_256(f"{name} {version}".encode()).digest(70_000) for name in ("root", "verity"))
    return {ROOT: root, VERITY: verity[:9000], UKI: f"roothash={root_hash(version)} ".encode() * 500}


def root_hash(version: str) -> str:
    """Of this version's root."""
    return hashlib.sha256(version.encode()).hexdigest()


def manifest_of(version: str, files: Mapping[str, bytes] | None = None, comes_from: str = "0") -> Manifest:
    """What its manifest says."""
    content = release(version) if files is None else files
    return Manifest(
        version=version,
        root_hash=root_hash(version),
        files={name: FileFacts(size=len(each), sha256=sha256(each)) for name, each in content.items()},
        made_at=datetime(2026, 11, 29, tzinfo=UTC),
        least_version_to_come_from=comes_from,
    )


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def bundle_in(folder: Path, version: str, comes_from: str = "0") -> Path:
    """A signed bundle of this version."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in release(version).items():
        (folder / name).write_bytes(content)
    (folder / MANIFEST).write_text(signed(manifest_of(version, comes_from=comes_from), "test", KEY))
    return folder


def make_disk(path: Path) -> None:
    """A GPT with the boot partition and two slots of a megabyte or less, by the specification and not by our code."""
    kinds = [(ESP_KIND, 64, "esp"), (ROOT_KIND, 256, "_empty"), (VERITY_KIND, 64, "_empty")]
    kinds += [(ROOT_KIND, 256, "_empty"), (VERITY_KIND, 64, "_empty")]
    first, entries, total = 64, b"", DISK // SECTOR
    for number, (kind, sectors, label) in enumerate(kinds, 1):
        name = label.encode("utf-16-le").ljust(72, b"\0")
        own = UUID(int=number)
        entries += kind.bytes_le + own.bytes_le + struct.pack("<QQQ", first, first + sectors - 1, 0) + name
        first += sectors
    entries = entries.ljust(128 * 128, b"\0")
    path.write_bytes(bytes(DISK))
    with path.open("r+b") as file:
        for own_at, other, table_at in ((1, total - 1, 2), (total - 1, 1, total - 33)):
            head = struct.pack("<8sIII", b"EFI PART", 0x10000, 92, 0)
            rest = struct.pack("<IQQQQ16sQIII", 0, own_at, other, 34, total - 34, b"d" * 16, table_at, 128, 128,
                               zlib.crc32(entries))  # fmt: skip
            crc = zlib.crc32(head + rest)
            file.seek(own_at * SECTOR)
            file.write(head[:16] + struct.pack("<I", crc) + rest)
            file.seek(table_at * SECTOR)
            file.write(entries)


class UpdateLaptop:
    """A laptop on which `OLD` runs, from the first slot."""

    def __init__(self, folder: Path) -> None:
        self.image, self.boot, self.state = folder / "disk.img", folder / "Linux", folder / "state"
        self.boot.mkdir()
        self.state.mkdir()
        make_disk(self.image)
        self.files = UpdateFiles(self.state)
        self._lay_down(0, OLD)

    def _lay_down(self, index: int, version: str) -> None:
        from kiosk.update.gpt import write_table

        disk, files = Disk(self.image), release(version)
        slot = self.slots()[index]
        for name, partition in ((ROOT, slot.root), (VERITY, slot.verity)):
            with disk.part(partition) as blocks:
                blocks.write(0, files[name])
        with disk.whole(writable=True) as whole:
            named = slot.holding(root_hash(version), f"visit-laptop_{version}")
            write_table(whole, read_table(whole, SECTOR).with_changes(named.changes))
        (self.boot / f"visit-laptop_{version}.efi").write_bytes(files[UKI])

    def slots(self) -> list[Slot]:
        """Both, in the order of the disk."""
        with Disk(self.image).whole() as whole:
            partitions = read_table(whole, SECTOR).partitions
        roots = [each for each in partitions if each.kind == ROOT_KIND]
        verities = [each for each in partitions if each.kind == VERITY_KIND]
        return [Slot(root, verity) for root, verity in zip(roots, verities, strict=True)]

    def place(self, power: Power | None = None, running: str = OLD) -> Place:
        """Where an update goes, while `running` runs."""
        power = power or Power()
        return Place(
            CutDisk(self.image, power),
            CutBootFolder(self.boot, power),
            CutFiles(self.state, power),
            running,
            root_hash(running),
        )

    def starts(self) -> list[str]:
        """Each kernel image there is, in the order in which systemd-boot takes them, and "broken" for one that cannot
        be started: its own bytes, or those of the root it names, are not what was released."""
        images = BootFolder(self.boot).images()
        order = sorted(images, key=lambda each: numbers_of(each.version), reverse=True)
        order.sort(key=lambda each: each.tries_left == 0)
        return [each.version if self._is_whole(each.name, each.version) else "broken" for each in order]

    def _is_whole(self, name: str, version: str) -> bool:
        files = release(version)
        slot = next((each for each in self.slots() if each.holds(root_hash(version))), None)
        if (self.boot / name).read_bytes() != files[UKI] or slot is None:
            return False
        for file, partition in ((ROOT, slot.root), (VERITY, slot.verity)):
            with Disk(self.image).part(partition) as blocks:
                if blocks.read(0, len(files[file])) != files[file]:
                    return False
        return True
