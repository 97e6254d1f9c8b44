"""What the tests of the image share: a site, an installed laptop, one that has started, and the table they fill in."""

import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.kit.family import Family
from tests.image.kit import looks
from tests.image.kit.installed import install
from tests.image.kit.people import outside
from tests.image.kit.screen import is_dark
from tests.image.kit.site import Site
from tests.image.kit.table import Table
from tests.image.kit.vm import FREEZABLE, ROOT, Vm, eventually, in_builder, overlaid
from tests.image.kit.wire import CAPTURE

START_S: Final = 420.0
UNTIL: Final = float(os.environ.get("VISIT_IMAGE_TESTS_UNTIL", "inf"))  # in seconds since 1970; CI has an hour
INSTALLED_IN_S: Final = 660.0  # and started, as a rule
STARTED_IN_S: Final = 300.0
CALM: Final = 3  # times that all measures hold: while everything starts, an emulated machine may be late to look again
SEEN: Final = ROOT / "build" / "image-test" / "attacks.md"
FIRST: Final = ("test_laptop", "test_call", "test_attacks", "test_confined")
LAST: Final = ("test_faults", "test_network_start")  # others are enrolled by the same name: the first one's ends
TABLE: Final = Table()
# What somebody could have put there before it was switched on, and what firmware may say to whoever listens.
# No keyboard: QEMU would send it all keys that are pressed.
TAMPERED: Final = (
    "-drive", "file=/out/foreign.raw,format=raw,if=none,id=foreign",
    "-device", "usb-storage,bus=xhci.0,drive=foreign,removable=on",
    "-device", "usb-mouse,bus=xhci.0,id=foreign-mouse",
    "-smbios", "type=11,value=io.systemd.credential:passwd.hashed-password.root=x",
    "-fw_cfg", "name=opt/io.systemd.credentials/from-outside,string=x",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What matters most comes first: there may not be time for all."""
    here = [item for item in items if item.path.parent == Path(__file__).parent]
    if len(here) == len(items):
        items.sort(key=lambda item: _turn(item.path.stem))


def _turn(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST) + (name in LAST)


def pytest_runtest_setup(item: pytest.Item) -> None:
    takes = item.get_closest_marker("takes")
    _skip_unless_there_is_time(float(takes.args[0]) if takes else 30)


def _skip_unless_there_is_time(needed_s: float = 0) -> None:
    if time.time() + needed_s > UNTIL:
        pytest.skip("there is no time left for this one: `make image-test` runs it")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site.open(tmp_path_factory.mktemp("site") / "site") as site:
        yield site


@pytest.fixture(scope="session")
def laptop(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Vm:
    """Installed by the stick, and switched off."""
    _skip_unless_there_is_time(INSTALLED_IN_S)
    return install(tmp_path_factory.mktemp("laptop") / "laptop", site)


@pytest.fixture(scope="session")
def started(laptop: Vm, tmp_path_factory: pytest.TempPathFactory) -> Vm:
    """Frozen with its first picture on the screen, started with foreign things plugged in."""
    _skip_unless_there_is_time(STARTED_IN_S)
    vm = overlaid(laptop, tmp_path_factory.mktemp("started") / "laptop")
    in_builder(vm.folder, "truncate", "-s", "16M", "/out/foreign.raw")
    with vm.on(*TAMPERED, disk=FREEZABLE):
        assert eventually(lambda: not is_dark(vm.picture("first")), START_S, 2), "the screen stayed dark"
        for _ in range(CALM):
            calm = eventually(lambda: looks.is_locked_down(vm), START_S, 5)
            assert calm, vm.run("/usr/bin/kiosk", "check", may_fail=True)
        vm.freeze()
    return vm


@pytest.fixture
def thaw(started: Vm, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], AbstractContextManager[Vm]]:
    """The started one, going on; what is done to it is gone with it. As often as one likes."""
    return lambda: started.thawed(tmp_path_factory.mktemp("running") / "laptop", *TAMPERED, *CAPTURE)


@pytest.fixture
def running(thaw: Callable[[], AbstractContextManager[Vm]]) -> Iterator[Vm]:
    """The same, once."""
    with thaw() as vm:
        yield vm


@pytest.fixture
async def people(tmp_path: Path) -> AsyncIterator[Family]:
    """The family, outside."""
    async with outside(tmp_path) as people:
        yield people


@pytest.fixture
def table() -> Table:
    return TABLE


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TABLE.rows:
        TABLE.write(SEEN)
        terminalreporter.write_line("\n".join(TABLE.lines()))
