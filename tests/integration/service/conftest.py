"""A running service with a demo day: one call due at noon UTC, which is the fake clock's time."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.visits import NOON, FakeServiceClock
from tests.integration.service.harness import Running, running
from visits.cli.opened import opened
from visits.demo_data.seed import Seeded, Wish, seed


@pytest.fixture(scope="session")
def demo_day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Seeded]:
    """Made once and copied for each test: migrating takes most of a test's time."""
    file = tmp_path_factory.mktemp("demo-day") / "visits.db"
    with opened(file) as database:
        return file, database.write(seed, Wish(timedelta(0), timedelta(minutes=30)), NOON)


@pytest.fixture
def clock() -> FakeServiceClock:
    return FakeServiceClock()


@pytest.fixture
def file(tmp_path: Path, demo_day: tuple[Path, Seeded]) -> Path:
    return Path(shutil.copy(demo_day[0], tmp_path / "visits.db"))


@pytest.fixture
def seeded(demo_day: tuple[Path, Seeded]) -> Seeded:
    return demo_day[1]


@pytest.fixture
async def service(file: Path, clock: FakeServiceClock) -> AsyncIterator[Running]:
    async with running(file, clock) as started:
        yield started
