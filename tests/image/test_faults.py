"""Tier I: an installation that cannot be done says why, with a code, and leaves the disk as it was."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.image.kit.installed import reports
from tests.image.kit.release import release
from tests.image.kit.site import Site
from tests.image.kit.vm import STICK, Vm, eventually, in_builder

pytestmark = [pytest.mark.image, pytest.mark.image_full, pytest.mark.slow, pytest.mark.timeout(1800)]
SAID_S = 600.0
OLD = b"an old system"
Spoil = Callable[[Path], None]


def words(vm: Vm) -> str:
    """What stands on the console."""
    return vm.python("print(open('/dev/vcs1').read())")


def damaged(folder: Path) -> None:
    """One byte of the root, on the stick."""
    stick = "/out/stick.raw@@1M"
    in_builder(folder, "mcopy", "-n", "-i", stick, "::release/root.verity", "/out/part")
    part = folder / "part"
    content = bytearray(part.read_bytes())
    content[4096] ^= 1
    part.write_bytes(content)
    in_builder(folder, "mcopy", "-o", "-i", stick, "/out/part", "::release/root.verity")


def another_manifest(folder: Path) -> None:
    """A signature that is not the release key's."""
    stick = "/out/stick.raw@@1M"
    in_builder(folder, "mcopy", "-n", "-i", stick, "::release/manifest.jws", "/out/part")
    head, payload, signature = (folder / "part").read_text().split(".")
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    (folder / "part").write_text(".".join((head, payload, flipped)))
    in_builder(folder, "mcopy", "-o", "-i", stick, "/out/part", "::release/manifest.jws")


def no_site(folder: Path) -> None:
    in_builder(folder, "mdel", "-i", "/out/stick.raw@@1M", "::site.toml")


def unspoilt(_folder: Path) -> None:
    """Nothing is wrong with the stick."""


FAULTS: list[tuple[str, int, Spoil]] = [
    ("E12", 1024, unspoilt),
    ("E21", 8192, another_manifest),
    ("E22", 8192, damaged),
    ("E30", 8192, no_site),
]


@pytest.mark.parametrize(("code", "disk_mb", "spoil"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_what_is_wrong_is_said_and_the_disk_left_alone(
    site: Site, tmp_path: Path, code: str, disk_mb: int, spoil: Spoil
) -> None:
    vm = Vm.made(tmp_path / "laptop", disk_mb=disk_mb)
    with (vm.folder / "disk.raw").open("r+b") as disk:
        disk.write(OLD)
    subprocess.run(["cp", "--sparse=always", release() / "stick.raw", vm.folder / "stick.raw"], check=True)
    site.onto(vm.folder / "stick.raw")
    spoil(vm.folder)
    with vm.on(*STICK, memory_mb=3072):
        assert eventually(lambda: vm.is_up(5) and f"STOPPED {code}" in words(vm), SAID_S, 3), vm.picture("last")
    with (vm.folder / "disk.raw").open("rb") as disk:
        assert disk.read(len(OLD)) == OLD
    assert reports(vm.folder) == []
