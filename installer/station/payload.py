"""The release on the stick: nothing of it is used before its manifest's signature and every file's hash are right."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from contract.manifest import MANIFEST, Manifest, ManifestRefused, keys_in, manifest_in
from contract.strict import Malformed
from installer.station.faults import Fault, Stopped
from kiosk.lockdown.machine import Machine

RELEASE_KEYS: Final = "/usr/lib/visit-kiosk/release-key.json"  # in this installer's own signed file system
LOADER: Final = "systemd-boot.efi"
KEY_FILES: Final = MappingProxyType({"db": "db.auth", "KEK": "kek.auth", "PK": "pk.auth"})
NEEDED: Final = (LOADER, *KEY_FILES.values())  # beside what every release has
PIECE: Final = 4 * 1024 * 1024


@dataclass(frozen=True)
class Payload:
    """A release that has been checked, in `folder`; `keys` are Secure Boot's, as .auth files."""

    folder: Path
    manifest: Manifest
    keys: Mapping[str, bytes] = field(repr=False)

    def file(self, name: str) -> Path:
        """Where a file of it is."""
        return self.folder / name


def checked(machine: Machine, folder: Path) -> Payload:
    """The release in `folder`. Raises Stopped."""
    try:
        keys = keys_in(machine.path(RELEASE_KEYS).read_bytes())
        manifest = manifest_in((folder / MANIFEST).read_bytes(), keys)
    except OSError as error:
        raise Stopped(Fault.NO_PAYLOAD, f"({Path(error.filename or MANIFEST).name}: {error.strerror})") from error
    except (Malformed, ManifestRefused) as error:
        raise Stopped(Fault.PAYLOAD_REFUSED, f"It was refused: {error}") from error
    missing = [name for name in NEEDED if name not in manifest.files]
    if missing:
        raise Stopped(Fault.PAYLOAD_REFUSED, f"It is no release for new laptops: {', '.join(missing)} is not in it.")
    for name in manifest.files:
        check_file(folder / name, manifest, name)
    return Payload(folder, manifest, {key: (folder / name).read_bytes() for key, name in KEY_FILES.items()})


def check_file(path: Path, manifest: Manifest, name: str, fault: Fault = Fault.PAYLOAD_DAMAGED) -> None:
    """Raises Stopped unless the file is what the manifest says of `name`."""
    facts = manifest.files[name]
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError as error:
        raise Stopped(Fault.NO_PAYLOAD if fault is Fault.PAYLOAD_DAMAGED else fault, f"({name})") from error
    if (size, found) != (facts.size, facts.sha256):
        raise Stopped(fault, f"({name})")
