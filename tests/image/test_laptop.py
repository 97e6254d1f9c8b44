"""The image itself: a stick installs an empty disk, the disk starts to the screen, and what leads out of it fails.

Tier I: the built disk in QEMU with Secure Boot and a TPM. The root under test is bit for bit the product's; the agent
rides beside it, in what starts it.
"""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.kit.installed import copied, install, reports
from tests.image.kit.release import release
from tests.image.kit.screen import is_dark, shows_the_same
from tests.image.kit.site import LAPTOP, Site, visits
from tests.image.kit.vm import Vm, in_builder

pytestmark = [pytest.mark.image, pytest.mark.slow, pytest.mark.timeout(3600)]
BOOT_S = 420.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site.open(tmp_path_factory.mktemp("site") / "site") as site:
        yield site


@pytest.fixture(scope="module")
def laptop(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Vm:
    """Installed, and switched off."""
    return install(tmp_path_factory.mktemp("laptop") / "laptop", site)


@pytest.fixture(scope="module")
def running(laptop: Vm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vm]:
    """Started, with its first picture on the screen."""
    vm = copied(laptop, tmp_path_factory.mktemp("running") / "laptop")
    with vm.on():
        until = time.monotonic() + BOOT_S
        while is_dark(vm.picture("first")):
            assert time.monotonic() < until, "the screen stayed dark"
            time.sleep(2)
        yield vm


def test_the_stick_installs_an_empty_disk_and_leaves_a_signed_report(laptop: Vm, site: Site) -> None:
    names = reports(laptop.folder)
    assert {Path(name).suffix for name in names} == {".jws", ".json", ".pdf"}
    in_builder(laptop.folder, "mcopy", "-n", "-i", "/out/stick.raw@@1M", "::acceptance-LAPTOP1.jws", "/out/report.jws")
    payload = (laptop.folder / "report.jws").read_text().split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert said["image"]["root_hash"] == (release() / "root.hash").read_text().strip()
    assert LAPTOP in visits(site.folder, "laptop", "list")


def test_the_installed_disk_starts_to_the_screen_with_nothing_failed(running: Vm) -> None:
    assert "0 loaded units listed" in running.run("systemctl", "--failed", "--no-pager")
    assert running.run("systemctl", "is-active", "visit-shell.service", "visit-guard.service").split() == ["active"] * 2


@pytest.mark.parametrize("key", ["f1", "f2", "f3", "f7", "f12"])
def test_no_other_console_comes_up(running: Vm, key: str) -> None:
    before = running.picture("before")
    running.press("ctrl", "alt", key)
    assert shows_the_same(before, running.picture("after"))


def test_neither_ctrl_alt_del_nor_sysrq_starts_it_again(running: Vm) -> None:
    boot = "print(open('/proc/sys/kernel/random/boot_id').read())"
    before = running.python(boot)
    for _ in range(8):
        running.press("ctrl", "alt", "delete")
    for key in "reisubckf":
        running.press("alt", "sysrq", key)
    assert running.python(boot) == before


def test_a_stick_becomes_no_disk_and_a_keyboard_no_input(running: Vm) -> None:
    look = "import os; print(sorted(os.listdir('/sys/class/block')), sorted(os.listdir('/sys/class/input')))"
    before = running.python(look)
    in_builder(running.folder, "truncate", "-s", "16M", "/out/foreign.raw")
    running.ask("blockdev-add", **{"node-name": "foreign", "driver": "file", "filename": "/out/foreign.raw"})
    running.ask("device_add", driver="usb-storage", id="foreign-stick", drive="foreign", bus="xhci.0")
    running.ask("device_add", driver="usb-kbd", id="foreign-keyboard", bus="xhci.0")
    running.run("udevadm", "settle")
    assert running.python(look) == before
    denied = "import glob; print([open(p).read().strip() for p in glob.glob('/sys/bus/usb/devices/*-*/authorized')])"
    assert running.python(denied).count("'0'") >= 2


def test_a_start_that_nobody_signed_is_refused(laptop: Vm, tmp_path: Path) -> None:
    vm = copied(laptop, tmp_path / "laptop")
    in_builder(vm.folder, "sh", "-c", "mdir -b -i /out/disk.raw@@1M ::EFI/Linux > /out/listed")
    (name,) = (vm.folder / "listed").read_text().split()
    in_builder(vm.folder, "mcopy", "-n", "-i", "/out/disk.raw@@1M", name, "/out/start.efi")
    in_builder(vm.folder, "sbattach", "--remove", "/out/start.efi")
    in_builder(vm.folder, "mcopy", "-o", "-i", "/out/disk.raw@@1M", "/out/start.efi", name)
    with vm.on():
        assert not vm.is_up(180)


def test_one_byte_flipped_in_the_root_starts_nothing(laptop: Vm, tmp_path: Path) -> None:
    vm = copied(laptop, tmp_path / "laptop")
    with (vm.folder / "disk.raw").open("r+b") as disk:
        disk.seek((1 + 512) * 1024 * 1024 + 1024)  # the file system's first block
        byte = disk.read(1)[0]
        disk.seek(-1, 1)
        disk.write(bytes([byte ^ 1]))
    with vm.on():
        assert not vm.is_up(180)


def test_in_a_laptops_own_first_file_system_nothing_rides_along() -> None:
    listed = in_builder(release(), "sh", "-c", "zstd -dc /out/initrd | cpio --list --quiet").split()
    assert "init" in listed
    assert not [name for name in listed if name.startswith("more")]
