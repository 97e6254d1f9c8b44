"""A laptop that is updated by the bench's stick while it does not run: upward, beside what was found good."""

from pathlib import Path

import pytest

from kiosk.errors import LockdownError, Refused
from kiosk.update.at_rest import update_at_rest
from kiosk.update.boot_folder import BootFolder
from kiosk.update.bundle import FolderBundle
from kiosk.update.disk import Disk
from tests.fakes.update_disk import KEYS, NEW, OLD, UpdateLaptop, bundle_in


class Bench:
    def __init__(self, folder: Path) -> None:
        self.folder, self.laptop = folder, UpdateLaptop(folder)

    def updates(self, version: str = NEW) -> str:
        bundle = FolderBundle(bundle_in(self.folder / version, version))
        return update_at_rest(bundle, KEYS, Disk(self.laptop.image), BootFolder(self.laptop.boot), lambda _: None)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_the_new_one_is_beside_the_one_that_was_found_good(bench: Bench) -> None:
    assert "beside 0.1.0.9" in bench.updates()
    assert bench.laptop.starts() == [NEW, OLD]


def test_one_that_is_still_tried_is_written_over_and_the_good_one_stays(bench: Bench) -> None:
    bench.updates()
    bench.updates("0.1.0.11")
    assert bench.laptop.starts() == ["0.1.0.11", OLD]


def test_never_backward(bench: Bench) -> None:
    with pytest.raises(Refused, match="older than"):
        bench.updates("0.1.0.8")
    assert "already" in bench.updates(OLD)


def test_a_disk_that_is_no_laptops_is_left_alone(bench: Bench) -> None:
    (bench.laptop.boot / f"visit-laptop_{OLD}.efi").rename(bench.laptop.boot / f"visit-laptop_{OLD}+2-1.efi")
    before = bench.laptop.image.read_bytes()
    with pytest.raises(LockdownError, match="Install it instead"):
        bench.updates()
    assert bench.laptop.image.read_bytes() == before
