"""An update of a laptop that does not run, by the bench's stick: it can read a stick, which a laptop cannot.

The laptop's own files are shut to it (only the laptop's TPM opens them), and so are its rules: it takes a laptop upward
only. What comes of it the laptop finds out at its next start, as after any update.
"""

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from contract.manifest import ManifestRefused, ReleaseKeys, manifest_in
from contract.version import numbers_of
from kiosk.errors import LockdownError, Refused
from kiosk.lockdown.update_files import UpdateFiles
from kiosk.update.boot_folder import BootFolder
from kiosk.update.bundle import Bundle
from kiosk.update.disk import Disk
from kiosk.update.gpt import read_table
from kiosk.update.install import Place, Told, install
from kiosk.update.rules import Asked, check, is_news
from kiosk.update.slots import slots_in

NOT_OURS: Final = "What is on this disk is no laptop that could be updated. Install it instead."


def update_at_rest(bundle: Bundle, keys: ReleaseKeys, disk: Disk, boot: BootFolder, tell: Told) -> str:
    """What has come of it, in one sentence. Raises KioskError or OSError, and the disk starts as before."""
    text = bundle.manifest()
    try:
        manifest = manifest_in(text, keys)
    except ManifestRefused as error:
        raise Refused(f"The update was refused: {error}") from error
    with TemporaryDirectory() as folder:
        place = resting(disk, boot, Path(folder))
        asked = Asked(running=place.running_version)
        if not is_news(manifest, asked):
            return f"Version {place.running_version} is on the disk already."
        check(manifest, asked)
        install(bundle, manifest, hashlib.sha256(text).hexdigest(), place, tell)
    return f"Version {manifest.version} is on the disk, beside {place.running_version}. It is tried at the next start."


def resting(disk: Disk, boot: BootFolder, folder: Path) -> Place:
    """The newest version that was found good, as what must not be written over. Raises LockdownError, OSError."""
    good = [image.version for image in boot.images() if image.tries_left is None]
    if not good:
        raise LockdownError(NOT_OURS)
    version = max(good, key=numbers_of)
    with disk.whole() as whole:
        slots = slots_in(read_table(whole, disk.sector).partitions)
    holding = [slot for slot in slots if slot.root.label == slot.verity.label == f"visit-laptop_{version}"]
    if len(holding) != 1:
        raise LockdownError(NOT_OURS)
    return Place(disk, boot, UpdateFiles(folder), version, holding[0].root_hash)
