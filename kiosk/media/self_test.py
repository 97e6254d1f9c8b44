"""The shell's part of the laptop's check of itself: camera, loudspeaker and microphone, relays, all at the same time.

Loop-back only: no peer is made, nothing goes out but a question to each relay, and no picture or sound is kept.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from typing import Final

from contract.readiness import LONGEST_FOUND, CheckName
from kiosk.errors import Unavailable
from kiosk.media.call_devices import Machine
from kiosk.media.camera import Camera
from kiosk.media.camera_trial import CameraSeen, OnStuck, look_through
from kiosk.media.echo_measure import ENOUGH_DB
from kiosk.media.echo_proof import Echo, EchoFound, prove_echo
from kiosk.media.pace import Pace
from kiosk.media.picture_feed import PictureSource
from kiosk.media.relay_probe import no_relays, relays_checked
from kiosk.media.request import SelfTest
from kiosk.media.synthetic_picture import SyntheticPicture
from kiosk.policy.readiness import Found, Trouble
from kiosk.scenes import CameraFault

log = logging.getLogger(__name__)

LISTEN_S: Final = 0.6
EACH_LIMIT_S: Final = 19.0
AFTER_A_PROOF_S: Final = 1.5  # to hear whether the microphone is dead, and to shut
UNTOLD: Final = "the service has not said which relays there are"
FAINT_DB: Final = -45.0
PER_SECOND: Final = 30
SLOW_PER_S: Final = 10.0
_SEEN: Final = {
    CameraFault.UNPLUGGED: Trouble.NO_CAMERA,
    CameraFault.BUSY: Trouble.CAMERA_SHUT,
    CameraFault.COVERED: Trouble.CAMERA_DARK,
    CameraFault.FROZEN: Trouble.CAMERA_FROZEN,
    CameraFault.SILENT: Trouble.CAMERA_SHUT,
    CameraFault.UNUSABLE: Trouble.CAMERA_SHUT,
}
_HEARD: Final = {
    Echo.NOT_HEARD: (Trouble.NOT_HEARD, "own sound not heard"),
    Echo.NO_DEVICE: (Trouble.SOUND_SHUT, "sound could not be opened"),
}
_CANCELLED: Final = {
    Echo.PROVED: (None, "cancelled"),
    Echo.NOT_HEARD: (None, "none: own sound does not come back"),
    Echo.NOT_CANCELLED: (Trouble.ECHO_HEARD, "not cancelled"),
    Echo.MUTED: (Trouble.VOICE_LOST, "cancelled, and every voice with it"),
    Echo.NO_CANCELLER: (Trouble.ECHO_HEARD, "there is no canceller"),
    Echo.NO_DEVICE: (Trouble.ECHO_UNKNOWN, "not measured without sound"),
}


async def self_tested(
    asked: SelfTest, machine: Machine, on_stuck: OnStuck, tls: ssl.SSLContext | None = None
) -> tuple[Found, ...]:
    """Everything that was found; a part that breaks has not answered.

    Shuts what it opened before it returns, also when it is cancelled; `on_stuck` hears of a device that was not
    shut in time. `tls` says which relays to believe.
    """
    parts: list[Callable[[], Awaitable[tuple[Found, ...]]]] = [lambda: _relays(asked, tls)]
    if asked.devices:
        parts += [lambda: _camera(machine, asked, on_stuck), lambda: _sound(machine, asked, on_stuck)]
    async with asyncio.TaskGroup() as group:  # which waits for every part, also when it is cancelled; `gather` does not
        running = [group.create_task(_in_time(part)) for part in parts]
    return tuple(each for part in running for each in part.result())


async def _in_time(part: Callable[[], Awaitable[tuple[Found, ...]]]) -> tuple[Found, ...]:
    try:
        async with asyncio.timeout(EACH_LIMIT_S):
            return await part()
    except TimeoutError:
        return ()
    except Exception:  # one part that breaks must not cost the others; the guard counts it as failed
        log.exception("a part of the self-test broke")
        return ()


# ---- the relays ----


async def _relays(asked: SelfTest, tls: ssl.SSLContext | None) -> tuple[Found, ...]:
    if asked.ice_servers is None:
        return no_relays(Trouble.RELAY_UNTOLD, UNTOLD)
    return await relays_checked(asked.ice_servers, tls, relay_only=asked.relay_only)


# ---- the camera ----


async def _camera(machine: Machine, asked: SelfTest, on_stuck: OnStuck) -> tuple[Found, ...]:
    node = machine.camera
    if node is None and not asked.synthetic:
        return (Found(check=CheckName.CAMERA, trouble=Trouble.NO_CAMERA, found="none found"),)
    seen = await look_through(_drawn if node is None else lambda: Camera(node), on_stuck)
    found = f"{seen.width}x{seen.height}, {seen.per_s:.0f} pictures a second"
    if node is None:
        found = f"test picture: {found}"
    return (Found(check=CheckName.CAMERA, trouble=_trouble(seen), found=found),)


def _drawn() -> PictureSource:
    return SyntheticPicture(Pace(PER_SECOND))


def _trouble(seen: CameraSeen) -> Trouble | None:
    if seen.fault is not None:
        return _SEEN[seen.fault]
    return Trouble.CAMERA_SLOW if seen.per_s < SLOW_PER_S else None


# ---- loudspeaker and microphone ----


async def _sound(machine: Machine, asked: SelfTest, on_stuck: OnStuck) -> tuple[Found, ...]:
    until = asyncio.get_running_loop().time() + EACH_LIMIT_S - AFTER_A_PROOF_S
    machine = await _with_sound(machine)
    if asked.synthetic and not (machine.microphone and machine.speaker):
        return _both(Trouble.SOUND_STAND_IN, "a test tone stands in for a microphone")
    if not machine.microphone:
        return _both(Trouble.NO_MICROPHONE, "no microphone found")
    if not machine.speaker:
        return _both(Trouble.NO_SPEAKER, "no loudspeaker found")
    try:
        return await _hear_itself(machine, until, on_stuck)
    except Unavailable as error:
        return _both(Trouble.SOUND_SHUT, str(error))


async def _with_sound(machine: Machine) -> Machine:
    """Where the sound card is handed out, it may take a moment to be there."""
    try:
        return await machine.for_a_call()
    except Unavailable:
        found = await machine.sound.find()
        return Machine(machine.camera, found.microphone, found.speaker, machine.sound)


async def _hear_itself(machine: Machine, until: float, on_stuck: OnStuck) -> tuple[Found, ...]:
    try:
        proof = await prove_echo(machine.sound, until)
        if proof.echo is Echo.NOT_HEARD and await _is_dead(machine):
            return _both(Trouble.SOUND_DEAD, "the microphone gives nothing, not even noise")
    finally:
        if not await asyncio.shield(machine.sound.shut()):
            on_stuck(machine.sound.is_shut)
    return (_microphone(proof), _echo(proof))


async def _is_dead(machine: Machine) -> bool:
    """Whether the microphone gives not one sample that is not zero: none in a room is so quiet."""
    heard = bytearray()
    await machine.sound.open_microphone(heard.extend, lambda _text: None)
    await asyncio.sleep(LISTEN_S)
    return not any(heard)


def _microphone(proof: EchoFound) -> Found:
    trouble, found = _HEARD.get(proof.echo, (None, "own sound heard"))
    if proof.coupling_db is not None:
        found = f"{found} at {proof.coupling_db:.0f} dB"
        trouble = trouble or (Trouble.HEARD_FAINTLY if proof.coupling_db < FAINT_DB else None)
    return Found(check=CheckName.MICROPHONE, trouble=trouble, found=found)


def _echo(proof: EchoFound) -> Found:
    trouble, found = _CANCELLED[proof.echo]
    if proof.attenuation_db is not None:
        found = f"{found}: {proof.attenuation_db:.0f} dB weaker, {ENOUGH_DB:.0f} wanted"
    return Found(check=CheckName.ECHO, trouble=trouble, found=found)


def _both(trouble: Trouble, found: str) -> tuple[Found, ...]:
    """What is the matter with the sound is the matter with the echo too, and is said once."""
    return (
        Found(check=CheckName.MICROPHONE, trouble=trouble, found=found[:LONGEST_FOUND]),
        Found(check=CheckName.ECHO, trouble=Trouble.ECHO_UNKNOWN, found="not measured without sound"),
    )
