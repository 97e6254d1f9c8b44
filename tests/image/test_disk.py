"""The installer's disk by Debian's own tools, as a file; a release that verifies, and a TPM that says its key."""

import json
import subprocess
import textwrap
from pathlib import Path

import pytest

from installer.station import slots, volumes
from installer.station.disks import Disk
from installer.station.faults import Stopped
from installer.station.firmware import signatures
from installer.station.layout import EMPTY, LEAST_DISK, Layout, layout_of
from kiosk.errors import Unavailable
from kiosk.lockdown.machine import Machine
from kiosk.update import disk as update
from kiosk.update.gpt import read_table
from kiosk.update.slots import slots_in

ROOT = Path(__file__).parents[2]
BUILDER = str(ROOT / "installer/builder/run")
WITHIN_S = 1200  # the builder is made where it is missing
DISK = Disk("disk", LEAST_DISK)
EK = """
import hashlib, os, socket, subprocess, sys, time
sys.path.insert(0, "/src")
from kiosk.acceptance.tpm import COMMAND, public_in
os.makedirs("/tmp/tpm", exist_ok=True)
for _ in range(2):
    ours, theirs = socket.socketpair()
    server = ["swtpm", "socket", "--tpm2", "--tpmstate", "dir=/tmp/tpm", "--server", f"type=tcp,fd={theirs.fileno()}"]
    chip = subprocess.Popen([*server, "--flags", "not-need-init,startup-clear"], pass_fds=[theirs.fileno()])
    try:
        ours.sendall(COMMAND)
        print(public_in(ours.recv(4096)))
    finally:
        ours.close()
        chip.kill()
        chip.wait()
"""

pytestmark = [pytest.mark.image, pytest.mark.timeout(WITHIN_S)]


class Builders(Machine):
    """A machine whose tools are the builder's; its disk is a file in the folder that both see."""

    def run(self, *command: str, given: str | None = None) -> str:
        """In the builder, where this folder is /out."""
        if command[0].endswith("udevadm"):
            return ""
        folder = str(self.path("/"))
        inside = [word.replace(folder, "/out") for word in command]
        done = subprocess.run(
            [BUILDER, *inside],
            input=given,
            env={"OUT": folder, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(Path.home())},
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )
        if done.returncode != 0:
            raise Unavailable(f"{command[0]} failed: {done.stderr}")
        return done.stdout

    def script(self, text: str) -> str:
        """A few lines of shell, in /out."""
        return self.run("/bin/sh", "-euc", f"cd /out\n{textwrap.dedent(text)}")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Builders:
    folder = tmp_path_factory.mktemp("out")
    (folder / "dev").mkdir()
    with (folder / "dev/disk").open("wb") as file:
        file.truncate(LEAST_DISK)
    return Builders(folder)


@pytest.fixture(scope="module")
def layout(machine: Builders) -> Layout:
    """The disk with a small release in its first slot, over what was there before."""
    root_hash = machine.script(
        """
        mkdir root && echo hello > root/greeting
        mkfs.erofs --quiet root.erofs root
        mkfs.vfat --offset 2048 dev/disk > /dev/null
        veritysetup format root.erofs root.verity | sed -n 's/^Root hash:[[:space:]]*//p'
        """
    ).split()[-1]
    layout = layout_of(LEAST_DISK, "0.1.0.214", root_hash)
    slots.wipe(machine, DISK)
    slots.divide(machine, DISK, layout)
    for place, name in ((layout.root, "root.erofs"), (layout.verity, "root.verity")):
        slots.write(machine, DISK, place, machine.path(f"/{name}"))
    return layout


def test_the_disk_is_divided_as_the_layout_says(machine: Builders, layout: Layout) -> None:
    table = json.loads(machine.run("/usr/sbin/sfdisk", "--json", "/out/dev/disk"))["partitiontable"]
    assert table["label"] == "gpt"
    found = [(each["start"] * 512, each["size"] * 512, each["type"].lower()) for each in table["partitions"]]
    assert found == [(each.start, each.size, each.type) for each in layout.partitions]
    names = [each["name"] for each in table["partitions"]]
    assert names == ["esp", "visit-laptop_0.1.0.214", "visit-laptop_0.1.0.214", EMPTY, EMPTY, "var"]
    uuids = [each["uuid"].lower() for each in table["partitions"]]
    assert uuids[1:3] == [str(layout.root.uuid), str(layout.verity.uuid)]


