"""The laptop's day: which booking is next, whether the laptop is open or out of service. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from contract.laptop_link import CallNow
from contract.refusals import RefusalCode
from contract.sheet import Booking
from contract.words import CallState, Presence
from kiosk.call import Call
from kiosk.call_scenes import scene_of, who
from kiosk.day_sheet import DaySheet
from kiosk.errors import Refused
from kiosk.ipc import (
    Alive,
    DevicesNow,
    FarSide,
    FromShell,
    Key,
    LinkNow,
    MediaNow,
    Pressed,
    SessionFailed,
    SheetArrived,
    ShellHello,
    Show,
    Tell,
    VisitorSeen,
)
from kiosk.policy.admission import is_open
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.states import Event
from kiosk.ports import Clock, Ids, Shell
from kiosk.scenes import AnyScene, Fault, Frame, NextCall, NothingBooked, OutOfService

_REFUSED: Final[Mapping[str, Fault]] = MappingProxyType(
    {
        RefusalCode.NOT_A_LAPTOP: Fault.NOT_ENROLLED,
        RefusalCode.LAPTOP_ELSEWHERE: Fault.IDENTITY_IN_USE,
        RefusalCode.WRONG_PROTOCOL: Fault.WRONG_SOFTWARE,
    }
)


def _reference(fault: Fault) -> str:
    """What the officer reads out to IT: "NO-CAMERA"."""
    return fault.value.upper().replace("_", "-")


@dataclass(frozen=True)
class Place:
    """Where this laptop is and what it may do. A demo obeys demo sheets only, and says so on every scene."""

    demo: bool


class Session:
    """The laptop's day. Facts from the shell go in by `hear`; scenes and commands go out to the shell."""

    def __init__(self, place: Place, *, numbers: Numbers, clock: Clock, shell: Shell, ids: Ids) -> None:
        self.call: Call | None = None
        self._place, self._numbers, self._clock, self._shell, self._ids = place, numbers, clock, shell, ids
        self._sheet = DaySheet(demo=place.demo)
        self._endings: dict[str, CallNow] = {}
        self._visitors: dict[str, VisitorSeen] = {}
        self._came: set[str] = set()  # bookings whose family was in the waiting room at some time
        self._devices: DevicesNow | None = None
        self._link = LinkNow(up=False)
        self._shell_up = False
        self._shell_since_ms = clock.boot_ms()
        self._shown: Show | None = None
        self._told: Tell | None = None

    @property
    def has_just_ended(self) -> bool:
        """Whether a call has ended and its goodbye is still on the screen."""
        return self.call is not None and self.call.is_over

    # ---- facts from the shell ----

    def hear(self, fact: FromShell) -> None:
        """Take one fact from the shell. Raises Refused, IllegalTransition or Untrusted; nothing has changed then."""
        match fact:
            case ShellHello():
                self.shell_now(up=True)
            case Alive():
                pass
            case SheetArrived(document=document):
                self._sheet_arrived(document)
            case LinkNow():
                self._link_now(fact)
            case VisitorSeen():
                self._visitor_seen(fact)
            case DevicesNow():
                self._devices = fact
            case Pressed():
                self._pressed(fact)
            case MediaNow() | FarSide() | SessionFailed():
                self._media(fact)
        self.tick()

    def shell_now(self, *, up: bool) -> None:
        """The shell came or went; what it knew of the network and the devices is gone with it."""
        self._shell_up = up
        self._shell_since_ms = self._clock.boot_ms()
        self._shown = self._told = self._devices = None
        self._visitors.clear()
        self._link = LinkNow(up=False)
        if self.call is not None:
            self.call.shell_now(up=up)

    def _link_now(self, link: LinkNow) -> None:
        self._link = link
        if not link.up:
            self._visitors.clear()
        if self.call is not None:
            self.call.link_now(up=link.up)

    def _visitor_seen(self, seen: VisitorSeen) -> None:
        if self._sheet.listed(seen.booking_id) is None:
            return
        self._visitors[seen.booking_id] = seen
        if seen.presence is Presence.WAITING:
            self._came.add(seen.booking_id)
        if self.call is not None and self.call.booking.booking_id == seen.booking_id:
            self.call.visitor_seen(seen.presence, seen.page)

    def _pressed(self, pressed: Pressed) -> None:
        if self.call is None:
            raise Refused("There is no call now.")
        self.call.pressed(pressed.key, pressed.ticked)

    def _media(self, fact: MediaNow | FarSide | SessionFailed) -> None:
        if self.call is None:
            return
        match fact:
            case MediaNow():
                self.call.media_now(fact)
            case FarSide(received=received):
                self.call.far_side(received)
            case SessionFailed(session=session):
                self.call.session_failed(session)

    # ---- the sheet ----

    def _sheet_arrived(self, untrusted: str) -> None:
        self._sheet.take(untrusted)
        self._follow_sheet()
        self._tell_again()

    def _follow_sheet(self) -> None:
        """A call not yet admitted follows the sheet: moved with it, or cancelled when it is there no more."""
        call = self.call
        if call is None or call.state not in (CallState.WAITING, CallState.IDENTITY):
            return
        booking = self._sheet.listed(call.booking.booking_id)
        if booking is None:
            call.end(Event.CANCELLED)
        elif booking != call.booking:
            if call.state is CallState.IDENTITY:
                call.pressed(Key.LEAVE_IDENTITY, ())
            self.call = None

    def _tell_again(self) -> None:
        """A sheet that still lists a call that is over shows that its ending was never heard."""
        for booking_id, ending in self._endings.items():
            if self._sheet.listed(booking_id) is not None:
                self._shell.send(Tell(call=ending))
                self._told = None  # and then where the call of now is

    def _next(self) -> Booking | None:
        return self._sheet.next_of(self._clock.wall(), frozenset(self._endings))

    # ---- time ----

    def tick(self) -> None:
        """Look at the clock: open what is due, move the call on, show what there is to show."""
        if self.call is not None:
            self.call.tick()
            self._let_go(self.call)
        if self.call is None:
            self._open_next()
        self._tell()
        self._show()

    def _let_go(self, call: Call) -> None:
        """Remember an ended call; drop it when its goodbye has been read."""
        if call.is_over:
            self._endings[call.booking.booking_id] = call.now()
            following = self._next()
            is_next_due = following is not None and self._clock.wall() >= following.starts_at
            stays = self._numbers.shortest_goodbye if is_next_due else self._numbers.goodbye
            if call.in_state_ms() >= ms(stays):
                self.call = None
        elif call.state is CallState.WAITING and not is_open(call.booking, self._clock.wall(), self._numbers):
            self.call = None  # the wall clock was corrected; the booking keeps its place in the day

    def _open_next(self) -> None:
        booking = self._next()
        if booking is None or not is_open(booking, self._clock.wall(), self._numbers) or not self._shell_up:
            return
        if self._fault() is not None:
            return
        self.call = Call(
            booking,
            numbers=self._numbers,
            clock=self._clock,
            shell=self._shell,
            ids=self._ids,
            synthetic=self._place.demo,
        )
        self.call.meeting.visitor_came = booking.booking_id in self._came
        self.call.link_now(up=self._link.up)
        if (seen := self._visitors.get(booking.booking_id)) is not None:
            self.call.visitor_seen(seen.presence, seen.page)

    # ---- what is shown and told ----

    def _fault(self) -> Fault | None:
        """Why the laptop cannot be used, or None."""
        if self._sheet.fault is not None:
            return self._sheet.fault
        if (refused := _REFUSED.get(self._link.refused or "")) is not None:
            return refused
        if self._sheet.newest is None:
            return Fault.NO_SERVICE if self._has_waited_for_service() else Fault.STARTING
        return None if self._place.demo else self._device_fault()

    def _has_waited_for_service(self) -> bool:
        waited_ms = self._clock.boot_ms() - self._shell_since_ms
        return not self._link.up and waited_ms > ms(self._numbers.service_answers)

    def _device_fault(self) -> Fault | None:
        """A real call needs every device; until they are known there is none."""
        if self._devices is None:
            return Fault.STARTING
        if not self._devices.camera:
            return Fault.NO_CAMERA
        return None if self._devices.microphone and self._devices.speaker else Fault.NO_SOUND

    def _scene(self) -> AnyScene:
        call = self.call
        if call is not None and call.state is not CallState.WAITING:
            return scene_of(call, self._numbers)
        if (fault := self._fault()) is not None:
            return OutOfService(fault=fault, reference="" if fault is Fault.STARTING else _reference(fault))
        booking = call.booking if call is not None else self._next()
        if booking is None:
            return NothingBooked()
        return self._next_call(booking)

    def _next_call(self, booking: Booking) -> NextCall:
        until = booking.starts_at - self._clock.wall()
        counting = ms(until) <= ms(self._numbers.countdown_from)
        return NextCall(
            who=who(booking),
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            countdown_s=max(0, -(-ms(until) // 1000)) if counting else None,
            may_open=self.call is not None,
        )

    def _frame(self) -> Frame:
        devices, sheet = self._devices, self._sheet.newest
        missing_camera = devices is not None and not devices.camera
        missing_sound = devices is not None and not (devices.microphone and devices.speaker)
        return Frame(
            establishment=sheet.establishment if sheet else "",
            laptop=sheet.laptop if sheet else "",
            timezone=sheet.timezone if sheet else "Europe/London",
            demo=self._place.demo,
            online=self._link.up,
            synthetic_camera=self._place.demo and missing_camera,
            synthetic_sound=self._place.demo and missing_sound,
            officer_keys=self.call is not None and not self.call.is_over,
            end_later_key=self.call is not None and self.call.can_end_later,
        )

    def _show(self) -> None:
        show = Show(frame=self._frame(), scene=self._scene())
        if self._shell_up and show != self._shown:
            self._shown = show
            self._shell.send(show)

    def _tell(self) -> None:
        """Tell the service of every change of state, and of time left once a second."""
        if self.call is None or not self._shell_up:
            return
        exact = self.call.now()
        tell = Tell(call=exact.model_copy(update={"talk_ms": 0, "left_ms": -(-exact.left_ms // 1000)}))
        if tell != self._told:
            self._told = tell
            self._shell.send(Tell(call=exact))
