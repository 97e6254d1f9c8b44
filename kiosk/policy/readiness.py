"""Whether this laptop is ready for a call: what each trouble means, what to do, and when a check is due. Pure.

Who looks says what was found (a `Trouble` or none, and numbers); the light and the one fix are decided here alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import StringConstraints

from contract.readiness import LONGEST_FOUND, CheckName, CheckRow, Light
from contract.strict import Message
from kiosk.policy.numbers import Numbers

_C, _AMBER, _RED = CheckName, Light.AMBER, Light.RED


class Trouble(StrEnum):
    """Whatever can be the matter."""

    NO_CAMERA = "no_camera"
    CAMERA_SHUT = "camera_shut"  # it cannot be opened: busy, or broken
    CAMERA_DARK = "camera_dark"
    CAMERA_FROZEN = "camera_frozen"
    CAMERA_SLOW = "camera_slow"
    NO_MICROPHONE = "no_microphone"
    NO_SPEAKER = "no_speaker"
    SOUND_SHUT = "sound_shut"
    SOUND_DEAD = "sound_dead"  # not even a room's own noise
    NOT_HEARD = "not_heard"  # by a microphone that hears something: a headset's, perhaps
    HEARD_FAINTLY = "heard_faintly"
    SOUND_STAND_IN = "sound_stand_in"  # a demo without sound devices
    ECHO_HEARD = "echo_heard"
    VOICE_LOST = "voice_lost"  # what calls itself a canceller lets nobody's voice through
    ECHO_UNKNOWN = "echo_unknown"
    NO_SERVICE = "no_service"
    SERVICE_SLOW = "service_slow"
    RELAY_UNTOLD = "relay_untold"  # the service has not yet said which there are
    RELAY_MISSING = "relay_missing"  # media must go through one, and the service names none
    RELAY_UDP_SHUT = "relay_udp_shut"
    RELAY_TCP_SHUT = "relay_tcp_shut"
    RELAY_TCP_NOT_OFFERED = "relay_tcp_not_offered"
    CLOCK_WRONG = "clock_wrong"
    CLOCK_UNTOLD = "clock_untold"
    ON_BATTERY = "on_battery"
    BATTERY_LOW = "battery_low"
    DISK_LOW = "disk_low"
    DISK_FULL = "disk_full"
    RESTART_WAITS = "restart_waits"
    UPDATE_FAILED = "update_failed"
    NOT_AS_ACCEPTED = "not_as_accepted"
    NOT_LOCKED = "not_locked"  # devices stay shut while the lockdown does not hold
    NOT_ANSWERED = "not_answered"  # nobody said anything of it in time


class Found(Message):
    """What one look found: no trouble is green. `found` is for IT, with numbers."""

    check: CheckName
    trouble: Trouble | None = None
    found: Annotated[str, StringConstraints(max_length=LONGEST_FOUND)] = ""


@dataclass(frozen=True)
class Meaning:
    """What a trouble is to a call, and the one thing to do about it."""

    light: Light
    fix: str


MEANS: Final[Mapping[Trouble, Meaning]] = MappingProxyType(
    {
        Trouble.NO_CAMERA: Meaning(_RED, "Plug the camera in, or use another laptop."),
        Trouble.CAMERA_SHUT: Meaning(_RED, "Unplug the camera and plug it in again, or use another laptop."),
        Trouble.CAMERA_DARK: Meaning(_RED, "Uncover the camera and switch the light on."),
        Trouble.CAMERA_FROZEN: Meaning(_RED, "Unplug the camera and plug it in again, or use another laptop."),
        Trouble.CAMERA_SLOW: Meaning(_AMBER, "Switch more light on: the camera is slow in the dark."),
        Trouble.NO_MICROPHONE: Meaning(_RED, "Plug the headset in, or use another laptop."),
        Trouble.NO_SPEAKER: Meaning(_RED, "Plug the headset in, or use another laptop."),
        Trouble.SOUND_SHUT: Meaning(_RED, "Unplug the headset and plug it in again, or use another laptop."),
        Trouble.SOUND_DEAD: Meaning(_RED, "Switch the microphone on, or plug another headset in."),
        Trouble.NOT_HEARD: Meaning(_AMBER, "Turn the sound up. With a headset, hold its microphone to its earpiece."),
        Trouble.HEARD_FAINTLY: Meaning(_AMBER, "Turn the sound up."),
        Trouble.SOUND_STAND_IN: Meaning(_AMBER, "This demo has no sound of its own. Plug a headset in to hear any."),
        Trouble.ECHO_HEARD: Meaning(_AMBER, "Use the headset: without it the family hears itself."),
        Trouble.VOICE_LOST: Meaning(_RED, "Use the headset: without it nobody in the room is heard."),
        Trouble.ECHO_UNKNOWN: Meaning(_AMBER, "Use the headset: nobody knows whether the family hears itself."),
        Trouble.NO_SERVICE: Meaning(_RED, "Check the network cable. If it is in, tell IT."),
        Trouble.SERVICE_SLOW: Meaning(_AMBER, "Tell IT that the network is slow here. Calls may break off."),
        Trouble.RELAY_UNTOLD: Meaning(_RED, "Wait until the laptop has a line to the service."),
        Trouble.RELAY_MISSING: Meaning(_RED, "Tell IT that the service names no relay. No call can be connected."),
        Trouble.RELAY_UDP_SHUT: Meaning(_AMBER, "Tell IT that UDP to the relay is blocked. Pictures may stand still."),
        Trouble.RELAY_TCP_SHUT: Meaning(_AMBER, "Tell IT that TCP to the relay is blocked. There is no second way."),
        Trouble.RELAY_TCP_NOT_OFFERED: Meaning(_AMBER, "Tell IT that the relay has no TCP. There is no second way."),
        Trouble.CLOCK_WRONG: Meaning(_RED, "Wait a minute: the clock is being set. If it stays wrong, tell IT."),
        Trouble.CLOCK_UNTOLD: Meaning(_AMBER, "Wait until the laptop has a line to the service."),
        Trouble.ON_BATTERY: Meaning(_AMBER, "Plug the charger in."),
        Trouble.BATTERY_LOW: Meaning(_RED, "Plug the charger in now: the battery does not last for a call."),
        Trouble.DISK_LOW: Meaning(_AMBER, "Tell IT that the disk is filling up."),
        Trouble.DISK_FULL: Meaning(_RED, "Use another laptop, and tell IT that the disk is full."),
        Trouble.RESTART_WAITS: Meaning(_AMBER, "Ask a manager to release the laptop between calls: it then restarts."),
        Trouble.UPDATE_FAILED: Meaning(_AMBER, "Tell IT that the last update failed."),
        Trouble.NOT_AS_ACCEPTED: Meaning(_AMBER, "Tell IT that this laptop is not as it was accepted."),
        Trouble.NOT_LOCKED: Meaning(_RED, "Do first what the screen says about the lockdown, then check again."),
        Trouble.NOT_ANSWERED: Meaning(_RED, "Check again. If it stays so, restart the laptop."),
    }
)
OF_THE_SHELL: Final = frozenset({_C.CAMERA, _C.MICROPHONE, _C.ECHO, _C.SERVICE, _C.RELAY_UDP, _C.RELAY_TCP})
OF_DEVICES: Final = frozenset({_C.CAMERA, _C.MICROPHONE, _C.ECHO})
_NO_UDP: Final = frozenset({Trouble.RELAY_UDP_SHUT})
_NO_TCP: Final = frozenset({Trouble.RELAY_TCP_SHUT, Trouble.RELAY_TCP_NOT_OFFERED})
NO_WAY: Final = "Tell IT that the relay cannot be reached. No call can be connected."


def judged(found: Iterable[Found]) -> tuple[CheckRow, ...]:
    """A row for every check, in order; what nobody has looked at did not answer. The first word on a check counts."""
    said: dict[CheckName, Found] = {}
    for each in found:
        said.setdefault(each.check, each)
    troubles = {each.trouble for each in said.values()}
    no_way = bool(troubles & _NO_UDP) and bool(troubles & _NO_TCP)
    return tuple(_row(said.get(name) or _silent(name), no_way=no_way) for name in CheckName)


def _silent(name: CheckName) -> Found:
    return Found(check=name, trouble=Trouble.NOT_ANSWERED, found="no answer")


def _row(found: Found, *, no_way: bool) -> CheckRow:
    text = "".join(mark if mark.isprintable() else "?" for mark in found.found)  # some of it is read from files
    if found.trouble is None:
        return CheckRow(check=found.check, light=Light.GREEN, found=text)
    meaning = MEANS[found.trouble]
    if no_way and found.trouble in _NO_UDP | _NO_TCP:
        meaning = Meaning(_RED, NO_WAY)
    return CheckRow(check=found.check, light=meaning.light, found=text, fix=meaning.fix)


def is_due(starts_at: datetime, now: datetime, numbers: Numbers) -> bool:
    """Whether a laptop should by now look whether it is ready for a call: from T-20 min until its room opens."""
    return starts_at - numbers.readiness_known <= now < starts_at - numbers.room_opens


def is_stale(checked_at: datetime, now: datetime, numbers: Numbers) -> bool:
    """Whether what was found then says nothing of now any more; so does a moment that has not come yet."""
    return not checked_at <= now < checked_at + numbers.readiness_lasts