def test_the_updater_finds_its_two_slots_on_it(machine: Builders, layout: Layout) -> None:
    disk = update.Disk(machine.path(DISK.device))
    with disk.whole() as whole:
        found = slots_in(read_table(whole, disk.sector).partitions)
    assert [slot.root.label for slot in found] == [layout.root.name, EMPTY]
    assert [slot.verity.label for slot in found] == [layout.verity.name, EMPTY]


def test_what_was_written_verifies_by_the_root_hash_in_the_partitions_names(machine: Builders, layout: Layout) -> None:
    assert layout.root.uuid is not None
    assert layout.verity.uuid is not None
    root_hash = layout.root.uuid.hex + layout.verity.uuid.hex
    size = machine.path("/root.erofs").stat().st_size
    machine.script(
        f"""
        dd if=dev/disk of=a bs=1M skip={layout.root.start >> 20} count=4 status=none
        dd if=dev/disk of=b bs=1M skip={layout.verity.start >> 20} count=4 status=none
        truncate -s {size} a
        veritysetup verify a b {root_hash}
        """
    )
    with pytest.raises(Unavailable, match="failed"):
        machine.script(
            f"printf X | dd of=a bs=1 seek={size // 2} conv=notrunc status=none; veritysetup verify a b {root_hash}"
        )


def test_it_reads_back_as_it_was_written(machine: Builders, layout: Layout) -> None:
    told = machine.run("/usr/bin/sha256sum", "/out/root.erofs").split()[0]
    assert slots.read_back(machine, DISK, layout.root, machine.path("/root.erofs").stat().st_size) == told


def test_the_boot_partition_takes_a_file_system_where_the_layout_has_it(machine: Builders, layout: Layout) -> None:
    place = f"dev/disk@@{layout.esp.start}"
    found = machine.script(
        f"""
        mkfs.vfat -F 32 -n ESP --offset {layout.esp.start // 512} dev/disk {layout.esp.size // 1024} > /dev/null
        mmd -i {place} ::EFI ::EFI/BOOT
        echo loader | mcopy -i {place} - ::EFI/BOOT/BOOTX64.NEW
        mren -i {place} ::EFI/BOOT/BOOTX64.NEW ::EFI/BOOT/BOOTX64.EFI
        mdir -b -i {place} ::EFI/BOOT
        sfdisk --verify --quiet dev/disk
        """
    )
    assert "BOOTX64.EFI" in found


def test_a_volume_that_a_password_opens_is_not_accepted(machine: Builders) -> None:
    machine.script(
        """
        truncate -s 32M volume && head -c 32 /dev/urandom > key
        cryptsetup luksFormat --batch-mode --type luks2 --label visit-var --pbkdf pbkdf2 \\
            --pbkdf-force-iterations 1000 --key-file key volume
        """
    )
    with pytest.raises(Stopped) as caught:
        volumes.sealed_to(machine, "/volume")
    assert "KeyError" in caught.value.detail or "ValueError" in caught.value.detail


def test_what_firmware_keeps_of_a_key_file_is_its_list(machine: Builders) -> None:
    machine.script(
        """
        openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=db -keyout db.key -out db.crt 2> /dev/null
        cert-to-efi-sig-list db.crt db.esl
        sign-efi-sig-list -k db.key -c db.crt db db.esl db.auth > /dev/null
        """
    )
    assert signatures(machine.path("/db.auth").read_bytes()) == machine.path("/db.esl").read_bytes()


def test_a_chip_says_the_same_key_each_time_it_is_asked(machine: Builders) -> None:
    first, second = machine.run("/usr/bin/python3", "-c", EK).split()
    assert first == second
    assert len(first) == 64
