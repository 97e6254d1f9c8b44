"""Tier I: a good release is fetched, tried and blessed; one that does not become healthy is given up by itself."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.conftest import START_S
from tests.image.kit import looks
from tests.image.kit.call import READY_S
from tests.image.kit.dilation import ours
from tests.image.kit.release import newer, update_stick, version
from tests.image.kit.site import Site, visits
from tests.image.kit.table import Table
from tests.image.kit.trail import since
from tests.image.kit.vm import STICK, Vm, eventually, overlaid

pytestmark = [pytest.mark.image, pytest.mark.image_full, pytest.mark.slow, pytest.mark.timeout(5400)]
UPDATE_S = 1500.0
RECORDED_S = ours(60)  # the guard looks for news of an update every half minute
ENDED = "Take the stick out.", "STOPPED"
# How far an update is, in Python of the laptop's: `state` is its update.json, `starts` the folder that is started from.
TEN_POINTS = {
    "it is known which comes": "state.get('coming')",
    "a first part of the root is written": "written > 0",
    "a quarter of it": "written > size / 4",
    "half of it": "written > size / 2",
    "three quarters of it": "written > size * 3 / 4",
    "all of it": "written == size",
    "the hash tree is written": "'root.verity' in state['written']",
    "it is named": "state.get('trying')",
    "its start is being written": "state.get('trying') and '.visit-laptop.new' in starts",
    "its start has its name": "any('+3' in name for name in starts)",
}
COMES_TO = """
import json, os, time
until = time.monotonic() + 30
size = {size}
def how_far():
    try:
        return json.load(open('/var/lib/visit-kiosk/update.json'))
    except OSError:
        return {{}}
found = False
while not found and time.monotonic() < until:
    state, starts = how_far(), os.listdir('/efi/EFI/Linux')
    written = state.get('written', {{}}).get('root.erofs', 0)
    found = bool({point})
    time.sleep(0 if found else 0.01)
