"""What is mounted: holds, each way of losing, unreadable."""

from pathlib import Path

import pytest

from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.storage import Storage
from kiosk.policy.measures import Severity, Verdict
from tests.fakes.laptop_root import MOUNTS, LaptopRoot, lost_with, mounted

TABLE = "/proc/1/mountinfo"


@pytest.fixture
def root(tmp_path: Path) -> LaptopRoot:
    laptop = LaptopRoot(tmp_path)
    mounted(laptop)
    return laptop


@pytest.fixture
def storage(root: LaptopRoot) -> Storage:
    return Storage(root.machine, root.platform)


def test_it_holds_on_a_machine_mounted_as_built(storage: Storage) -> None:
    storage.apply()
    assert finding(storage).verdict is Verdict.HOLDS


@pytest.mark.parametrize("uuid", ["CRYPT-LUKS2-1", "LVM-abc", ""])
def test_a_root_that_is_no_verity_blocks(root: LaptopRoot, storage: Storage, uuid: str) -> None:
    root.put("/sys/dev/block/254:0/dm/uuid", uuid)
    found = finding(storage)
    lost_with(found, "not opened by dm-verity")
    assert found.severity is Severity.BLOCK


def test_a_root_on_a_plain_disk_blocks(root: LaptopRoot, storage: Storage) -> None:
    root.put(TABLE, MOUNTS.replace("254:0", "8:1"))
    lost_with(finding(storage), "device 8:1")


def test_a_root_that_can_be_written_blocks(root: LaptopRoot, storage: Storage) -> None:
    root.put(TABLE, MOUNTS.replace("ro,relatime - ext4 /dev/mapper/root ro", "rw - ext4 /dev/mapper/root rw"))
    lost_with(finding(storage), "/ is mounted without ro")


@pytest.mark.parametrize("place", ["/var", "/tmp", "/run", "/home", "/dev/shm"])
@pytest.mark.parametrize("option", ["nosuid", "nodev", "noexec"])
def test_a_mount_without_an_option_blocks_and_is_named(
    root: LaptopRoot, storage: Storage, place: str, option: str
) -> None:
    lines = [line.replace(option, "x") if f" {place} " in line else line for line in MOUNTS.splitlines()]
    root.put(TABLE, "\n".join(lines))
    lost_with(finding(storage), f"{place} is mounted without {option}")


def test_a_mount_that_is_missing_blocks(root: LaptopRoot, storage: Storage) -> None:
    root.put(TABLE, "\n".join(line for line in MOUNTS.splitlines() if " /tmp " not in line))
    lost_with(finding(storage), "/tmp is not a mount of its own")


def test_what_is_mounted_over_it_is_what_counts(root: LaptopRoot, storage: Storage) -> None:
    root.put(TABLE, MOUNTS + "40 1 0:50 / /tmp rw - tmpfs tmpfs rw\n")
    lost_with(finding(storage), "/tmp is mounted without nosuid,nodev,noexec")


@pytest.mark.parametrize(
    "line",
    [
        "41 1 8:17 / /media/stick rw,nosuid,nodev,noexec - vfat /dev/sdb1 rw",
        "41 1 7:0 / /mnt ro,nosuid,nodev,noexec - squashfs /dev/loop0 ro",
        "41 1 0:60 / /mnt rw,nosuid,nodev - fuse.sshfs x rw",
        "41 1 0:60 / /mnt rw - nfs4 10.0.0.1:/x rw",
        "41 1 0:60 / /usr ro - overlay overlay ro",
    ],
)
def test_any_other_disk_blocks_and_is_named(root: LaptopRoot, storage: Storage, line: str) -> None:
    root.put(TABLE, MOUNTS + line)
    lost_with(finding(storage), f"also mounted: {line.partition(' - ')[2].split()[0]} at {line.split()[4]}")


EFI = "41 1 8:1 / /efi rw,nosuid,nodev,noexec,relatime - vfat /dev/sda1 rw\n"


@pytest.mark.parametrize(
    ("line", "named", "holds"),
    [
        (EFI, "esp", True),
        (EFI, "data", False),
        (EFI.replace(",noexec", ""), "esp", False),
        (EFI.replace("vfat", "ext4"), "esp", False),
        (EFI.replace("/efi", "/boot"), "esp", False),
    ],
)
def test_the_boot_partition_may_be_there_for_an_update_and_nothing_else_in_its_place(
    root: LaptopRoot, storage: Storage, line: str, named: str, holds: bool
) -> None:
    root.put("/sys/dev/block/8:1/uevent", f"DEVTYPE=partition\nPARTN=1\nPARTNAME={named}\n")
    root.put(TABLE, MOUNTS + line)
    assert (finding(storage).verdict is Verdict.HOLDS) is holds


def test_a_space_in_a_place_is_read(root: LaptopRoot, storage: Storage) -> None:
    root.put(TABLE, MOUNTS + "41 1 8:17 / /mnt/my\\040disk rw - vfat /dev/sdb1 rw\n")
    lost_with(finding(storage), "vfat at /mnt/my disk")


@pytest.mark.parametrize("said", ["", "nonsense", "1 2 3"])
def test_a_table_that_is_none_is_lost(root: LaptopRoot, storage: Storage, said: str) -> None:
    root.put(TABLE, said)
    assert finding(storage).is_lost


def test_a_table_that_cannot_be_read_is_lost(root: LaptopRoot, storage: Storage) -> None:
    root.unreadable(TABLE)
    lost_with(finding(storage), "could not look")
