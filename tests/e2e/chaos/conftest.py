"""One X server for all of the chaos, and a fresh house for each."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e.chaos.scene import TABLE, Scene
from tests.e2e.kit.screen import Screen, x_server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of what happened."""
    if TABLE:
        terminalreporter.section("chaos: state | what | END took | outcome")
        for line in TABLE:
            terminalreporter.line(line)


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    with x_server() as screen:
        yield screen


@pytest.fixture
async def scene(tmp_path: Path, screen: Screen) -> AsyncIterator[Scene]:
    scene = Scene(tmp_path, screen)
    yield scene
    await scene.close()
