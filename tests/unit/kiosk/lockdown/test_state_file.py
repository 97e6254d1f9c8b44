"""A small file, replaced whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from kiosk.lockdown.state_file import only_writer, replace_file


def test_the_file_is_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        replace_file(tmp_path / "a", b"old and long")
        replace_file(tmp_path / "a", b"new")
    finally:
        os.umask(umask)
    assert (tmp_path / "a").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_a_power_cut_left_behind_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".a.new").write_bytes(b"half")
    replace_file(tmp_path / "a", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"new"


def test_what_cannot_be_replaced_stays_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_file(tmp_path / "a", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes files for others")
def test_what_root_writes_belongs_to_the_owner_of_the_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12346)
    replace_file(tmp_path / "a", b"new")
    assert ((tmp_path / "a").stat().st_uid, (tmp_path / "a").stat().st_gid) == (12345, 12346)


def test_one_writer_at_a_time_and_the_next_after_it(tmp_path: Path) -> None:
    for _ in range(2):
        with only_writer(tmp_path):
            replace_file(tmp_path / "a", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
