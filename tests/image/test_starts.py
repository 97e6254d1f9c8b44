"""Tier I: a disk that was tampered with, or that lies in another machine, starts nothing, and says why."""

import json
from pathlib import Path

import pytest

from tests.image.kit import looks
from tests.image.kit.installed import copied
from tests.image.kit.release import release
from tests.image.kit.screen import has_words
from tests.image.kit.table import Table
from tests.image.kit.vm import EMPTY_VARIABLES, Vm, eventually, in_builder

pytestmark = [pytest.mark.image, pytest.mark.slow, pytest.mark.timeout(1800)]
REFUSED_S = 120.0
STARTS_S = 240.0
SAID_S = 150.0


def serial(vm: Vm) -> str:
    return (vm.folder / "serial.log").read_text(errors="replace")


def start_file(vm: Vm) -> str:
    """The name of the one signed file on its boot partition."""
    (name,) = in_builder(vm.folder, "mdir", "-b", "-i", "/out/disk.raw@@1M", "::EFI/Linux").split()
    return name


def replace_start(vm: Vm) -> None:
    in_builder(vm.folder, "mcopy", "-o", "-i", "/out/disk.raw@@1M", "/out/start.efi", start_file(vm))


def take_start(vm: Vm) -> Path:
    in_builder(vm.folder, "mcopy", "-n", "-i", "/out/disk.raw@@1M", start_file(vm), "/out/start.efi")
    return vm.folder / "start.efi"


def unsign(vm: Vm) -> None:
    take_start(vm)
    in_builder(vm.folder, "sbattach", "--remove", "/out/start.efi")
    replace_start(vm)


def start_of(vm: Vm, number: int) -> int:
    """Where a partition begins, in bytes."""
    table = json.loads(in_builder(vm.folder, "sfdisk", "--json", "/out/disk.raw"))["partitiontable"]
    return int(table["partitions"][number - 1]["start"]) * int(table["sectorsize"])


def flip(file: Path, at: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        byte = opened.read(1)[0]
        opened.seek(at)
        opened.write(bytes([byte ^ 1]))


def elsewhere(vm: Vm) -> None:
    """The same disk in a machine whose firmware and TPM know nothing of it."""
    in_builder(vm.folder, "cp", EMPTY_VARIABLES, "/out/variables.fd")
    in_builder(vm.folder, "sh", "-c", "rm -f /out/tpm/*")


@pytest.fixture
def vm(laptop: Vm, tmp_path: Path) -> Vm:
    return copied(laptop, tmp_path / "laptop")


def refused(vm: Vm) -> bool:
    """Whether firmware or boot loader says that a signature is missing; no system comes up."""
    return eventually(lambda: any(word in serial(vm) for word in ("Access Denied", "Security Violation")), REFUSED_S)


def test_a_start_that_nobody_signed_is_refused_and_the_disk_opens_in_no_other_machine(vm: Vm, table: Table) -> None:
    unsign(vm)
    with vm.on():
        assert refused(vm)
        assert not vm.is_up(20)
    elsewhere(vm)
    with vm.on():
        assert eventually(lambda: vm.is_up(20), STARTS_S), (
            "an unsigned start does not work without Secure Boot either: this proves nothing"
        )
        assert eventually(lambda: "Tell IT: B6" in (said := looks.console_words(vm, 20)) and "B7" not in said, SAID_S)
        assert eventually(lambda: has_words(vm.picture("elsewhere")), SAID_S)  # the screen comes after its console
        assert "/var" not in vm.python("print(open('/proc/mounts').read().split())")
        assert not looks.is_active(vm, "visit-guard.service")
    table.seen("a kernel that nobody signed", "Secure Boot, our own keys", "the firmware refuses it", "works")
    table.seen(
        "the disk in another machine", "`/var` sealed to the TPM and to Secure Boot's state",
        "not opened; B6 on the screen", "works: it opens in its own",
    )  # fmt: skip


def test_one_byte_of_the_signed_start_is_refused(vm: Vm, table: Table) -> None:
    start = take_start(vm)
    flip(start, start.stat().st_size // 2)
    replace_start(vm)
    with vm.on():
        assert refused(vm)
        assert not vm.is_up(20)
    table.seen(
        "one byte of kernel or first file system flipped", "its signature", "the firmware refuses it", "see above"
    )


@pytest.mark.parametrize("where", ["root", "hash tree"])
def test_one_byte_of_the_root_or_its_hash_tree_starts_nothing_and_says_so(vm: Vm, table: Table, where: str) -> None:
    number, within = (2, 1024) if where == "root" else (3, 4096)  # the file system's first block; the first hashes
    flip(vm.folder / "disk.raw", start_of(vm, number) + within)
    with vm.on():
        assert eventually(lambda: has_words(vm.picture("changed")), STARTS_S)
        assert not vm.is_up(5)
    table.seen(f"one byte of the {where} flipped", "dm-verity", "starts nothing: B4", "the hash is signed")


def test_words_that_firmware_adds_to_the_signed_ones_stop_the_start(vm: Vm, table: Table) -> None:
    with vm.on("-smbios", "type=11,value=io.systemd.stub.kernel-cmdline-extra=systemd.debug_shell=1"):
        assert eventually(lambda: has_words(vm.picture("words")), REFUSED_S)
        assert not vm.is_up(30)
    table.seen(
        "words added to the command line by SMBIOS", "the first program compares with those that were signed",
        "it stops: B1", "works: systemd's stub hands them on, with Secure Boot on too",
    )  # fmt: skip


def test_in_a_laptops_own_first_file_system_nothing_rides_along() -> None:
    listed = in_builder(release(), "sh", "-c", "zstd -dc /out/initrd | cpio --list --quiet").split()
    assert "init" in listed
    assert not [name for name in listed if name.startswith("more")]
