"""What counts as a kernel image of ours on the boot partition."""

from pathlib import Path

from kiosk.update.boot_folder import BootFolder


def test_an_image_that_a_power_cut_left_empty_is_none(tmp_path: Path) -> None:
    (tmp_path / "visit-laptop_1.0+3.efi").touch()
    (tmp_path / "visit-laptop_0.9.efi").write_bytes(b"MZ")
    assert [image.version for image in BootFolder(tmp_path).images()] == ["0.9"]
