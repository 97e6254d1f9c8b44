"""The demo as a newcomer runs it, without a display and without devices."""

import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kiosk.media.ladder import TALKING
from tests.e2e.kit.process import Process
from tests.fakes.eventually import eventually, within

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "docs" / "demo-report.schema.json").read_text())
STATES = ["waiting", "identity", "joining", "live", "ended"]
TALK_S = 20

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


Start = Callable[..., Awaitable[Process]]


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts the demo with options; whatever the test comes to, it is ended."""
    (tmp_path / "tmp").mkdir()
    env = {"TMPDIR": str(tmp_path / "tmp"), "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    async with contextlib.AsyncExitStack() as stack:

        async def start(*options: str) -> Process:
            process = await Process.python(tmp_path / "demo.log", "demo", *options, env=env)
            stack.push_async_callback(process.stop)
            return process

        yield start


def of_this_demo(folder: Path) -> list[str]:
    """The command lines of running processes that were started with the demo's folder for temporary files."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            variables = (path / "environ").read_bytes().split(b"\0")
            if any(variable.startswith(f"TMPDIR={folder / 'tmp'}".encode()) for variable in variables):
                found.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return found


def without_gaps(states: list[str]) -> list[str]:
    """The states of a call, but for interruptions that it came back from: there the machine stood still."""
    back = [after == "live" and before == "interrupted" for before, after in zip(["", *states], states, strict=False)]
    return [state for state, is_back in zip(states, back, strict=True) if state != "interrupted" and not is_back]


async def test_a_call_is_shown_reported_and_photographed_and_nothing_is_left(demo: Start, tmp_path: Path) -> None:
    report, pictures = tmp_path / "report.json", tmp_path / "pictures"
    process = await demo(
        "--headless", "--seconds", str(TALK_S), "--report", str(report), "--screenshots", str(pictures)
    )
    assert await within(150, process.wait()) == 0, process.log

    told = json.loads(report.read_text())
    Draft202012Validator(SCHEMA).validate(told)
    assert (told["outcome"], told["ended_by"]) == ("COMPLETED_NORMALLY", "time")
    assert without_gaps(told["states"]) == STATES
    assert TALK_S / 2 < told["talk_s"] < TALK_S + 0.5  # less where the call began late, as on a busy machine
    assert told["join_s"] > 0
    gaps = told["states"].count("interrupted")
    sizes = {side: (told[side]["video"]["width"], told[side]["video"]["height"]) for side in ("received", "sent")}
    assert sizes["received"] == (1280, 720)
    assert sizes["sent"] in {(rung.width, rung.height) for rung in TALKING.rungs}  # the largest that was possible
    for side in ("received", "sent"):
        assert told[side]["video"]["frames"] > 0
        assert told[side]["audio"]["seconds"] == pytest.approx(told["talk_s"], abs=1.5 + 3 * gaps)
        assert 0.01 < told[side]["audio"]["rms"] < 0.5
    assert told["painted"]["video"]["frames"] > 0
    assert told["errors"] == []

    scenes = sorted(path.stem.partition("-")[2] for path in pictures.iterdir())
    assert {"next_call", "officer_admits", "in_call", "goodbye"} <= set(scenes)
    assert of_this_demo(tmp_path) == []
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_ends_it_and_leaves_nothing_behind(demo: Start, tmp_path: Path, signum: signal.Signals) -> None:
    report = tmp_path / "report.json"
    process = await demo("--headless", "--seconds", "120", "--report", str(report))
    await eventually(lambda: "they see and hear each other" in process.log, 90, lambda: f"a call; {process.log}")
    # the demo, the service, the guard, the shell and the visitor
    await eventually(lambda: len(of_this_demo(tmp_path)) == 5, 20, lambda: f"five; {of_this_demo(tmp_path)}")
    os.kill(process.pid, signum)
    assert await within(30, process.wait()) == 1
    told = json.loads(report.read_text())
    Draft202012Validator(SCHEMA).validate(told)
    assert told["outcome"] is None
    assert of_this_demo(tmp_path) == []
    assert list((tmp_path / "tmp").iterdir()) == []


async def test_without_a_display_it_says_so(demo: Start, tmp_path: Path) -> None:
    process = await demo("--seconds", "120")
    await eventually(lambda: "There is no display here" in process.log, 30, "the demo says so")
    await eventually(lambda: "nothing is booked yet" in process.log, 60, "the shell starts")
    os.kill(process.pid, signal.SIGINT)
    assert await within(30, process.wait()) == 1
    assert of_this_demo(tmp_path) == []


async def test_a_wrong_option_is_one_clear_line(demo: Start) -> None:
    process = await demo("--seconds", "0")
    assert await within(30, process.wait()) == 2
    assert "the talk time is 1 to 7200 seconds" in process.log
