"""The demo on a real screen, and with a person's browser in place of the built-in visitor."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.kit.clips import write_picture, write_tone
from tests.e2e.kit.family import family
from tests.e2e.kit.picture import colour_on
from tests.e2e.kit.process import Process
from tests.e2e.kit.screen import Screen, x_server
from tests.fakes.eventually import eventually, within

WAYLAND_OFF = {"WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": "xcb"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def screen() -> Iterator[Screen]:
    with x_server() as screen:
        yield screen


async def demo(folder: Path, screen: Screen, *options: str) -> Process:
    env = {**WAYLAND_OFF, "DISPLAY": screen.display}
    return await Process.python(folder / "demo.log", "demo", *options, "--report", str(folder / "report.json"), env=env)


def told(folder: Path) -> tuple[str, str, list[str]]:
    report = json.loads((folder / "report.json").read_text())
    return report["outcome"], report["ended_by"], report["errors"]


async def test_a_window_opens_on_the_screen_and_shows_the_family(tmp_path: Path, screen: Screen) -> None:
    process = await demo(tmp_path, screen, "--seconds", "20")
    try:
        await eventually(lambda: "they see and hear each other" in process.log, 90, lambda: f"a call; {process.log}")
        await eventually(
            lambda: len(set(screen.picture()[150:400:8, 500:900:8].reshape(-1, 3)[:, 0])) > 50, 20, "a face"
        )
        assert await within(60, process.wait()) == 0, process.log
        assert "There is no display here" not in process.log
        assert told(tmp_path) == ("COMPLETED_NORMALLY", "time", [])
        await eventually(lambda: screen.picture().max() == 0, 10, "the window is gone")
    finally:
        await process.stop()


async def test_a_browser_at_the_printed_link_is_the_family(tmp_path: Path, screen: Screen) -> None:
    picture, tone = write_picture(tmp_path / "clip.y4m"), write_tone(tmp_path / "clip.wav", 1000)
    process = await demo(tmp_path, screen, "--seconds", "20", "--visitor", "browser")
    try:
        link = await eventually(
            lambda: re.search(r"http://127\S+/v/\S+", process.log), 60, lambda: f"a link; {process.log}"
        )
        async with family(picture, tone) as people:
            await people.opens(link[0])
            await people.is_at("call", within_s=40)
            await eventually(lambda: colour_on(screen), 20, "the family's clip on the laptop's screen")
            await people.is_at("goodbye", within_s=40)
        assert await within(60, process.wait()) == 0, process.log
        assert told(tmp_path) == ("COMPLETED_NORMALLY", "time", [])
    finally:
        await process.stop()
