"""A running service with a demo day: one call due at noon UTC, which is the fake clock's time."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from contract.media import Received
from contract.visitor_link import VisitorCall
from contract.words import Presence
from tests.fakes.visits import NOON, FakeServiceClock
from tests.integration.service.harness import Browser, Running, laptop, running
from visits.cli.opened import opened
from visits.demo_data.seed import Seeded, Wish, seed

StillServed = Callable[[], Awaitable[None]]


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


@pytest.fixture
async def still_served(service: Running, seeded: Seeded) -> AsyncIterator[StillServed]:
    """A good laptop and a good visitor, connected throughout; calling it proves that both are still served."""
    browser = Browser(service, seeded.due.link)
    await browser.claim()
    async with laptop(service, seeded.laptop) as prison, browser.page() as family:
        await prison.hello()
        await family.hello()
        await family.ready()
        await prison.presence(Presence.WAITING)
        turn = 0

        async def check() -> None:
            nonlocal turn
            turn += 1
            booking_id = seeded.due.booking_id
            await prison.call(booking_id, "live", talk_ms=turn)
            assert (await family.hear_a(VisitorCall)).talk_ms == turn
            await family.say("received", booking_id=booking_id, session="session-1", video_frames=turn, audio_ms=0)
            assert (await prison.hear_a(Received)).video_frames == turn

        yield check
