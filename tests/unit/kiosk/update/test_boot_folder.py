"""What counts as a kernel image of ours on the boot partition; a new name is on the disk with what it names."""

import os
from pathlib import Path

import pytest

from kiosk.update.boot_folder import BootFolder, rename_synced


def test_an_image_that_a_power_cut_left_empty_is_none_and_goes(tmp_path: Path) -> None:
    (tmp_path / "visit-laptop_1.0+3.efi").touch()
    (tmp_path / "visit-laptop_0.9+3.efi").touch()
    (tmp_path / "visit-laptop_0.9.efi").write_bytes(b"MZ")
    boot = BootFolder(tmp_path)
    assert [image.name for image in boot.images()] == ["visit-laptop_0.9.efi"]
    boot.drop_all_but("0.9")
    assert [each.name for each in tmp_path.iterdir()] == ["visit-laptop_0.9.efi"]


def test_a_renamed_file_is_synced_under_its_new_name_and_then_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(Path(f"/proc/self/fd/{descriptor}").readlink()))
    (tmp_path / "old").write_bytes(b"MZ")
    rename_synced(tmp_path / "old", tmp_path / "new")
    assert synced == [tmp_path / "new", tmp_path]
    assert [each.name for each in tmp_path.iterdir()] == ["new"]
