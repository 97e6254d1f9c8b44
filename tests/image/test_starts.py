"""Tier I: a disk that was tampered with, or that lies in another machine, starts nothing, and says why."""

import json
from pathlib import Path

import pytest

from installer.station.boot_files import SETTINGS
from tests.image.conftest import START_S
from tests.image.kit import looks
from tests.image.kit.dilation import ours
from tests.image.kit.installed import copied
from tests.image.kit.release import release
from tests.image.kit.screen import has_words, is_dark, reads
from tests.image.kit.table import Table
from tests.image.kit.vm import EMPTY_VARIABLES, STICK, Vm, eventually, in_builder

pytestmark = [pytest.mark.image, pytest.mark.slow, pytest.mark.takes(300), pytest.mark.timeout(1800)]
REFUSED_S = 120.0
STARTS_S = 240.0
SAID_S = 150.0
CHANGED = "   This laptop cannot start.", "   Its system was changed.", "   Tell IT: B4"
MIB = 1 << 20
ROOT, TREE, VAR = 2, 3, 6  # partitions
LOADERS_OWN = "Reboot Into Firmware Interface"  # what the boot loader offers where it finds no system
BEGUN = "Unable to open root directory"  # what it says where it was started from a network, which has none
LOADER = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi"  # nobody has signed it
ASKED_FOR_S = 300.0  # PXE and HTTP, each over IPv4 and IPv6: the firmware tries them all first
STRANGER = (
    "-netdev", "user,id=stranger,restrict=on,tftp=/out/shelf,bootfile=start.efi",
    "-device", "virtio-net-pci,netdev=stranger,bootindex=0",
)  # fmt: skip
SHUT_LID = bytes.fromhex(  # Scope (\\_SB) { Device (LID0) { Name (_HID, "PNP0C0D") Method (_LID) { Return (Zero) } } }
    "10 20 5c5f53425f 5b82 18 4c494430 085f484944 0c41d00c0d 14 08 5f4c4944 00 a400"
)
LOGIND = """
from pathlib import Path
folder = Path('/run/systemd/logind.conf.d')
folder.mkdir(parents=True, exist_ok=True)
(folder / 'zz.conf').write_text('[Login]\\nHoldoffTimeoutSec=1s\\n' + {more!r})
"""
POWERS_OFF = "HandleLidSwitch=poweroff\nHandleLidSwitchExternalPower=poweroff\n"  # on mains
FOREIGN_STICK = f"""
truncate -s 64M /out/stick.raw
printf 'label: gpt\nstart=1MiB, type=uefi\n' | sfdisk -q /out/stick.raw
mformat -i /out/stick.raw@@1M -F ::
mmd -i /out/stick.raw@@1M ::EFI ::EFI/BOOT
mcopy -i /out/stick.raw@@1M {LOADER} ::EFI/BOOT/BOOTX64.EFI
"""


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


def refused_so_far(vm: Vm) -> bool:
    return any(word in serial(vm) for word in ("Access Denied", "Security Violation"))


def refused(vm: Vm) -> bool:
    """Whether firmware or boot loader says that a signature is missing; no system comes up."""
    return eventually(lambda: refused_so_far(vm), REFUSED_S)


@pytest.mark.attack("boot-menu")
@pytest.mark.attack("disk-elsewhere")
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


@pytest.mark.attack("flipped-byte")
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


