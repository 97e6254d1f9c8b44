"""A laptop with a real guard, ended whatever the test comes to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.guard.laptop import Laptop


@pytest.fixture
async def laptop(tmp_path: Path) -> AsyncIterator[Laptop]:
    laptop = Laptop(tmp_path)
    yield laptop
    await laptop.close()
