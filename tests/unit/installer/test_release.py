"""The release manager's hand: a key that nobody else may read, and a manifest of exactly what is in the folder."""

from pathlib import Path

import pytest

from contract.manifest import MANIFEST, keys_in, manifest_in
from installer.release.__main__ import main
from tests.fakes.update_disk import release, root_hash, sha256

NEW = "0.1.0.10"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "release.key"
    assert main(["key", "--key", str(path), "--key-id", "r1"]) == 0
    return path


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "built"
    folder.mkdir()
    for name, content in release(NEW).items():
        (folder / name).write_bytes(content)
    return folder


def sign(folder: Path, key: Path, *more: str, version: str = NEW) -> int:
    said = ["--version", version, "--root-hash", root_hash(NEW), "--key", str(key), *more]
    return main(["sign", str(folder), *said])


def test_what_is_signed_is_taken_by_an_image_that_knows_the_key(key: Path, built: Path) -> None:
    (built / "loader.efi").write_bytes(b"loader")
    assert sign(built, key, "--follows", "0.1.0.5") == 0
    keys = keys_in(key.with_name("release-key.json").read_bytes())
    manifest = manifest_in((built / MANIFEST).read_bytes(), keys)
    assert {name: each.sha256 for name, each in manifest.files.items()} == {
        **{name: sha256(content) for name, content in release(NEW).items()},
        "loader.efi": sha256(b"loader"),
    }
    assert (manifest.version, manifest.least_version_to_come_from) == (NEW, "0.1.0.5")
    assert sign(built, key) == 0  # again: the manifest is no file of the release


def test_the_key_is_its_owners_and_is_never_written_over(
    key: Path, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert key.stat().st_mode & 0o777 == 0o600
    assert main(["key", "--key", str(key), "--key-id", "r1"]) == 1
    assert "never written over" in capsys.readouterr().err
    key.chmod(0o644)
    assert sign(built, key) == 1
    assert "Others may read" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", ["not a version", "1.02"])
def test_what_is_no_release_is_not_signed(key: Path, built: Path, wrong: str) -> None:
    assert sign(built, key, version=wrong) == 1
    assert not (built / MANIFEST).exists()


def test_a_folder_that_lacks_a_file_is_not_signed(key: Path, built: Path) -> None:
    (built / "root.verity").unlink()
    assert sign(built, key) == 1
    assert not (built / MANIFEST).exists()


def test_a_key_that_the_public_half_beside_it_does_not_know_signs_nothing(
    key: Path, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key.with_name("release-key.json").unlink()
    elsewhere = key.parent / "elsewhere"
    elsewhere.mkdir()
    assert main(["key", "--key", str(elsewhere / "release.key"), "--key-id", "r2"]) == 0
    (elsewhere / "release-key.json").rename(key.with_name("release-key.json"))
    assert sign(built, key) == 1
    assert "would not take what it signs" in capsys.readouterr().err
    assert not (built / MANIFEST).exists()


def test_a_locked_key_is_asked_for(key: Path, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = key.parent / "locked" / "release.key"
    locked.parent.mkdir()
    said = iter(["a long sentence", "another", "a long sentence"])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(said))
    assert main(["key", "--key", str(locked), "--key-id", "r3", "--passphrase"]) == 0
    assert sign(built, locked) == 1
    assert sign(built, locked) == 0
