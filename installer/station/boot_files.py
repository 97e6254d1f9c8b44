"""The boot partition's files. The boot loader under its own name is the last thing of all that is written:

as long as it is not there nothing on this disk starts, and the stick does.
"""

import os
from pathlib import Path
from typing import Final

from contract.manifest import UKI, Manifest
from installer.station.faults import Fault
from installer.station.payload import LOADER, Payload, check_file
from kiosk.update.boot_folder import rename_synced

TRIES: Final = 3  # a start that does not get as far as a picture is tried so often
LOADER_PLACE: Final = "EFI/BOOT/BOOTX64.EFI"  # where any firmware looks on a disk
NOT_YET: Final = "EFI/BOOT/BOOTX64.NEW"
SETTINGS_PLACE: Final = "loader/loader.conf"
SETTINGS: Final = "timeout menu-disabled\neditor no\nauto-firmware no\nauto-entries no\n"


def uki_place(version: str) -> str:
    """Where the kernel of a release is, with the tries it has left."""
    return f"EFI/Linux/visit-laptop_{version}+{TRIES}.efi"


def write(esp: Path, payload: Payload) -> None:
    """All of it, and the boot loader under a name that nothing starts. Raises OSError."""
    _copy(payload.file(UKI), esp / uki_place(payload.manifest.version))
    _put(esp / SETTINGS_PLACE, SETTINGS.encode())
    _copy(payload.file(LOADER), esp / NOT_YET)


def read_back(esp: Path, manifest: Manifest) -> None:
    """Raises Stopped unless both are what the manifest says."""
    check_file(esp / uki_place(manifest.version), manifest, UKI, Fault.READ_BACK)
    check_file(_loader(esp), manifest, LOADER, Fault.READ_BACK)


def make_it_start(esp: Path) -> None:
    """From here on this disk starts; safe twice. Raises OSError."""
    rename_synced(_loader(esp), esp / LOADER_PLACE)


def _loader(esp: Path) -> Path:
    """The boot loader, by whichever of its names it has."""
    return esp / NOT_YET if (esp / NOT_YET).exists() else esp / LOADER_PLACE


def _copy(source: Path, target: Path) -> None:
    _put(target, source.read_bytes())


def _put(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
