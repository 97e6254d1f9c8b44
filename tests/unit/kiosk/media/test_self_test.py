"""The shell's part of the check: every part by itself, with an end, and everything shut after it."""

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from contract.media import IceServer
from contract.readiness import CheckName
from kiosk.errors import Unavailable
from kiosk.media import self_test
from kiosk.media.blocks import Plays
from kiosk.media.call_devices import Machine
from kiosk.media.relay_probe import NOT_USED
from kiosk.media.request import SelfTest
from kiosk.media.self_test import self_tested
from kiosk.media.sound import Sound, SoundFound
from kiosk.media.sound_format import FULL_SCALE
from kiosk.media.sweeps import PLAYED_S
from kiosk.policy.readiness import Trouble

ALL = SelfTest("session-7", devices=True, synthetic=True)
REAL = SelfTest("session-7", devices=True, synthetic=False)


class Air(Sound):
    """A loudspeaker and a microphone in one room, without time: what is played is heard at once."""

    def __init__(self, gain: float = 0.1, *, opens: bool = True, shuts: bool = True) -> None:
        super().__init__()
        self.gain, self.opens, self.shuts = gain, opens, shuts
        self.hears: Callable[[bytes], object] | None = None
        self.is_open, self.noise = 0, 0.0005
        self.has_opened = asyncio.Event()

    async def find(self) -> SoundFound:
        return SoundFound(True, True)

    async def open_microphone(self, on_heard: Callable[[bytes], object], on_failed: Callable[[str], object]) -> None:
        if not self.opens:
            raise Unavailable("The microphone could not be opened.")
        self.is_open += 1
        self.hears = on_heard
        self.has_opened.set()

    async def open_speaker(self, playout: Plays, on_failed: Callable[[str], object]) -> None:
        self.is_open += 1
        assert self.hears is not None
        pcm = np.frombuffer(playout.take(int(PLAYED_S * 48_000) * 2), np.int16)
        noise = np.random.default_rng(5).normal(0, self.noise * FULL_SCALE, len(pcm))
        self.hears((self.gain * pcm + noise).astype(np.int16).tobytes())

    async def shut(self) -> bool:
        self.is_open = 0
        return self.shuts


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The air needs no time, and the drawn camera little."""
    for name, seconds in (("PLAYED_S", 0.0), ("LATE_S", 0.0), ("SETTLE_S", 0.0), ("LOOK_S", 0.3)):
        monkeypatch.setattr(self_test, name, seconds)


async def found(
    sound: Sound, asked: SelfTest = ALL, stuck: list[str] | None = None
) -> dict[CheckName, tuple[Trouble | None, str]]:
    machine = Machine(None, True, True, sound)
    said = await self_tested(asked, machine, lambda: (stuck if stuck is not None else []).append("stuck"))
    return {each.check: (each.trouble, each.found) for each in said}


async def test_a_laptop_that_sees_and_hears_itself_says_how_well() -> None:
    air = Air()
    said = await found(air)
    assert said[CheckName.MICROPHONE][0] is None
    assert said[CheckName.MICROPHONE][1].startswith("own sound heard at -20 dB")
    assert said[CheckName.CAMERA][0] is None
    assert said[CheckName.CAMERA][1].startswith("test picture: light ")
    assert said[CheckName.RELAY_UDP] == said[CheckName.RELAY_TCP] == (None, NOT_USED)
    assert air.is_open == 0


@pytest.mark.parametrize(("gain", "trouble"), [(0.003, Trouble.HEARD_FAINTLY), (0.0, Trouble.NOT_HEARD)])
async def test_a_loudspeaker_that_is_turned_down_or_off_is_said(gain: float, trouble: Trouble) -> None:
    assert (await found(Air(gain)))[CheckName.MICROPHONE][0] is trouble


async def test_a_microphone_that_is_switched_off_gives_not_even_noise() -> None:
    air = Air(0.0)
    air.noise = 0.0
    assert (await found(air))[CheckName.MICROPHONE][0] is Trouble.SOUND_DEAD


async def test_a_microphone_that_cannot_be_opened_costs_no_other_part() -> None:
    air = Air(opens=False)
    said = await found(air)
    assert said[CheckName.MICROPHONE] == (Trouble.SOUND_SHUT, "The microphone could not be opened.")
    assert said[CheckName.ECHO][0] is Trouble.ECHO_UNKNOWN
    assert said[CheckName.CAMERA][0] is None
    assert air.is_open == 0


async def test_a_real_laptop_without_a_camera_is_told_so() -> None:
    assert (await found(Air(), REAL))[CheckName.CAMERA] == (Trouble.NO_CAMERA, "none found")


async def test_without_devices_only_the_relays_are_looked_at() -> None:
    air = Air()
    said = await found(air, SelfTest("session-7", devices=False, synthetic=False))
    assert set(said) == {CheckName.RELAY_UDP, CheckName.RELAY_TCP}
    assert air.hears is None


async def test_a_device_that_cannot_be_shut_is_told() -> None:
    stuck: list[str] = []
    await found(Air(shuts=False), stuck=stuck)
    assert stuck == ["stuck"]


async def test_a_relay_that_is_none_is_not_reached(caplog: pytest.LogCaptureFixture) -> None:
    nobody = IceServer(urls=("turn:127.0.0.1:9?transport=tcp", "no relay at all"), username="u", credential="c")
    asked = SelfTest("session-7", devices=False, synthetic=False, ice_servers=(nobody,))
    said = await found(Air(), asked)
    assert said[CheckName.RELAY_UDP] == (Trouble.RELAY_UDP_SHUT, "not offered")
    assert said[CheckName.RELAY_TCP] == (Trouble.RELAY_TCP_SHUT, "no answer on port 9")


async def test_one_that_is_cancelled_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "PLAYED_S", 60.0)
    air = Air()
    test = asyncio.create_task(self_tested(ALL, Machine(None, True, True, air), lambda: None))
    await air.has_opened.wait()
    test.cancel()
    await asyncio.gather(test, return_exceptions=True)
    assert air.is_open == 0
