"""The shell's part of the check: every part by itself, with an end, and everything shut after it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import ValidationError

from contract.media import IceServer
from contract.policy_laptop import LaptopWaits
from contract.readiness import CheckName
from kiosk.errors import Unavailable
from kiosk.media import camera_trial, self_test
from kiosk.media.call_devices import Machine
from kiosk.media.echo_measure import Echo, EchoFound
from kiosk.media.relay_probe import NONE_NAMED, NOT_USED
from kiosk.media.request import SelfTest
from kiosk.media.self_test import UNTOLD, self_tested
from kiosk.media.sound import Sound, SoundFound
from kiosk.policy.readiness import Trouble

ALL = SelfTest("session-7", devices=True, synthetic=True)
REAL = SelfTest("session-7", devices=True, synthetic=False)


class Air(Sound):
    """A loudspeaker and a microphone in one room, which came to this `proof`; `noise` is what the microphone gives."""

    def __init__(self, proof: EchoFound, noise: bytes = b"\1\0", *, opens: bool = True, shuts: bool = True) -> None:
        super().__init__()
        self.proof, self.noise, self.opens, self.shuts = proof, noise, opens, shuts
        self.is_open, self.ends = 0, True
        self.has_opened = asyncio.Event()

    async def find(self) -> SoundFound:
        return SoundFound(True, True)

    async def prove(self) -> EchoFound:
        self.is_open = 2
        self.has_opened.set()
        if not self.ends:
            await asyncio.Event().wait()
        if not self.opens:
            raise Unavailable("The microphone could not be opened.")
        return self.proof

    async def open_microphone(self, on_heard: Callable[[bytes], object], on_failed: Callable[[str], object]) -> None:
        self.is_open += 1
        on_heard(self.noise)

    async def shut(self) -> bool:
        self.is_open = 0
        return self.shuts


PROVED = EchoFound(Echo.PROVED, attenuation_db=41.2, coupling_db=-20.4, passed_db=-2.0)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The air needs no time, and the drawn camera little."""
    monkeypatch.setattr(self_test, "LISTEN_S", 0.0)
    monkeypatch.setattr(camera_trial, "LOOK_FOR_S", 0.3)
    monkeypatch.setattr(self_test, "prove_echo", lambda sound, until: sound.prove())


async def found(
    sound: Sound, asked: SelfTest = ALL, stuck: list[Callable[[], bool]] | None = None
) -> dict[CheckName, tuple[Trouble | None, str]]:
    machine = Machine(None, True, True, sound)
    said = await self_tested(asked, machine, ([] if stuck is None else stuck).append)
    return {each.check: (each.trouble, each.found) for each in said}


async def test_a_laptop_that_sees_and_hears_itself_says_how_well() -> None:
    air = Air(PROVED)
    said = await found(air)
    assert said[CheckName.MICROPHONE] == (None, "own sound heard at -20 dB")
    assert said[CheckName.ECHO] == (None, "cancelled: 41 dB weaker, 25 wanted")
    assert said[CheckName.CAMERA][0] is None
    assert said[CheckName.CAMERA][1].startswith("test picture: 1280x720, ")
    assert said[CheckName.RELAY_UDP] == said[CheckName.RELAY_TCP] == (None, NOT_USED)
    assert air.is_open == 0


@pytest.mark.parametrize(
    ("proof", "microphone", "echo"),
    [
        (EchoFound(Echo.PROVED, 30.0, -51.0, -1.0), Trouble.HEARD_FAINTLY, None),
        (EchoFound(Echo.NOT_HEARD), Trouble.NOT_HEARD, None),
        (EchoFound(Echo.NOT_CANCELLED, 9.0, -20.0, -1.0), None, Trouble.ECHO_HEARD),
        (EchoFound(Echo.MUTED, 50.0, -20.0, -40.0), None, Trouble.VOICE_LOST),
        (EchoFound(Echo.NO_CANCELLER), None, Trouble.ECHO_HEARD),
        (EchoFound(Echo.NO_DEVICE), Trouble.SOUND_SHUT, Trouble.ECHO_UNKNOWN),
    ],
    ids=lambda each: str(each.echo) if isinstance(each, EchoFound) else "",
)
async def test_what_the_proof_of_the_canceller_means_for_a_call(
    proof: EchoFound, microphone: Trouble | None, echo: Trouble | None
) -> None:
    said = await found(Air(proof))
    assert (said[CheckName.MICROPHONE][0], said[CheckName.ECHO][0]) == (microphone, echo)


