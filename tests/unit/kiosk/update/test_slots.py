"""Which part of the disk runs, and which may be written: told by the root hash, or not at all."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.errors import LockdownError
from kiosk.update.disk import Disk
from kiosk.update.gpt import Partition, read_table, write_table
from kiosk.update.slots import ROOT_KIND, VERITY_KIND, idle_slot, running_hash_in
from tests.fakes.update_disk import DISK, OLD, SECTOR, CutBlocks, Power, PowerCut, make_disk, root_hash

RUNS = root_hash(OLD)


def slots(running: int = 0, *, kinds: tuple[UUID, ...] = (ROOT_KIND, VERITY_KIND) * 2) -> list[Partition]:
    found = [Partition(number, kind, UUID(int=number), 1, 9, "x") for number, kind in enumerate(kinds, 2)]
    halves = UUID(hex=RUNS[:32]), UUID(hex=RUNS[32:])
    for each, half in zip((2 * running, 2 * running + 1), halves, strict=True):
        found[each] = replace(found[each], id=half)
    return found


@pytest.mark.parametrize("running", [0, 1])
def test_the_other_one_is_idle(running: int) -> None:
    assert idle_slot(slots(running), RUNS).root.number == (4 if running == 0 else 2)


def test_when_neither_is_known_to_run_neither_is_written() -> None:
    with pytest.raises(LockdownError):
        idle_slot(slots(), root_hash("another"))


def test_when_only_half_of_one_is_known_to_run_neither_is_written() -> None:
    half = slots()
    half[1] = replace(half[1], id=UUID(int=99))
    with pytest.raises(LockdownError):
        idle_slot(half, RUNS)


def test_when_both_say_that_they_run_neither_is_written() -> None:
    twins = slots()
    twins[2], twins[3] = replace(twins[2], id=twins[0].id), replace(twins[3], id=twins[1].id)
    with pytest.raises(LockdownError):
        idle_slot(twins, RUNS)


def test_a_disk_with_more_or_fewer_roots_is_left_alone() -> None:
    for all_of in (slots()[:2], [*slots(), *slots()[2:]], []):
        with pytest.raises(LockdownError):
            idle_slot(all_of, RUNS)


def test_an_emptied_slot_is_found_by_no_hash_and_is_still_the_idle_one() -> None:
    emptied = idle_slot(slots(), RUNS).holding(root_hash("x"), "visit-laptop_x").emptied()
    assert emptied.is_empty
    assert not emptied.holds(root_hash("x"))
    assert idle_slot([*slots()[:2], emptied.root, emptied.verity], RUNS) == emptied


def test_the_hash_of_what_runs_is_the_kernels_own_word() -> None:
    assert running_hash_in(f"quiet roothash={RUNS} ro") == RUNS
    for line in ("quiet ro", f"roothash={RUNS} roothash={RUNS}", "roothash=abc", f"roothash={RUNS.upper()}"):
        with pytest.raises(LockdownError):
            running_hash_in(line)


def test_a_table_keeps_all_but_names_and_ids(tmp_path: Path) -> None:
    image = tmp_path / "disk.img"
    make_disk(image)
    disk = Disk(image)
    with disk.whole(writable=True) as whole:
        before = read_table(whole, SECTOR)
        new = replace(before.partitions[3], id=UUID(int=7), label="visit-laptop_1.2")
        write_table(whole, before.with_changes({4: new}))
        after = read_table(whole, SECTOR)
    assert after.partitions == (*before.partitions[:3], new, *before.partitions[4:])


def test_a_broken_copy_at_the_beginning_is_put_right_from_the_one_at_the_end(tmp_path: Path) -> None:
    image = tmp_path / "disk.img"
    make_disk(image)
    with image.open("r+b") as file:
        file.seek(2 * SECTOR)
        file.write(b"\xff" * SECTOR)
    with Disk(image).whole(writable=True) as whole:
        table = read_table(whole, SECTOR)
        assert table.own_sector == DISK // SECTOR - 1
        write_table(whole, table)
        assert read_table(whole, SECTOR).own_sector == 1


def test_wherever_the_power_goes_one_copy_is_whole(tmp_path: Path) -> None:
    for goes_at in range(1, 7):
        image = tmp_path / f"{goes_at}.img"
        make_disk(image)
        with Disk(image).whole(writable=True) as whole:
            table = read_table(whole, SECTOR)
            new = table.with_changes({4: replace(table.partitions[3], label="new")})
            with pytest.raises(PowerCut):
                write_table(CutBlocks(whole, Power(goes_at)), new)
            assert read_table(whole, SECTOR).partitions in (table.partitions, new.partitions)


@pytest.mark.parametrize("wrong", [b"", b"\0" * 4096, b"EFI PART" * 512])
def test_what_is_no_table_is_none(tmp_path: Path, wrong: bytes) -> None:
    (tmp_path / "disk.img").write_bytes(wrong.ljust(8192, b"\0"))
    with pytest.raises(LockdownError), Disk(tmp_path / "disk.img").whole() as whole:
        read_table(whole, SECTOR)


def test_nothing_is_written_beyond_the_end_of_a_partition(tmp_path: Path) -> None:
    make_disk(tmp_path / "disk.img")
    disk = Disk(tmp_path / "disk.img")
    with disk.whole() as whole:
        partition = read_table(whole, SECTOR).partitions[2]
    with disk.part(partition) as blocks, pytest.raises(OSError, match="beyond the end"):
        blocks.write(blocks.size - 1, b"ab")
