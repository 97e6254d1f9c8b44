"""A released laptop: IT's units are asked for once, and it always ends in a restart."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.lockdown.maintenance import RELEASED, RESTART, Maintenance
from tests.fakes.eventually import eventually

SOON = timedelta(milliseconds=1)
UNITS = Path(__file__).parents[4] / "installer/units"


class Bench:
    """Maintenance, and what it has asked systemd for."""

    def __init__(self, folder: Path, lasts: timedelta = timedelta(minutes=30), *, real: bool = True) -> None:
        self.folder, self.notes = folder, list[str]()
        self.maintenance = Maintenance(folder, lasts, real=real, note=self.notes.append)

    @property
    def asked(self) -> set[str]:
        return {file.name for file in self.folder.iterdir()} if self.folder.is_dir() else set()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.maintenance.close()


async def test_it_begins_and_asks_for_no_restart_yet(bench: Bench) -> None:
    bench.maintenance.begin()
    bench.maintenance.begin()
    assert (bench.asked, bench.notes) == ({RELEASED}, [])


async def test_it_ends_in_a_restart_by_itself(tmp_path: Path) -> None:
    bench = Bench(tmp_path, SOON)
    bench.maintenance.begin()
    await eventually(lambda: RESTART in bench.asked, 5.0, "restart")
    assert bench.notes == ["maintenance_ended"]


async def test_a_guard_that_starts_again_gives_no_more_time(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.maintenance.begin(since_s=30 * 60)
    await eventually(lambda: RESTART in bench.asked, 5.0, "restart")


async def test_the_power_button_ends_it_at_once(bench: Bench) -> None:
    bench.maintenance.begin()
    bench.maintenance.restart()
    assert bench.asked == {RELEASED, RESTART}


async def test_a_folder_that_cannot_be_written_leaves_the_laptop_out_of_service(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "gone")
    bench.maintenance.begin()
    bench.maintenance.restart()
    bench.maintenance.close()
    assert bench.notes == ["maintenance_ended"]


async def test_a_demo_is_never_restarted(tmp_path: Path) -> None:
    bench = Bench(tmp_path, SOON, real=False)
    bench.maintenance.begin()
    await eventually(lambda: bench.notes == ["maintenance_ended"], 5.0, "ended")
    assert bench.asked == set()


async def test_a_guard_that_stops_forgets_the_timer(bench: Bench) -> None:
    bench.maintenance.begin()
    bench.maintenance.close()
    bench.maintenance.close()
    assert bench.asked == {RELEASED}


@pytest.mark.parametrize(("name", "path"), [("visit-maintenance.path", RELEASED), ("visit-restart.path", RESTART)])
def test_systemd_watches_for_the_very_files(name: str, path: str) -> None:
    assert f"PathExists=/run/visit-kiosk/{path}\n" in (UNITS / name).read_text()