@pytest.mark.attack("flipped-byte")
@pytest.mark.parametrize("where", ["root's first block", "root's middle", "hash tree"])
def test_one_byte_of_the_root_or_its_hash_tree_starts_nothing_and_says_so(vm: Vm, table: Table, where: str) -> None:
    first_half = ((release() / "root.erofs").stat().st_size // MIB + 1) // 2  # as the first program reads it
    number, within = {
        "root's first block": (ROOT, 1024),
        "root's middle": (ROOT, (first_half - 1) * MIB + 8192),
        "hash tree": (TREE, 4096),
    }[where]
    flip(vm.folder / "disk.raw", start_of(vm, number) + within)
    with vm.on():
        assert eventually(lambda: reads(vm.picture("changed"), *CHANGED), STARTS_S)
    table.seen(f"one byte of the {where} flipped", "dm-verity", "starts nothing: B4", "the hash is signed")


@pytest.mark.attack("boot-menu")
@pytest.mark.image_full
def test_keys_held_while_it_starts_open_no_menu(vm: Vm, table: Table) -> None:
    def works() -> bool:
        def starts() -> bool:
            vm.press("spc", hold_ms=50)
            return vm.is_up(1)

        with vm.on():
            return not eventually(starts, STARTS_S, 0)

    def without() -> None:
        (vm.folder / "loader.conf").write_text(SETTINGS.replace("menu-disabled", "0"))
        in_builder(vm.folder, "mcopy", "-o", "-i", "/out/disk.raw@@1M", "/out/loader.conf", "::loader/loader.conf")

    table.attack("a key held while it starts", "`timeout menu-disabled`", works, without, "no menu: it starts")


@pytest.mark.attack("boot-menu")
@pytest.mark.image_full
def test_a_system_that_nobody_signed_does_not_start_though_its_disk_comes_first(vm: Vm, table: Table) -> None:
    in_builder(vm.folder, "sh", "-euc", FOREIGN_STICK)
    with vm.on(*STICK):
        assert refused(vm)
        assert eventually(lambda: vm.is_up(5), STARTS_S), "its own disk comes next"
    elsewhere(vm)
    with vm.on(*STICK):
        assert eventually(lambda: LOADERS_OWN in serial(vm), STARTS_S), "the stick does not start elsewhere either"
        assert not refused_so_far(vm)
    table.seen(
        "another disk or ISO, first in the order", "Secure Boot, our own keys", "refused; its own starts", "works"
    )


@pytest.mark.attack("boot-menu")
@pytest.mark.image_full
def test_what_a_stranger_serves_to_the_firmware_does_not_start(vm: Vm, table: Table) -> None:
    """In our time: the firmware asks the network card by its own timers."""
    in_builder(vm.folder, "install", "-D", LOADER, "/out/shelf/start.efi")
    with vm.on(*STRANGER, slow=False):
        assert refused(vm)
        assert eventually(lambda: vm.is_up(5), ASKED_FOR_S + STARTS_S), "its own disk comes next"
    elsewhere(vm)
    with vm.on(*STRANGER, slow=False):
        assert eventually(lambda: BEGUN in serial(vm), STARTS_S), "what is served does not start elsewhere either"
        assert not refused_so_far(vm)
    table.seen("PXE by a stranger, first in the order", "Secure Boot, our own keys", "refused; its own starts", "works")


@pytest.mark.attack("disk-elsewhere")
@pytest.mark.image_full
def test_a_volume_that_somebody_else_made_is_not_opened(vm: Vm, table: Table) -> None:
    place = start_of(vm, VAR)
    in_builder(vm.folder, "mkfs.ext4", "-q", "-F", "-E", f"offset={place}", "/out/disk.raw", "262144")
    with vm.on():
        assert eventually(lambda: vm.is_up(20), STARTS_S)
        assert eventually(lambda: "Tell IT: B6" in looks.console_words(vm, 20), SAID_S)
        assert "/var" not in vm.python("print(open('/proc/mounts').read().split())")
    table.seen("another data volume in its place", "`/var` is opened by the TPM's key alone", "not opened: B6", "-")


@pytest.mark.attack("boot-menu")
def test_words_that_firmware_adds_to_the_signed_ones_stop_the_start(vm: Vm, table: Table) -> None:
    with vm.on("-smbios", "type=11,value=io.systemd.stub.kernel-cmdline-extra=systemd.debug_shell=1"):
        assert eventually(lambda: has_words(vm.picture("words")), REFUSED_S)
        assert not vm.is_up(30)
    table.seen(
        "words added to the command line by SMBIOS", "the first program compares with those that were signed",
        "it stops: B1", "not tried: the first program is signed",
    )  # fmt: skip


@pytest.mark.attack("power-and-sleep")
@pytest.mark.image_full
def test_a_lid_that_is_shut_is_said_and_sends_nobody_to_sleep(vm: Vm, table: Table) -> None:
    """By the firmware's word; QEMU has no lid that could be moved."""
    (vm.folder / "lid.aml").write_bytes(SHUT_LID)

    def looked_at(more: str = "") -> None:
        vm.python(LOGIND.format(more=more))
        vm.run("systemctl", "restart", "systemd-logind.service")

    def works() -> bool:
        return vm.happened("SHUTDOWN", ours(20))

    with vm.on("-acpitable", "sig=SSDT,data=/out/lid.aml"):
        assert eventually(lambda: vm.is_up(5) and not is_dark(vm.picture("lid")), START_S, 2)
        said = eventually(lambda: "the lid is closed" in vm.run("kiosk", "check", may_fail=True), START_S, 5)
        assert said, vm.run("kiosk", "check", may_fail=True)
        looked_at()
        table.attack(
            "a lid that is shut", "logind: `HandleLidSwitch=ignore`", works,
            lambda: looked_at(POWERS_OFF), "it runs on, and says so",
        )  # fmt: skip


def test_in_a_laptops_own_first_file_system_nothing_rides_along() -> None:
    listed = in_builder(release(), "sh", "-c", "zstd -dc /out/initrd | cpio --list --quiet").split()
    assert "init" in listed
    assert not [name for name in listed if name.startswith("more")]
