"""Why a camera cannot be opened, by what this machine's own kernel says."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.media.camera_trouble import why_not
from kiosk.scenes import CameraFault
from tests.fakes.devices import needs_root

NOBODYS = os.makedev(240, 77)  # of the majors for local use: no driver has it


@pytest.fixture
def dev() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="visit-test-", dir="/dev") as folder:
        yield Path(folder)


def test_a_node_that_is_not_there_is_an_unplugged_camera(tmp_path: Path) -> None:
    assert why_not(str(tmp_path / "video0")) is CameraFault.UNPLUGGED


@pytest.mark.skipif(not needs_root, reason="only root makes device nodes")
def test_a_node_whose_device_is_gone_is_an_unplugged_camera(dev: Path) -> None:
    node = dev / "video0"
    os.mknod(node, stat.S_IFCHR | 0o600, NOBODYS)
    assert why_not(str(node)) is CameraFault.UNPLUGGED


def test_a_device_that_is_no_camera_is_of_no_use() -> None:
    assert why_not("/dev/null") is CameraFault.UNUSABLE


def test_a_file_or_folder_is_no_camera(tmp_path: Path) -> None:
    (tmp_path / "video0").write_text("no camera")
    assert why_not(str(tmp_path / "video0")) is CameraFault.UNUSABLE
    assert why_not(str(tmp_path)) is CameraFault.SILENT
