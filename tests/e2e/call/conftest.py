"""One screen and one sound server for all; for each test a fresh house and a fresh family."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e.kit.clips import write_picture, write_tone
from tests.e2e.kit.family import Family, family
from tests.e2e.kit.house import House
from tests.e2e.kit.screen import Screen, x_server
from tests.e2e.kit.sound import SoundServer, sound_server

FAMILY_HERTZ = 1000.0
PRISON_HERTZ = 700.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e/call/" in item.path.as_posix():
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    write_picture(folder / "family.y4m")
    write_tone(folder / "family.wav", FAMILY_HERTZ)
    write_tone(folder / "prison.wav", PRISON_HERTZ, seconds=150)
    return folder


@pytest.fixture
def screen() -> Iterator[Screen]:
    with x_server() as screen:
        yield screen


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundServer]:
    with sound_server(tmp_path_factory.mktemp("sound")) as server:
        yield server


@pytest.fixture
async def house(tmp_path: Path, screen: Screen, sound: SoundServer) -> AsyncIterator[House]:
    house = House(tmp_path, screen, sound.env)
    yield house
    await house.close()


@pytest.fixture
async def people(clips: Path, sound: SoundServer) -> AsyncIterator[Family]:
    async with family(clips / "family.y4m", clips / "family.wav", sound.phone_env) as people:
        yield people
