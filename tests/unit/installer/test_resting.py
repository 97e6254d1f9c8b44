"""A stick for updates: the release goes beside the one that is there, and nothing else is touched."""

from pathlib import Path

import pytest

from installer.station.install import Ended
from tests.fakes.bench import OnTheBench
from tests.fakes.update_disk import KEYS, NEW, OLD, UpdateLaptop, bundle_in


@pytest.fixture
def bench(tmp_path: Path) -> OnTheBench:
    bench = OnTheBench(tmp_path / "bench")
    (bench.stick / "site.toml").unlink()
    (bench.stick / "update-only").touch()
    bench.laptop.put("/usr/lib/visit-kiosk/release-key.json", KEYS.model_dump_json())
    return bench


@pytest.fixture
def installed(bench: OnTheBench, tmp_path: Path) -> UpdateLaptop:
    """The laptop's disk, with a version on it that was found good."""
    (tmp_path / "disk").mkdir()
    installed = UpdateLaptop(tmp_path / "disk")
    bench.laptop.path("/dev/vda").unlink()
    bench.laptop.path("/dev/vda").symlink_to(installed.image)
    bench.laptop.path("/parts/1/EFI").mkdir(parents=True)
    bench.laptop.path("/parts/1/EFI/Linux").symlink_to(installed.boot)
    return installed


def carries(bench: OnTheBench, version: str) -> None:
    (bench.stick / "release").rename(bench.stick / "old")
    bundle_in(bench.stick / "new", version).rename(bench.stick / "release")


def test_a_newer_release_is_written_beside_the_one_that_runs(bench: OnTheBench, installed: UpdateLaptop) -> None:
    carries(bench, NEW)
    assert bench.run() is Ended.UPDATED
    assert installed.starts() == [NEW, OLD]
    assert "It is tried at the next start." in bench.last_words
    assert not [each for each in bench.laptop.ran if each[0].endswith(("sfdisk", "cryptsetup", "systemd-cryptsetup"))]


def test_an_older_one_is_refused_and_the_laptop_starts_as_before(bench: OnTheBench, installed: UpdateLaptop) -> None:
    carries(bench, "0.1.0.8")
    assert bench.run() is Ended.STOPPED
    assert "STOPPED E63" in bench.last_words
    assert installed.starts() == [OLD]


def test_a_bare_laptop_is_not_installed_by_it(bench: OnTheBench) -> None:
    assert bench.run() is Ended.STOPPED
    assert bench.laptop.starts == "old"
