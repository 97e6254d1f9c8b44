"""Tier I: a bare laptop whose firmware takes the installer from the network, by UEFI HTTP boot, as IT serves it.

The machine lives in our time: its firmware asks the network card by its own timers, and no call is made here.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.image.kit.installed import reports
from tests.image.kit.network import HOST, inside
from tests.image.kit.release import release
from tests.image.kit.site import Site
from tests.image.kit.uefi import start_from
from tests.image.kit.vm import Vm, eventually, in_builder

pytestmark = [pytest.mark.image, pytest.mark.image_full, pytest.mark.slow, pytest.mark.timeout(7200)]
INSTALL_S: Final = 3000.0  # the stick comes over an emulated network twice: once more with Secure Boot on
PORT: Final = 8080
KEEPER: Final = (
    "-drive", "file=/out/reports.raw,format=raw,if=none,id=reports,cache=unsafe",
    "-device", "usb-storage,bus=xhci.0,drive=reports,removable=on",
)  # fmt: skip


@contextmanager
def served(folder: Path) -> Iterator[None]:
    """A web server with this folder, in the harness's network."""
    command = [*inside(), sys.executable, "-m", "http.server", str(PORT), "--bind", "127.0.0.1"]
    with (folder / "served.log").open("wb") as log:
        server = subprocess.Popen([*command, "--directory", str(folder)], stdout=log, stderr=log)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGTERM)
        server.wait()


def test_firmware_that_takes_the_stick_from_the_network_installs_the_same(site: Site, tmp_path: Path) -> None:
    vm, shelf = Vm.made(tmp_path / "laptop"), tmp_path / "shelf"
    shelf.mkdir()
    subprocess.run(["cp", "--sparse=always", release() / "stick.raw", shelf / "stick.img"], check=True)
    site.onto(shelf / "stick.img")
    in_builder(vm.folder, "truncate", "-s", "64M", "/out/reports.raw")
    in_builder(vm.folder, "mkfs.vfat", "-n", "REPORTS", "/out/reports.raw")
    start_from(vm.folder / "variables.fd", f"http://{HOST}:{PORT}/stick.img")
    with served(shelf), vm.on(*KEEPER, memory_mb=4096, slow=False):
        assert eventually(lambda: reports(vm.folder, "reports.raw") != [], INSTALL_S, 10)
    names = reports(vm.folder, "reports.raw")
    assert {Path(name).suffix for name in names} == {".jws", ".json", ".pdf"}
