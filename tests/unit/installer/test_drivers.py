"""Which drivers an image has: those that are named, with what they need, and none that must never load."""

from pathlib import Path

from installer.image.drivers import blocked, kept, remove_empty

NEEDS = {
    "kernel/sound/pci/snd-hda.ko.xz": ["kernel/sound/snd.ko.xz"],
    "kernel/sound/snd.ko.xz": [],
    "kernel/sound/firewire/snd-isight.ko.xz": ["kernel/sound/snd.ko.xz", "kernel/drivers/firewire/firewire-core.ko.xz"],
    "kernel/drivers/firewire/firewire-core.ko.xz": [],
    "kernel/drivers/usb/storage/usb-storage.ko.xz": [],
}
INSTALLER = Path(__file__).parents[3] / "installer"
MODPROBE = (INSTALLER / "etc/modprobe.d/visit-kiosk.conf").read_text()


def test_what_is_named_comes_with_what_it_needs() -> None:
    assert kept(NEEDS, ["sound/pci/*"]) == {"kernel/sound/pci/snd-hda.ko.xz", "kernel/sound/snd.ko.xz"}


def test_a_driver_that_must_never_load_is_found_when_another_drags_it_in() -> None:
    assert blocked(kept(NEEDS, ["sound/*"]), MODPROBE) == ["kernel/drivers/firewire/firewire-core.ko.xz"]
    assert blocked(kept(NEEDS, ["sound/*", "!sound/firewire/*"]), MODPROBE) == []


def test_usb_storage_is_one_of_them() -> None:
    assert blocked(kept(NEEDS, ["drivers/usb/storage/*"]), MODPROBE)


def test_the_images_own_list_takes_the_ones_back_that_need_firewire() -> None:
    patterns = (INSTALLER / "image/drivers.txt").read_text().splitlines()
    assert blocked(kept(NEEDS, [line for line in patterns if line and not line.startswith("#")]), MODPROBE) == []


def test_folders_of_drivers_that_are_gone_go_too(tmp_path: Path) -> None:
    (tmp_path / "kernel/net/bluetooth/rfcomm").mkdir(parents=True)
    (tmp_path / "kernel/sound").mkdir()
    (tmp_path / "kernel/sound/snd.ko").touch()
    remove_empty(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["kernel", "snd.ko", "sound"]
