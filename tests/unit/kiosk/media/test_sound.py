"""Sound as the loop sees it: what the sound thread tells it in passing. No device is opened."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from kiosk.errors import Unavailable
from kiosk.media import sound as sound_module
from kiosk.media.blocks import Plays
from kiosk.media.received_sound import ReceivedSound
from kiosk.media.sound import Sound, SoundFound


class Box:
    """A loudspeaker that has told how long it takes, and is nothing that another thread may touch."""

    def __init__(
        self, _name: str, _sound: Plays, _died: Callable[[str], None], on_latency_ms: Callable[[float], None]
    ) -> None:
        on_latency_ms(42.0)

    def shut(self) -> None:
        pass


class Room(Sound):
    """Has that loudspeaker."""

    def _speaker_name(self) -> str:
        return "box"


async def test_how_long_the_loudspeaker_takes_is_a_number_that_its_own_thread_writes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sound_module, "_speaker", Box)
    sound = Room()
    await sound.find()
    assert sound.speaker_latency_ms is None
    await sound.open_speaker(ReceivedSound(), lambda _text: None)
    assert sound.speaker_latency_ms == 42.0
    assert await sound.shut()
    assert sound.speaker_latency_ms is None
    await sound.close()


async def test_what_was_lent_is_waited_for_no_longer_than_what_is_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_module, "SHUT_LIMIT_S", 0.01)
    sound, let_go = Sound(), threading.Event()
    await sound.find()
    assert sound._thread is not None
    busy = sound._thread.run(lambda: let_go.wait(5))
    await sound.take_back([1])  # and raises nothing, which would hide that a check was cancelled
    assert not await sound.shut()
    assert not busy.done()
    let_go.set()
    await sound.close()


class Hanging:
    """A sound thread that gets nothing done."""

    def run(self, _job: object) -> "Future[object]":
        return Future()


async def test_a_server_that_hangs_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_module, "OPEN_LIMIT_S", 0.05)
    sound = Sound()
    monkeypatch.setattr(sound, "_thread", Hanging())
    with pytest.raises(Unavailable, match="does not answer"):
        await sound.open_microphone(lambda _pcm: None, lambda _text: None)
    monkeypatch.setattr(sound_module, "has_qt", lambda: True)
    assert await sound.find() == SoundFound()