async def test_a_microphone_that_is_switched_off_gives_not_even_noise() -> None:
    air = Air(EchoFound(Echo.NOT_HEARD), bytes(960))
    assert (await found(air))[CheckName.MICROPHONE][0] is Trouble.SOUND_DEAD
    assert air.is_open == 0


async def test_a_microphone_that_cannot_be_opened_costs_no_other_part() -> None:
    air = Air(PROVED, opens=False)
    said = await found(air)
    assert said[CheckName.MICROPHONE] == (Trouble.SOUND_SHUT, "The microphone could not be opened.")
    assert said[CheckName.ECHO][0] is Trouble.ECHO_UNKNOWN
    assert said[CheckName.CAMERA][0] is None
    assert air.is_open == 0


async def test_a_real_laptop_without_a_camera_is_told_so() -> None:
    assert (await found(Air(PROVED), REAL))[CheckName.CAMERA] == (Trouble.NO_CAMERA, "none found")


async def test_without_devices_only_the_relays_are_looked_at() -> None:
    air = Air(PROVED)
    said = await found(air, SelfTest("session-7", devices=False, synthetic=False))
    assert set(said) == {CheckName.RELAY_UDP, CheckName.RELAY_TCP}
    assert not air.has_opened.is_set()


def test_the_shell_has_answered_before_any_policy_gives_it_up() -> None:
    with pytest.raises(ValidationError, match="between 25 s"):
        LaptopWaits(check_within=timedelta(seconds=self_test.EACH_LIMIT_S + 5))


async def test_a_device_that_cannot_be_shut_is_told() -> None:
    stuck: list[Callable[[], bool]] = []
    air = Air(PROVED, shuts=False)
    await found(air, stuck=stuck)
    assert stuck == [air.is_shut]


async def test_a_relay_that_is_none_is_not_reached(caplog: pytest.LogCaptureFixture) -> None:
    nobody = IceServer(urls=("turn:127.0.0.1:9?transport=tcp", "no relay at all"), username="u", credential="c")
    asked = SelfTest("session-7", devices=False, synthetic=False, ice_servers=(nobody,))
    said = await found(Air(PROVED), asked)
    assert said[CheckName.RELAY_UDP] == (Trouble.RELAY_UDP_SHUT, "not offered")
    assert said[CheckName.RELAY_TCP] == (Trouble.RELAY_TCP_SHUT, "no answer on port 9")


@pytest.mark.parametrize(
    ("told", "relay_only", "expected"),
    [
        (None, False, (Trouble.RELAY_UNTOLD, UNTOLD)),
        ((), True, (Trouble.RELAY_MISSING, NONE_NAMED)),
        ((IceServer(urls=("stun:192.0.2.20",)),), True, (Trouble.RELAY_MISSING, NONE_NAMED)),
        ((), False, (None, NOT_USED)),
    ],
)
async def test_relays_that_nobody_has_named_are_green_only_where_none_is_needed(
    told: tuple[IceServer, ...] | None, relay_only: bool, expected: tuple[Trouble | None, str]
) -> None:
    said = await found(Air(PROVED), SelfTest("session-7", False, False, told, relay_only))
    assert said == {CheckName.RELAY_UDP: expected, CheckName.RELAY_TCP: expected}


async def test_one_that_is_cancelled_leaves_nothing_open() -> None:
    air = Air(PROVED)
    air.ends = False
    test = asyncio.create_task(self_tested(ALL, Machine(None, True, True, air), lambda _is_shut: None))
    await air.has_opened.wait()
    test.cancel()
    await asyncio.gather(test, return_exceptions=True)
    assert air.is_open == 0


class Slow(Air):
    """Shuts no sooner than it may."""

    def __init__(self) -> None:
        super().__init__(PROVED)
        self.ends = False
        self.is_shutting, self.may_shut = asyncio.Event(), asyncio.Event()

    async def shut(self) -> bool:
        self.is_shutting.set()
        await self.may_shut.wait()
        return await super().shut()


async def no_answer(*_asked: object) -> None:
    await asyncio.Event().wait()


async def test_one_that_is_cancelled_waits_for_the_part_that_shuts_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "relays_checked", no_answer)
    air = Slow()
    test = asyncio.create_task(self_tested(REAL, Machine(None, True, True, air), lambda _is_shut: None))
    await air.has_opened.wait()
    test.cancel()
    await air.is_shutting.wait()
    await asyncio.wait([test], timeout=0.05)  # the relays' part has ended by now
    assert not test.done()
    air.may_shut.set()
    await asyncio.wait([test])
    assert test.cancelled()
    assert air.is_open == 0
