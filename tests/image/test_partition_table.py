"""A partition table that Debian's sfdisk wrote, changed by an update, and judged by sfdisk again."""

import json
import subprocess
from pathlib import Path

import pytest

from kiosk.update.disk import Disk
from kiosk.update.gpt import read_table, write_table
from kiosk.update.slots import idle_slot
from tests.fakes.update_disk import SECTOR, root_hash

BUILDER = str(Path(__file__).parents[2] / "installer/builder/run")
WITHIN_S = 1200  # the builder is made where it is missing
RUNS, NEW = root_hash("0.1.0.9"), root_hash("0.1.0.10")
TABLE = f"""label: gpt
size=8M, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=esp
size=8M, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, uuid={RUNS[:8]}-{RUNS[8:12]}-{RUNS[12:16]}-{RUNS[16:20]}-{RUNS[20:32]}, name=visit-laptop_0.1.0.9
size=2M, type=2C7357ED-EBD2-46D9-AEC1-23D437EC2BF5, uuid={RUNS[32:40]}-{RUNS[40:44]}-{RUNS[44:48]}-{RUNS[48:52]}-{RUNS[52:]}, name=visit-laptop_0.1.0.9
size=8M, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=_empty
size=2M, type=2C7357ED-EBD2-46D9-AEC1-23D437EC2BF5, name=_empty
type=4D21B016-B534-45C2-A9FB-5C16E091FD2D, name=var
"""  # noqa: E501 - as sfdisk reads it

pytestmark = [pytest.mark.image, pytest.mark.timeout(WITHIN_S)]


def in_builder(folder: Path, command: str, given: str = "") -> str:
    done = subprocess.run(
        [BUILDER, "sh", "-c", command], input=given, capture_output=True, text=True, check=True,
        env={"OUT": str(folder), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(Path.home())},
    )  # fmt: skip
    return done.stdout + done.stderr


def dumped(folder: Path) -> dict[str, str]:
    said = in_builder(folder, "sfdisk --json /out/disk.img 2> /dev/null")
    parts = json.loads(said)["partitiontable"]["partitions"]
    return {each["name"] + "|" + each["uuid"].lower().replace("-", ""): each["start"] for each in parts}


def test_what_an_update_writes_is_a_table_to_sfdisk_too(tmp_path: Path) -> None:
    in_builder(tmp_path, "truncate -s 64M /out/disk.img && sfdisk --quiet /out/disk.img", TABLE)
    before = dumped(tmp_path)
    with Disk(tmp_path / "disk.img").whole(writable=True) as whole:
        table = read_table(whole, SECTOR)
        slot = idle_slot(table.partitions, RUNS).holding(NEW, "visit-laptop_0.1.0.10")
        write_table(whole, table.with_changes(slot.changes))
    after = dumped(tmp_path)
    assert {f"visit-laptop_0.1.0.10|{NEW[:32]}", f"visit-laptop_0.1.0.10|{NEW[32:]}"} == set(after) - set(before)
    assert sorted(after.values()) == sorted(before.values())
    assert "No errors detected" in in_builder(tmp_path, "sfdisk --verify /out/disk.img")


def test_the_copy_that_an_update_writes_at_the_end_is_enough(tmp_path: Path) -> None:
    in_builder(tmp_path, "truncate -s 64M /out/disk.img && sfdisk --quiet /out/disk.img", TABLE)
    with Disk(tmp_path / "disk.img").whole(writable=True) as whole:
        table = read_table(whole, SECTOR)
        slot = idle_slot(table.partitions, RUNS).holding(NEW, "visit-laptop_0.1.0.10")
        write_table(whole, table.with_changes(slot.changes))
        whole.write(SECTOR, bytes(33 * SECTOR))
    assert f"visit-laptop_0.1.0.10|{NEW[:32]}" in dumped(tmp_path)
