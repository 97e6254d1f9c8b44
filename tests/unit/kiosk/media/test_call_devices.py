"""What bars a real call: a device that is missing, also once the sound server has had its moment."""

import pytest

from kiosk.errors import Unavailable
from kiosk.latest import Latest
from kiosk.media import call_devices
from kiosk.media.call_devices import CallDevices, Machine
from kiosk.media.fit import PictureSizes
from kiosk.media.own_view import OwnView
from kiosk.media.sound import Sound, SoundFound
from kiosk.media.tally import Direction

ALL, NONE = SoundFound(microphone=True, speaker=True), SoundFound()


class Arriving(Sound):
    """A sound server that finds its card at the third look."""

    def __init__(self, *later: SoundFound) -> None:
        super().__init__()
        self._later = list(later)

    async def find(self) -> SoundFound:
        return self._later.pop(0) if len(self._later) > 1 else self._later[0]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_devices, "LOOK_EVERY_S", 0.0)
    monkeypatch.setattr(call_devices, "HANDED_OUT_WITHIN_S", 0.05)


async def test_a_machine_that_has_everything_is_ready_at_once() -> None:
    machine = Machine("/dev/video0", microphone=True, speaker=True, sound=Arriving(NONE))
    assert await machine.for_a_call() is machine


async def test_a_card_that_is_handed_out_as_the_call_begins_is_waited_for() -> None:
    machine = Machine("/dev/visit/camera", microphone=False, speaker=False, sound=Arriving(NONE, NONE, ALL))
    ready = await machine.for_a_call()
    assert (ready.microphone, ready.speaker) == (True, True)


async def test_one_that_does_not_come_bars_the_call_in_words() -> None:
    with pytest.raises(Unavailable, match="no working microphone"):
        await Machine("/dev/visit/camera", microphone=False, speaker=False, sound=Arriving(NONE)).for_a_call()


@pytest.mark.parametrize(("camera", "why"), [(None, "camera"), ("/dev/video0", "loudspeaker")])
async def test_where_nothing_is_handed_out_what_is_missing_is_said_at_once(camera: str | None, why: str) -> None:
    half = SoundFound(microphone=True, speaker=False)
    with pytest.raises(Unavailable, match=f"no working {why}"):
        await Machine(camera, microphone=True, speaker=False, sound=Arriving(half, ALL)).for_a_call()


async def test_a_headset_plugged_in_since_the_start_is_found_as_the_call_begins() -> None:
    ready = await Machine("/dev/video0", microphone=False, speaker=False, sound=Arriving(ALL)).for_a_call()
    assert (ready.microphone, ready.speaker) == (True, True)


class Plugged(Sound):
    """A sound server whose microphone is there, or not."""

    is_there = True

    @property
    def has_microphone(self) -> bool:
        return self.is_there


@pytest.mark.parametrize("microphone", [True, False])
async def test_a_level_is_only_ever_that_of_a_microphone_that_is_there(microphone: bool) -> None:
    sound = Plugged()
    machine = Machine(None, microphone=microphone, speaker=True, sound=sound)
    devices = CallDevices(machine, OwnView(Latest(), PictureSizes), Direction(), lambda _text: None)
    assert (devices.microphone_dbfs is not None) is microphone
    sound.is_there = False
    assert devices.microphone_dbfs is None
