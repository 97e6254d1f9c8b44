"""A service and a laptop for each test, without a screen or sound; all slow."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.kit.house import House
from tests.e2e.trust.laptop import Laptop


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/e2e/trust/" in item.path.as_posix():
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(400))  # six waits of a minute


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A service with a laptop on its list, and a call for it tomorrow."""
    house = House(tmp_path, None, {}, fresh=True)
    await house.book(starts_in_s=86_400)
    await house.start_service()
    yield house
    await house.close()


@pytest.fixture
async def laptop(tmp_path: Path, house: House) -> AsyncIterator[Laptop]:
    laptop = Laptop(tmp_path / "laptop", house)
    yield laptop
    await laptop.stops()


@pytest.fixture
async def thief(tmp_path: Path, house: House) -> AsyncIterator[Laptop]:
    """Another machine."""
    thief = Laptop(tmp_path / "thief", house)
    yield thief
    await thief.stops()
