"""The installer's parts one by one: the layout, which disk, what is built in, keys in the firmware, the screen."""

from pathlib import Path

import pytest

from installer.station.disks import Disk, only_disk
from installer.station.faults import Fault, Stopped
from installer.station.firmware import SecureBoot, secure_boot, set_keys, signatures
from installer.station.layout import ALIGNED, LEAST_DISK, LEAST_VAR, layout_of, script
from installer.station.own_devices import built_in
from installer.station.screen import WIDTH, Screen
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measures.boot import GLOBAL
from kiosk.lockdown.usb_rules import Use
from tests.fakes.bench import FakeLaptop, auth
from tests.fakes.usb_laptop import HEADSET, STICK

KEYS = {name: auth(name) for name in ("db", "KEK", "PK")}
ROOT_HASH = "0123456789abcdef" * 4


@pytest.fixture
def laptop(tmp_path: Path) -> FakeLaptop:
    return FakeLaptop(tmp_path)


@pytest.mark.parametrize("size", [LEAST_DISK, LEAST_DISK + 512 * 12345, 512_110_190_592])
def test_partitions_lie_one_after_another_aligned_and_leave_room_for_the_second_table(size: int) -> None:
    layout = layout_of(size, "0.1.0.214", ROOT_HASH)
    at = ALIGNED
    for each in layout.partitions:
        assert each.start == at
        assert each.size % ALIGNED == 0
        at += each.size
    assert size - 2 * ALIGNED < at <= size - ALIGNED
    assert layout.var.size >= LEAST_VAR


def test_the_first_slot_is_found_by_the_root_hash_and_the_second_is_empty() -> None:
    lines = script(layout_of(LEAST_DISK, "0.1.0.214", ROOT_HASH)).splitlines()
    assert lines[0] == "label: gpt"
    assert 'name="visit-laptop_0.1.0.214", uuid=01234567-89ab-cdef-0123-456789abcdef' in lines[3]
    assert [line.endswith('name="_empty"') for line in lines[5:7]] == [True, True]


def test_a_disk_that_is_too_small_has_no_layout() -> None:
    with pytest.raises(ValueError, match="are needed"):
        layout_of(LEAST_DISK - 1, "1", ROOT_HASH)


@pytest.mark.parametrize(("name", "first"), [("vda", "/dev/vda1"), ("nvme0n1", "/dev/nvme0n1p1")])
def test_a_partition_is_named_as_the_kernel_does(name: str, first: str) -> None:
    assert Disk(name, 1).partition(1) == first


@pytest.mark.parametrize("name", ["loop0", "sr0", "dm-0", "ram0", "mmcblk0boot0", "zram0", "md0"])
def test_what_is_no_disk_is_not_counted(laptop: FakeLaptop, name: str) -> None:
    laptop.disk(name, LEAST_DISK)
    assert only_disk(laptop).name == "vda"


def test_a_disk_on_usb_is_not_inside_though_it_says_that_it_cannot_be_taken_out(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    place = tmp_path / "sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/block/sda"
    place.mkdir(parents=True)
    (place / "size").write_text(f"{LEAST_DISK // 512}\n")
    (tmp_path / "sys/block").mkdir()
    (tmp_path / "sys/block/sda").symlink_to("../devices/pci0000:00/0000:00:14.0/usb1/1-1/block/sda")
    with pytest.raises(Stopped) as caught:
        only_disk(machine)
    assert caught.value.fault is Fault.NO_DISK


@pytest.mark.parametrize(
    ("descriptors", "interface_class", "removable", "is_built_in"),
    [
        (HEADSET, "01", "fixed", True),
        (HEADSET, "01", "unknown", False),
        (HEADSET, "03", "unknown", False),
        (HEADSET, "0e", "unknown", True),
        (HEADSET, "0e", "removable", False),
        (STICK, "08", "fixed", False),
        (STICK, "08", "unknown", False),
    ],
)
def test_only_what_no_hand_can_unplug_is_let_in_later(
    laptop: FakeLaptop, descriptors: bytes, interface_class: str, removable: str, is_built_in: bool
) -> None:
    laptop.plug("1-7", descriptors, interface_class, removable)
    assert ("1-7" in {each.port for each in built_in(laptop).device}) is is_built_in


def test_what_hangs_on_a_removable_hub_is_removable(laptop: FakeLaptop) -> None:
    laptop.plug("1-2", HEADSET, "09", "removable")
    laptop.plug("1-2.1", HEADSET, "0e", "fixed")
    assert "1-2.1" not in {each.port for each in built_in(laptop).device}


def test_a_built_in_touch_screen_is_for_input(laptop: FakeLaptop) -> None:
    laptop.plug("1-8", HEADSET, "03", "fixed")
    assert {each.port: each.use for each in built_in(laptop).device}["1-8"] is Use.INPUT


def test_what_a_variable_holds_later_comes_after_the_signature() -> None:
    assert signatures(auth("db")) == b"the list db"


def test_in_setup_mode_keys_are_set_with_pk_last_and_count_after_a_restart(laptop: FakeLaptop) -> None:
    assert secure_boot(laptop, KEYS) is SecureBoot.SETUP
    set_keys(laptop, KEYS, laptop.write_variable)
    laptop.starts_again()
    assert secure_boot(laptop, KEYS) is SecureBoot.OURS


def test_firmware_that_keeps_other_keys_than_it_was_given_is_told(laptop: FakeLaptop) -> None:
    with pytest.raises(Stopped) as caught:
        set_keys(laptop, KEYS, lambda machine, place, content: laptop.variable(place, b"something else"))
    assert caught.value.fault is Fault.KEYS_FAULT


def test_keys_with_one_more_in_db_are_not_ours(laptop: FakeLaptop) -> None:
    set_keys(laptop, KEYS, laptop.write_variable)
    laptop.starts_again()
    laptop.variable("db-d719b2cb-3d3a-4596-a3bc-dad00e67656f", b"the list dbthe list of somebody")
    with pytest.raises(Stopped) as caught:
        secure_boot(laptop, KEYS)
    assert caught.value.fault is Fault.OTHER_KEYS


def test_the_next_start_is_from_the_stick(laptop: FakeLaptop) -> None:
    from installer.station.firmware import start_again_from_here, value

    assert start_again_from_here(laptop, laptop.write_variable)
    assert value(laptop, f"BootNext-{GLOBAL}") == b"\5\0"


def test_the_last_words_are_red_with_a_code_and_fit_the_screen() -> None:
    said: list[str] = []
    Screen(said.append).bad(Stopped(Fault.TWO_DISKS, "They are " + "nvme0n1 (a very long name of a model) " * 4))
    assert any("STOPPED E11" in line for line in said)
    assert all(line.startswith("\x1b[1;37;41m") and line.endswith("\x1b[0m") for line in said)
    assert {len(line) for line in said} == {WIDTH + len("\x1b[1;37;41m\x1b[0m")}