print(found)
"""
BAD = {"visit-shell.service.d/bad.conf": "[Service]\nExecStart=\nExecStart=/usr/bin/false\n"}


@pytest.fixture
def vm(laptop: Vm, tmp_path: Path) -> Iterator[Vm]:
    """The installed laptop, started, and blessed where it is."""
    with overlaid(laptop, tmp_path / "laptop").on() as vm:
        assert healthy(vm)
        yield vm


def healthy(vm: Vm) -> bool:
    """Whether this start is found good. (`boot-complete.target` is part only of a start whose tries are counted.)"""
    return eventually(lambda: vm.is_up(5) and looks.is_active(vm, "visit-health.service"), START_S, 3)


def running_version(vm: Vm) -> str:
    (found,) = re.findall(r"IMAGE_VERSION=(\S+)", vm.python("print(open('/usr/lib/os-release').read())"))
    return str(found)


def start_names(vm: Vm) -> list[str]:
    return vm.python("import os; print(*sorted(os.listdir('/efi/EFI/Linux')))").split()


def give(vm: Vm, site: Site, folder: Path) -> None:
    """Add the release to the service, and have the laptop look for it."""
    offer(vm, site, folder)
    look_for_it(vm)


def offer(vm: Vm, site: Site, folder: Path) -> None:
    """Add the release to the service."""
    key = vm.python("print(open('/usr/lib/visit-kiosk/release-key.json').read())")
    (site.folder / "release-key.json").write_text(key)
    visits(site.folder, "update", "add", str(folder), "--release-key", str(site.folder / "release-key.json"))


def look_for_it(vm: Vm) -> None:
    """The timer comes only every hour."""
    vm.run("systemctl", "start", "--no-block", "visit-update.service")


def test_a_good_release_is_fetched_tried_and_blessed(vm: Vm, site: Site, table: Table) -> None:
    before = running_version(vm)
    give(vm, site, newer("good", {}))
    assert vm.happened("RESET", UPDATE_S), vm.run("journalctl", "-u", "visit-update.service", "--no-pager")
    assert healthy(vm)
    assert running_version(vm) != before
    assert eventually(lambda: f"visit-laptop_{version()}.1.efi" in start_names(vm), 60), start_names(vm)
    table.seen("a signed release", "—", "fetched, written beside, tried, blessed", "—")


def test_the_benchs_stick_updates_a_laptop_and_installs_nothing(laptop: Vm, tmp_path: Path, table: Table) -> None:
    vm = overlaid(laptop, tmp_path / "laptop")
    with vm.on():
        assert healthy(vm)
    subprocess.run(["cp", "--sparse=always", update_stick("stick"), vm.folder / "stick.raw"], check=True)
    with vm.on(*STICK, memory_mb=3072):
        assert eventually(lambda: any(word in looks.console_words(vm, 20) for word in ENDED), UPDATE_S, 3)
        assert "Take the stick out." in (said := looks.console_words(vm)), said
        vm.picture("updated")
    with vm.on():
        assert healthy(vm)
        assert running_version(vm) == f"{version()}.1"
    table.seen("a signed release on the bench's stick", "—", "written beside, tried; nothing is installed", "—")


def comes_to(vm: Vm, point: str, size: int) -> bool:
    """Whether an update gets so far; it is begun again where it may not have been the time for it."""

    def is_there() -> bool:
        look_for_it(vm)
        return vm.python(COMES_TO.format(point=point, size=size), ours(60)).strip() == "True"

    return eventually(is_there, UPDATE_S, 0)


@pytest.mark.timeout(9000)
def test_power_cut_at_ten_points_of_an_update_only_makes_it_longer(
    laptop: Vm, site: Site, tmp_path: Path, table: Table
) -> None:
    """QEMU is killed: what the machine had not yet handed to its disk is gone."""
    folder, vm = newer("cut", {}), overlaid(laptop, tmp_path / "laptop")
    size = (folder / "root.erofs").stat().st_size
    for number, point in enumerate(TEN_POINTS.values()):
        with vm.on():
            assert healthy(vm), point
            assert running_version(vm) == version(), point
            if number == 0:
                offer(vm, site, folder)
            assert eventually(lambda: looks.is_ready(vm), READY_S, 5), point
            assert comes_to(vm, point, size), point
    with vm.on():
        assert eventually(lambda: vm.is_up(5), START_S)
        if running_version(vm) == version():  # its start had no name on the disk yet, or was empty there
            assert healthy(vm)
            assert eventually(lambda: looks.is_ready(vm), READY_S, 5)
            look_for_it(vm)
            assert vm.happened("RESET", UPDATE_S)
        assert eventually(lambda: vm.is_up(5) and running_version(vm) == f"{version()}.1", START_S, 3)
    with vm.on():
        assert healthy(vm)
        assert running_version(vm) == f"{version()}.1"
        assert eventually(lambda: since(vm, 0, "updated") != [], RECORDED_S, 5)
    table.seen(
        "power cut at ten points of an update, and in its first start", "slots, names, boot counting",
        "the old version starts again, the update goes on", "-",
    )  # fmt: skip


@pytest.mark.attack("bad-update")
def test_a_release_that_is_not_healthy_is_given_up_by_itself(vm: Vm, site: Site, table: Table) -> None:
    before = running_version(vm)
    give(vm, site, newer("bad", BAD))
    assert vm.happened("RESET", UPDATE_S), vm.run("journalctl", "-u", "visit-update.service", "--no-pager")
    assert eventually(lambda: vm.is_up(5) and running_version(vm) == before and healthy(vm), 3600, 5)
    assert eventually(lambda: since(vm, 0, "update_failed") != [], RECORDED_S, 5)
    table.seen(
        "a signed release whose screen never comes", "boot counting, health", "falls back by itself", "see above"
    )
