"""A bundle in a tar: only plain files by their exact names are read, and a broken one says so."""

import io
import tarfile
from pathlib import Path

import pytest

from contract.manifest import MANIFEST, ROOT
from kiosk.errors import Unavailable
from kiosk.update.bundle import FolderBundle, TarBundle, bundle_at
from tests.fakes.update_disk import NEW, bundle_in, release


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bundle_in(tmp_path / "bundle", NEW)


def packed(folder: Path, path: Path) -> Path:
    with tarfile.open(path, "w") as tar:
        tar.add(folder, ".")
    return path


def test_a_tar_reads_like_its_folder(folder: Path, tmp_path: Path) -> None:
    tar = bundle_at(packed(folder, tmp_path / "release.tar"))
    assert tar.manifest() == FolderBundle(folder).manifest()
    assert b"".join(tar.read(ROOT, 60_000)) == release(NEW)[ROOT][60_000:]
    assert list(tar.read("other", 0)) == []


def test_a_link_in_a_tar_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "wrong.tar"
    with tarfile.open(path, "w") as tar:
        link = tarfile.TarInfo(MANIFEST)
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
        long = tarfile.TarInfo("../manifest.jws")
        long.size = 3
        tar.addfile(long, io.BytesIO(b"abc"))
    with pytest.raises(Unavailable, match=r"no manifest\.jws"):
        TarBundle(path).manifest()


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b" + b"x" * 600, b"PK\3\4" * 300])
def test_what_is_no_tar_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(Unavailable):
        TarBundle(tmp_path / "x").manifest()


def test_a_place_where_nothing_is_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        bundle_at(tmp_path / "nowhere").manifest()
