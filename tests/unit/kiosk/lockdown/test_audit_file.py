"""The bytes on the disk: whole before and whole after, the reserve all or nothing, one writer at a time."""

import errno
import os
from pathlib import Path

import pytest

from kiosk.errors import LockdownError
from kiosk.lockdown.audit_file import Reserve, TrailFile, is_full, lock_folder, replace_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "trail.jsonl"
    found.write_bytes(b"one\ntwo\ntorn")
    return found


def test_what_is_torn_is_written_over_by_what_comes_next(path: Path) -> None:
    file = TrailFile(path, 8)
    file.append(b"3\n")
    assert path.read_bytes() == b"one\ntwo\n3\n"
    assert list(file.lines()) == [b"one\n", b"two\n", b"3\n"]
    file.close()
    file.close()


def test_only_whole_lines_are_read(path: Path) -> None:
    file = TrailFile(path, 8)
    assert list(file.lines()) == [b"one\n", b"two\n"]
    file.close()


def test_what_is_dropped_is_gone_and_the_file_goes_on(path: Path) -> None:
    file = TrailFile(path, 8)
    file.drop_before(4)
    file.append(b"three\n")
    file.close()
    assert path.read_bytes() == b"two\nthree\n"
    assert [each.name for each in path.parent.iterdir()] == ["trail.jsonl"]


def test_a_write_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    file = TrailFile(path, 8)
    file.append(b"three\n")
    file.close()
    broken = TrailFile(path, 14)
    os.close(broken._file)
    broken._file = os.open(path, os.O_RDONLY)
    with pytest.raises(OSError, match="Bad file descriptor"):
        broken.append(b"four\n")
    broken.close()
    assert path.read_bytes() == b"one\ntwo\nthree\n"


def test_a_replaced_file_has_its_mode_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "head.note"
    path.with_name("head.note.new").write_text("left by a crash")
    replace_file(path, b"one")
    replace_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["head.note"]


def test_a_replacement_that_fails_leaves_the_old_and_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "head.note"
    replace_file(path, b"one")
    with pytest.raises(TypeError):
        replace_file(path, None)  # type: ignore[arg-type]  # the write itself fails
    assert [each.name for each in tmp_path.iterdir()] == ["head.note"]
    assert path.read_bytes() == b"one"


def test_a_reserve_takes_its_space_and_gives_it_back(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve", 8192)
    assert reserve.hold()
    assert reserve.hold()
    assert (tmp_path / "reserve").stat().st_blocks * 512 >= 8192
    reserve.release()
    reserve.release()
    assert list(tmp_path.iterdir()) == []


def test_a_reserve_is_all_or_nothing(tmp_path: Path) -> None:
    assert not Reserve(tmp_path / "reserve", 1 << 60).hold()
    assert (tmp_path / "reserve").stat().st_size == 0
    assert not Reserve(tmp_path / "no folder" / "reserve", 1).hold()


def test_a_folder_is_locked_until_it_is_let_go(tmp_path: Path) -> None:
    lock = lock_folder(tmp_path)
    with pytest.raises(LockdownError, match="another guard"):
        lock_folder(tmp_path)
    os.close(lock)
    os.close(lock_folder(tmp_path))


def test_a_quota_counts_as_a_full_disk() -> None:
    assert is_full(OSError(errno.EDQUOT, ""))
    assert not is_full(OSError(errno.EIO, ""))
