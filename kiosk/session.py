"""The laptop's day: which booking is next, whether the laptop is open or out of service. No I/O."""

from dataclasses import dataclass

from contract.sheet import CALL_SHEET, Booking, CallSheet
from contract.strict import Malformed, parse
from contract.words import CallState, Use
from kiosk.call import Call
from kiosk.call_scenes import scene_of, who
from kiosk.errors import Refused, Untrusted
from kiosk.ipc import (
    Alive,
    DevicesNow,
    FarSide,
    FromShell,
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


@dataclass(frozen=True)
class Place:
    """Where this laptop is and what it may do. A demo obeys demo sheets only, and says so on every scene."""

    demo: bool


class Session:
    """The laptop's day. Facts from the shell go in by `hear`; scenes and commands go out to the shell."""

    def __init__(self, place: Place, *, numbers: Numbers, clock: Clock, shell: Shell, ids: Ids) -> None:
        self.call: Call | None = None
        self._place, self._numbers, self._clock, self._shell, self._ids = place, numbers, clock, shell, ids
        self._sheet: CallSheet | None = None
        self._finished: set[str] = set()
        self._visitors: dict[str, VisitorSeen] = {}
        self._devices: DevicesNow | None = None
        self._link = LinkNow(up=False)
        self._sheet_fault: Fault | None = None
        self._shell_up = False
        self._shown: Show | None = None
        self._told: Tell | None = None

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
        self._visitors[seen.booking_id] = seen
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
        """Keep the newest sheet that checks out; an older or unreadable one changes nothing but the reason shown."""
        try:
            sheet = parse(untrusted, CALL_SHEET)
        except Malformed as error:
            self._sheet_fault = Fault.BAD_SHEET if self._sheet is None else None
            raise Untrusted(f"call sheet: {error.where}") from error
        if self._place.demo is not (sheet.use is Use.DEMO):
            self._sheet_fault = Fault.LIVE_SHEET if self._place.demo else Fault.BAD_SHEET
            raise Untrusted(f"call sheet is for {sheet.use} use")
        if self._sheet is not None and sheet.serial < self._sheet.serial:
            raise Untrusted(f"call sheet {sheet.serial} is older than {self._sheet.serial}")
        self._sheet, self._sheet_fault = sheet, None
        self._follow_sheet()

    def _follow_sheet(self) -> None:
        """A call not yet admitted follows the sheet: moved with it, or cancelled when it is there no more."""
        call = self.call
        if call is None or call.state not in (CallState.WAITING, CallState.IDENTITY):
            return
        booking = next((b for b in self._bookings() if b.booking_id == call.booking.booking_id), None)
        if booking is None:
            call.end(Event.CANCELLED)
        elif booking != call.booking and call.state is CallState.WAITING:
            self.call = None

    def _bookings(self) -> tuple[Booking, ...]:
        return () if self._sheet is None else self._sheet.bookings

    def _next(self) -> Booking | None:
        """The first booking that is not over, by its start."""
        now = self._clock.wall()
        waiting = [b for b in self._bookings() if b.booking_id not in self._finished and now < b.hard_stop_at]
        return min(waiting, key=lambda booking: booking.starts_at, default=None)

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
            self._finished.add(call.booking.booking_id)
            if call.in_state_ms() >= ms(self._numbers.goodbye):
                self.call = None

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
        self.call.link_now(up=self._link.up)
        if (seen := self._visitors.get(booking.booking_id)) is not None:
            self.call.visitor_seen(seen.presence, seen.page)

    # ---- what is shown and told ----

    def _fault(self) -> Fault | None:
        """Why the laptop cannot be used, or None."""
        if self._sheet_fault is not None:
            return self._sheet_fault
        if self._link.refused == "not_a_laptop":
            return Fault.NOT_ENROLLED
        if self._link.refused == "laptop_elsewhere":
            return Fault.IDENTITY_IN_USE
        if not self._place.demo and self._devices is not None:
            if not self._devices.camera:
                return Fault.NO_CAMERA
            if not (self._devices.microphone and self._devices.speaker):
                return Fault.NO_SOUND
        return None

    def _scene(self) -> AnyScene:
        call = self.call
        if call is not None and call.state is not CallState.WAITING:
            return scene_of(call, self._numbers)
        if (fault := self._fault()) is not None:
            return OutOfService(fault=fault)
        if call is None and self._sheet is None:
            return OutOfService(fault=Fault.STARTING)
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
        devices = self._devices
        missing_camera = devices is not None and not devices.camera
        missing_sound = devices is not None and not (devices.microphone and devices.speaker)
        return Frame(
            establishment=self._sheet.establishment if self._sheet else "",
            laptop=self._sheet.laptop if self._sheet else "",
            timezone=self._sheet.timezone if self._sheet else "Europe/London",
            demo=self._place.demo,
            online=self._link.up,
            synthetic_camera=self._place.demo and missing_camera,
            synthetic_sound=self._place.demo and missing_sound,
            officer_keys=self.call is not None and not self.call.is_over,
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
