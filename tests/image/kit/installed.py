"""A laptop that the stick has installed and a service has enrolled, once for all tests; each test gets a copy."""

import subprocess
import time
from pathlib import Path
from typing import Final

from tests.image.kit import looks
from tests.image.kit.release import release
from tests.image.kit.site import Site
from tests.image.kit.vm import STICK, Vm, in_builder

INSTALL_S: Final = 1500.0
LOOK_EVERY_S: Final = 5.0
ACCEPTED: Final = "ACCEPTED"  # the report is on the stick before that; the disk can be started from only then


def install(folder: Path, site: Site, disk_mb: int = 8192) -> Vm:
    """A machine with an empty disk after its stick has been at work; what the screen last showed is `last.png`."""
    vm = Vm.made(folder, disk_mb=disk_mb)
    stick = folder / "stick.raw"
    subprocess.run(["cp", "--sparse=always", release() / "stick.raw", stick], check=True)
    site.onto(stick)
    with vm.on(*STICK, memory_mb=3072):
        until = time.monotonic() + INSTALL_S
        while time.monotonic() < until:
            if reports(folder) and ACCEPTED in looks.console_words(vm, LOOK_EVERY_S * 4):
                break
            vm.picture("last")
            time.sleep(LOOK_EVERY_S)
        vm.picture("last")
    return vm


def reports(folder: Path, stick: str = "stick.raw@@1M") -> list[str]:
    """Names of what the station left on the stick."""
    listed = in_builder(folder, "mdir", "-b", "-i", f"/out/{stick}", "::").splitlines()
    return [name.removeprefix("::/") for name in listed if name.startswith("::/acceptance")]


def copied(vm: Vm, folder: Path) -> Vm:
    """The same machine once more: its disk, its firmware's variables, its TPM."""
    subprocess.run(["cp", "-a", "--sparse=always", vm.folder, folder], check=True)
    (folder / "stick.raw").unlink(missing_ok=True)
    return Vm(folder)
