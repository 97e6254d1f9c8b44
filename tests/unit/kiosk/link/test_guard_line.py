"""The shell's line to the guard: a guard that is silent is noticed, and a shell that stood still is not told so."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.ipc import Disconnect, ToShell
from kiosk.link import guard
from kiosk.link.guard import GuardLink
from tests.fakes.eventually import eventually

WORD = Disconnect().model_dump_json().encode() + b"\n"
SILENT_AFTER_S = 0.4
PATIENCE_S = 20


class Listener:
    def __init__(self) -> None:
        self.heard: list[ToShell] = []
        self.ups = self.silences = 0
        self.waits_to_end = False

    def from_guard(self, message: ToShell) -> None:
        self.heard.append(message)

    def guard_up(self) -> None:
        self.ups += 1

    def guard_silent(self) -> None:
        self.silences += 1


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SILENT_AFTER_S", SILENT_AFTER_S)
    monkeypatch.setattr(guard, "LOOK_EVERY_S", SILENT_AFTER_S / 4)


@pytest.fixture
async def lines(tmp_path: Path) -> AsyncIterator[list[asyncio.StreamWriter]]:
    """The lines that a played guard has been given, newest last; it says nothing by itself."""
    given: list[asyncio.StreamWriter] = []
    server = await asyncio.start_unix_server(lambda _reader, writer: given.append(writer), tmp_path / "guard.sock")
    try:
        yield given
    finally:
        for each in given:
            each.close()
        server.close()


@pytest.fixture
async def listener(tmp_path: Path, lines: list[asyncio.StreamWriter]) -> AsyncIterator[Listener]:
    listener = Listener()
    running = asyncio.create_task(GuardLink(tmp_path / "guard.sock").run(listener))
    await eventually(lambda: lines, PATIENCE_S, "a line")
    yield listener
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_the_guard_said_while_the_shell_stood_still_is_heard_and_it_is_not_taken_for_silent(
    listener: Listener, lines: list[asyncio.StreamWriter]
) -> None:
    lines[-1].write(WORD)
    await eventually(lambda: listener.ups, PATIENCE_S, "the guard is heard")
    lines[-1].write(WORD)
    time.sleep(2 * SILENT_AFTER_S)  # noqa: ASYNC251 - the loop itself stands still
    await eventually(lambda: len(listener.heard) == 2, PATIENCE_S, "its other word")
    assert listener.silences == 0
    assert len(lines) == 1


async def test_a_guard_that_says_nothing_is_silent_and_is_asked_again(
    listener: Listener, lines: list[asyncio.StreamWriter]
) -> None:
    lines[-1].write(WORD)
    await eventually(lambda: listener.silences, PATIENCE_S, "it is silent")
    await eventually(lambda: len(lines) == 2, PATIENCE_S, "another line")
    lines[-1].write(WORD)
    await eventually(lambda: listener.ups == 2, PATIENCE_S, "it is back")


async def test_a_shell_goes_when_its_guard_has_gone_but_not_before_it_has_said_an_end(
    tmp_path: Path, lines: list[asyncio.StreamWriter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "GONE_AFTER_S", SILENT_AFTER_S)
    listener = Listener()
    listener.waits_to_end = True
    running = asyncio.create_task(GuardLink(tmp_path / "guard.sock").run(listener))
    await eventually(lambda: lines, PATIENCE_S, "a line")
    lines[-1].write(WORD)
    await eventually(lambda: len(lines) == 3, PATIENCE_S, "it asks again and again")
    assert not running.done()
    listener.waits_to_end = False
    await eventually(running.done, PATIENCE_S, "it goes")
    await running


async def test_a_guard_that_does_not_answer_an_end_is_silent_sooner(
    listener: Listener, lines: list[asyncio.StreamWriter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "SILENT_AFTER_S", 100 * PATIENCE_S)
    lines[-1].write(WORD)
    await eventually(lambda: listener.ups, PATIENCE_S, "the guard is heard")
    lines[-1].write(WORD)  # and from the next on it is waited for so long
    await eventually(lambda: len(listener.heard) == 2, PATIENCE_S, "its other word")
    listener.waits_to_end = True
    await eventually(lambda: listener.silences, PATIENCE_S, "it is silent")


async def test_a_guard_that_only_starts_is_waited_for_also_with_an_end_to_say(
    listener: Listener, lines: list[asyncio.StreamWriter], monkeypatch: pytest.MonkeyPatch
) -> None:
    listener.waits_to_end = True
    lines[-1].close()
    longer_s = 2 * (guard.RETRY_S + SILENT_AFTER_S)
    monkeypatch.setattr(guard, "SILENT_AFTER_S", longer_s)
    await eventually(lambda: len(lines) == 2, PATIENCE_S, "a line to one that has not spoken")
    began = asyncio.get_running_loop().time()
    await eventually(lambda: len(lines) == 3, PATIENCE_S, "it was silent")
    assert asyncio.get_running_loop().time() - began >= longer_s
