"""What the microphone hears is told in steps, only when it is another one, and ends with the microphone."""

import asyncio

import pytest

from kiosk.hearing import Hearing
from kiosk.media import watch
from kiosk.media.microphone_watch import MicrophoneWatch
from kiosk.media.watch import LOOK_EVERY_S


def told(*levels: float | None) -> list[Hearing | None]:
    """What is told when the microphone is looked at so often."""
    said: list[Hearing | None] = []
    left = iter(levels)
    watch = MicrophoneWatch(lambda: next(left), said.append)
    for _ in levels:
        watch.look()
    return said


def test_a_level_is_told_once() -> None:
    assert told(-30.0, -29.5, -30.0, -30.0) == [Hearing(5)]


def test_every_other_step_is_told() -> None:
    assert told(-90.0, -30.0, -50.0) == [Hearing(0), Hearing(5), Hearing(1)]


def test_a_level_between_two_steps_does_not_flicker() -> None:
    assert told(*[-30.1, -29.9] * 20) == [Hearing(4), Hearing(5)]


def test_a_microphone_that_goes_is_not_silence() -> None:
    assert told(-30.0, None, None, -90.0) == [Hearing(5), Hearing(None), Hearing(0)]


async def test_when_it_is_shut_nothing_is_heard_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY_S", 0.0)
    said: list[Hearing | None] = []
    told_once = asyncio.Event()

    def say(hearing: Hearing | None) -> None:
        said.append(hearing)
        told_once.set()

    watching = asyncio.create_task(MicrophoneWatch(lambda: -20.0, say).run())
    await told_once.wait()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    assert said == [Hearing(6), None]


def test_the_screen_is_asked_for_ten_pictures_a_second_at_most() -> None:
    assert LOOK_EVERY_S >= 0.1
