"""The laptop that an update is for: what runs, its disk, where it is booted from, and which keys sign its releases."""

from typing import Final

from contract.manifest import ReleaseKeys, keys_in
from contract.strict import Malformed
from contract.version import Version, numbers_of
from kiosk.errors import LockdownError
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.platform import find_platform
from kiosk.lockdown.update_files import UpdateFiles
from kiosk.update.boot_folder import BootFolder
from kiosk.update.disk import Disk
from kiosk.update.install import Place
from kiosk.update.slots import root_id, running_hash_in

STATE: Final = "/var/lib/visit-kiosk"
RUNTIME: Final = "/run/visit-kiosk"
KEYS: Final = "/usr/lib/visit-kiosk/release-key.json"  # below the verity root: as true as the boot that loaded it
RELEASE: Final = "/usr/lib/os-release"
BOOT: Final = "/efi/EFI/Linux"
NO_LAPTOP: Final = "This machine is no visit laptop, so it is not updated this way."


class Here:
    """This machine; a test stands up another root. Raises LockdownError for one that is no laptop of ours."""

    def __init__(self, machine: Machine) -> None:
        if find_platform(machine) is None:
            raise LockdownError(NO_LAPTOP)
        self._machine = machine
        self.files = UpdateFiles(machine.path(STATE))
        self.runtime = machine.path(RUNTIME)

    def keys(self) -> ReleaseKeys:
        """Whose releases it takes. Raises LockdownError."""
        try:
            return keys_in(self._machine.text(KEYS).encode())
        except (OSError, Malformed) as error:
            raise LockdownError(f"{KEYS} cannot be read, so no release can be believed.") from error

    def version(self) -> Version:
        """Of what runs. Raises LockdownError."""
        for line in self._machine.text_or(RELEASE, "").splitlines():
            name, _, value = line.partition("=")
            if name == "IMAGE_VERSION":
                return _checked(value.strip("\"'"))
        raise LockdownError(f"{RELEASE} does not say which version runs.")

    def boot(self) -> BootFolder:
        """Where it is booted from. Raises LockdownError."""
        folder = self._machine.path(BOOT)
        if not folder.is_dir():
            raise LockdownError("The boot partition is not there. Restart this laptop; if that does not help, tell IT.")
        return BootFolder(folder)

    def place(self) -> Place:
        """Where an update goes. Raises LockdownError."""
        running = running_hash_in(self._machine.text("/proc/cmdline"))
        node = self._machine.path(f"/dev/disk/by-partuuid/{root_id(running)}")
        return Place(Disk.of_partition(self._machine, node), self.boot(), self.files, self.version(), running)


def _checked(version: str) -> Version:
    try:
        numbers_of(version)
    except ValueError:
        raise LockdownError(f"{RELEASE} does not say which version runs.") from None
    return version
