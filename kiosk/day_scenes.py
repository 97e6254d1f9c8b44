"""What the screen says of the laptop's day: a pure reading of what the session knows, in a frame and a scene."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from contract.refusals import RefusalCode
from contract.sheet import Booking
from contract.words import CallState
from kiosk.call import Call
from kiosk.call_scenes import scene_of, who
from kiosk.day_sheet import DaySheet
from kiosk.ipc import DevicesNow, LinkNow
from kiosk.papers import Aged
from kiosk.policy.measures import MeasureName, Standing
from kiosk.policy.numbers import Numbers, ms
from kiosk.scenes import AnyScene, Fault, Frame, Locked, NextCall, NothingBooked, OutOfService
from kiosk.strangers import Stranger

_REFUSED: Final[Mapping[str, Fault]] = MappingProxyType(
    {
        RefusalCode.NOT_A_LAPTOP: Fault.NOT_KNOWN,
        RefusalCode.LAPTOP_ELSEWHERE: Fault.IDENTITY_IN_USE,
        RefusalCode.WRONG_PROTOCOL: Fault.WRONG_SOFTWARE,
        **{found: Fault(found.value) for found in Stranger},
    }
)


_TOO_OLD: Final[Mapping[Aged, Fault]] = MappingProxyType(
    {
        Aged.POLICY_LOST: Fault.OLD_POLICY,
        Aged.POLICY_STRANGE: Fault.STRANGE_POLICY,
        Aged.POLICY_OVER: Fault.OLD_POLICY,
        Aged.POLICY_VERY_STALE: Fault.OLD_POLICY,
        Aged.SHEET_VERY_STALE: Fault.OLD_SHEET,
        Aged.FROM_LATER: Fault.WRONG_CLOCK,
    }
)


@dataclass(frozen=True)
class Place:
    """Where this laptop is and what it may do. A demo obeys demo sheets only, and says so on every scene.

    `barred` keeps every call from opening, whatever else is well.
    """

    demo: bool
    barred: Fault | None = None


@dataclass(frozen=True)
class DayView:
    """What the session knows, at one instant. `following` is the booking of the call, or the next one."""

    place: Place
    sheet: DaySheet
    link: LinkNow
    devices: DevicesNow | None
    call: Call | None
    following: Booking | None
    locked: bool
    standing: Standing  # of the lockdown
    released: bool  # for maintenance
    waited_ms: int  # since the shell came
    now: datetime
    clock_is_wrong: bool
    aged: tuple[Aged, ...]  # papers that are too old, the gravest first
    numbers: Numbers
    believed: datetime  # now, by the service's signed word where there is one
    offline_since: datetime | None = None  # believed too


def fault(view: DayView) -> Fault | None:
    """Why the laptop cannot be used, or None."""
    if view.place.barred is not None:
        return view.place.barred
    if view.released:
        return Fault.MAINTENANCE
    if view.standing.is_starting:
        return Fault.STARTING
    if view.standing.barred_by is not None:
        return Fault.NOT_LOCKED if view.standing.blocking else Fault.NOT_READY
    if view.sheet.fault is not None:
        return view.sheet.fault
    if view.clock_is_wrong:
        return Fault.WRONG_CLOCK  # before what follows from it: no certificate is valid in 1970
    if (refused := _REFUSED.get(view.link.refused or "")) is not None:
        return refused
    if view.sheet.newest is None:
        is_long = not view.link.up and view.waited_ms > ms(view.numbers.service_answers)
        return Fault.NO_SERVICE if is_long else Fault.STARTING
    if (too_old := next((_TOO_OLD[aged] for aged in view.aged if aged in _TOO_OLD), None)) is not None:
        return too_old
    return None if view.place.demo else device_fault(view.devices)


def device_fault(devices: DevicesNow | None) -> Fault | None:
    """A real call needs every device; until they are known there is none."""
    if devices is None:
        return Fault.STARTING
    if not devices.camera:
        return Fault.OTHER_CAMERA if devices.other_camera else Fault.NO_CAMERA
    return None if devices.microphone and devices.speaker else Fault.NO_SOUND


def scene(view: DayView) -> AnyScene:
    """What to draw."""
    call = view.call
    if view.locked and not view.released and (call is None or not call.is_over):
        return Locked()
    if call is not None and call.state is not CallState.WAITING:
        return scene_of(call, view.numbers)
    if (why := fault(view)) is not None:
        return _out_of_service(why, view.standing.barred_by)
    off_at = call_that_is_off(view)
    return NothingBooked(off_at=off_at) if view.following is None else _next_call(view, view.following, off_at)


def call_that_is_off(view: DayView) -> datetime | None:
    """When a call was to be, about now, that cannot be: so long its people may come for it."""
    revoked = () if view.sheet.newest is None else view.sheet.newest.revoked
    about_now = [
        each.starts_at
        for each in revoked
        if each.starts_at - view.numbers.countdown_from <= view.now < each.starts_at + view.numbers.no_show_from
    ]
    return max(about_now, default=None)


def _out_of_service(why: Fault, measure: MeasureName | None) -> OutOfService:
    """With what the officer reads out to IT: "NO-CAMERA", "NOT-LOCKED-USB"."""
    if why is Fault.STARTING:
        return OutOfService(fault=why)
    about = measure if why in (Fault.NOT_LOCKED, Fault.NOT_READY) else None
    words = why.value if about is None else f"{why.value}_{about.value}"
    return OutOfService(fault=why, reference=words.upper().replace("_", "-"), measure=about)


def _next_call(view: DayView, booking: Booking, off_at: datetime | None) -> NextCall:
    until = booking.starts_at - view.now
    counting = ms(until) <= ms(view.numbers.countdown_from)
    return NextCall(
        who=who(booking),
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        countdown_s=max(0, -(-ms(until) // 1000)) if counting else None,
        may_open=view.call is not None,
        off_at=off_at,
    )


def frame(view: DayView) -> Frame:
    """What stands around the scene."""
    devices, sheet, call = view.devices, view.sheet.newest, view.call
    missing_camera = devices is not None and not devices.camera
    missing_sound = devices is not None and not (devices.microphone and devices.speaker)
    return Frame(
        establishment=sheet.establishment if sheet else "",
        laptop=sheet.laptop if sheet else "",
        timezone=sheet.timezone if sheet else "Europe/London",
        demo=view.place.demo,
        online=view.link.up,
        synthetic_camera=view.place.demo and missing_camera,
        synthetic_sound=view.place.demo and missing_sound,
        lost=None if view.standing.is_starting else view.standing.barred_by,
        released=view.released,
        warns=next(iter(view.standing.warning), None),
        can_end=call is not None and not call.is_over,
        can_hold=call is not None and call.can_be_held,
        presence_due_s=_presence_due_s(call, view.numbers),
    )


def _presence_due_s(call: Call | None, numbers: Numbers) -> int | None:
    left_ms = None if call is None else call.presence_left_ms()
    return None if left_ms is None or left_ms > ms(numbers.presence_warns) else -(-left_ms // 1000)
