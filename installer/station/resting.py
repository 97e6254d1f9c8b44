"""Updates a laptop that does not run, where the stick says `update-only`: it installs nothing, wipes nothing and opens

none of the laptop's own files.
"""

from typing import Final

from contract.manifest import keys_in
from contract.strict import Malformed
from installer.station import volumes
from installer.station.disks import only_disk
from installer.station.faults import Fault, Stopped
from installer.station.layout import ESP_NUMBER
from installer.station.payload import RELEASE_KEYS
from installer.station.ready import RELEASE, Bench
from kiosk.errors import KioskError
from kiosk.update.at_rest import update_at_rest
from kiosk.update.boot_folder import BootFolder
from kiosk.update.bundle import FolderBundle
from kiosk.update.disk import Disk

UPDATE_ONLY: Final = "update-only"  # an empty file beside `release`
ESP: Final = "/run/visit-install/esp"


def is_wanted(bench: Bench) -> bool:
    """Whether the stick is for updates, and not for installations."""
    return (bench.stick / UPDATE_ONLY).exists()


def update(bench: Bench) -> str:
    """What has come of it, in one sentence. Raises Stopped, and the laptop starts as before."""
    machine = bench.machine
    with bench.screen.step("Checking the release, and writing it beside the one that is there"):
        disk = only_disk(machine)
        try:
            keys = keys_in(machine.path(RELEASE_KEYS).read_bytes())
            with volumes.mounted(machine, disk.partition(ESP_NUMBER), ESP, "vfat") as esp:
                place, folder = Disk(machine.path(disk.device)), BootFolder(esp / "EFI/Linux")
                return update_at_rest(FolderBundle(bench.stick / RELEASE), keys, place, folder, lambda _said: None)
        except (KioskError, Malformed, OSError) as error:
            raise Stopped(Fault.NOT_UPDATED, f"({error})") from error
