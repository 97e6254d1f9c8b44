"""The laptop's day: which booking is next, whether the laptop is open or out of service. No I/O."""

from datetime import datetime

from contract.record import OutcomeKept, OutcomeReport
from contract.sheet import Booking
from contract.words import CallState, HoldReason
from kiosk import day_scenes, officer_deeds
from kiosk.call import Call
from kiosk.call_report import asks_reason, call_now, outcome_report
from kiosk.day_scenes import DayView, Place
from kiosk.day_sheet import DaySheet
from kiosk.deeds import AnyDeed, GiveReason, Lock, Unlock
from kiosk.ended import Ended
from kiosk.errors import Refused, Untrusted
from kiosk.ipc import (
    Alive,
    Asked,
    DevicesNow,
    DevicesShut,
    FarSide,
    FromService,
    FromShell,
    Key,
    LinkNow,
    MediaNow,
    Pressed,
    ServiceTime,
    SessionFailed,
    SheetArrived,
    ShellHello,
    Show,
    VisitorSeen,
)
from kiosk.kept import DayKept
from kiosk.meeting import CAME
from kiosk.memory import correct, keep_call, recall_call, shift_of
from kiosk.policy.admission import is_open
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.permissions import ADMITTED
from kiosk.policy.states import Event
from kiosk.ports import Around, Data
from kiosk.reckoning import Known
from kiosk.shell_seen import ShellSeen
from kiosk.telling import Telling


class Session:
    """The laptop's day. Facts from the shell go in by `hear`; scenes and commands go out to the shell."""

    def __init__(self, place: Place, *, numbers: Numbers, around: Around) -> None:
        self.call: Call | None = None
        self._before: Call | None = None  # the call that ended before, for whoever still explains it
        self.locked = False
        self.ended = Ended()
        self._place, self._numbers, self._around = place, numbers, around
        self._clock = around.clock
        self._up_since_ms = around.clock.boot_ms()
        self._sheet = DaySheet(demo=place.demo)
        self._came: set[str] = set()  # bookings whose family was there at some time
        self._listed_since: dict[str, int] = {}
        self._shell = ShellSeen(since_ms=self._up_since_ms)
        self._telling = Telling(around.shell, around.clock, numbers)

    @property
    def sheet_issued_at(self) -> datetime | None:
        """When the service wrote the newest sheet, by its own clock."""
        return None if self._sheet.newest is None else self._sheet.newest.issued_at

    @property
    def is_online(self) -> bool:
        """Whether what is carried to the service can arrive."""
        return self._shell.is_online

    def record_of(self, deed: AnyDeed) -> tuple[str, Data]:
        """How the audit trail names a deed."""
        return officer_deeds.RECORDED_AS[deed.kind], officer_deeds.data_of(deed, self._subject(deed))

    def _subject(self, deed: AnyDeed) -> Call | None:
        """Which call a deed is about: the one of now, but a reason may still be given for the one before."""
        is_before = isinstance(deed, GiveReason) and self._before is not None
        return self._before if is_before and (self.call is None or not self.call.is_over) else self.call

    # ---- facts from the shell ----

    def hear(self, fact: FromShell) -> None:
        """Take one fact from the shell. Raises Refused, IllegalTransition or Untrusted; nothing has changed then."""
        if not isinstance(fact, ShellHello) and self._shell.spoke(fact) and self.call is not None:
            self.call.laptop_works(self._has_devices())
        match fact:
            case ShellHello():
                self._around.record.note("shell_started", {})
                self.shell_now(up=True)
            case Alive():
                pass
            case SheetArrived(document=document):
                self._sheet_arrived(document)
            case LinkNow():
                self._link_now(fact)
            case ServiceTime(at=at):
                self._time_is(at)
            case VisitorSeen():
                self._visitor_seen(fact)
            case DevicesNow():
                self._devices_now(fact)
            case Pressed(key=key):
                self._pressed(key)
            case FromService(answer=OutcomeKept() as kept):
                self._outcome_kept(kept)
            case DevicesShut() | Asked() | FromService():
                pass  # the guard's own
            case MediaNow() | FarSide() | SessionFailed():
                self._media(fact)
        self.tick()

    def shell_now(self, *, up: bool, silent_ms: int = 0) -> None:
        """The shell came, or went and was silent so long; what it knew of network and devices is gone with it."""
        self._shell.came_or_went(up=up, now_ms=self._clock.boot_ms())
        self._telling.forget()
        if self.call is not None:
            self.call.shell_now(up=up, silent_ms=silent_ms)

    def shell_silent(self, silent_ms: int) -> None:
        """The shell is there and has said nothing for too long: what it does now is not known."""
        self._shell.works = False
        if self.call is not None and self._shell.up:
            self.call.shell_silent(silent_ms)

    def could_not_open(self, session: str) -> None:
        """The guard could not record that devices open: the laptop itself is at fault until it speaks again."""
        if self.call is not None:
            self._shell.works = False
            self.call.laptop_works(False)
            self.call.session_failed(session)

    def _has_devices(self) -> bool:
        return self._place.demo or day_scenes.device_fault(self._shell.devices) is None

    def _devices_now(self, devices: DevicesNow) -> None:
        self._shell.devices = devices
        if self.call is not None and self._shell.works:
            self.call.laptop_works(self._has_devices())

    def _link_now(self, link: LinkNow) -> None:
        self._shell.link_now(link)
        if self.call is not None:
            self.call.link_now(link)
        if link.up:
            self._telling.carry_soon()

    def _time_is(self, at: datetime) -> None:
        """The service's own time: after a reboot it says how long the machine was really off."""
        call = self.call
        if call is None or call.time_unsure_until_ms is None or call.is_over:
            return
        wrong_by_ms = ms(self._clock.wall() - at)
        if abs(wrong_by_ms) > ms(self._numbers.reboot_clock_may_err):
            self._around.record.note("reboot_gap_corrected", {"wrong_by_ms": wrong_by_ms})
            correct(call, wrong_by_ms)
        call.time_unsure_until_ms = None

    def _outcome_kept(self, kept: OutcomeKept) -> None:
        if self.ended.kept(kept):
            self._around.record.note("outcome_delivered", {"booking_id": kept.booking_id, "revision": kept.revision})

    def _visitor_seen(self, seen: VisitorSeen) -> None:
        is_ours = self.call is not None and self.call.booking.booking_id == seen.booking_id
        if self._sheet.listed(seen.booking_id) is None and not is_ours:
            return
        self._shell.visitors[seen.booking_id] = seen
        if seen.presence in CAME:
            self._came.add(seen.booking_id)
        if self.call is not None and self.call.booking.booking_id == seen.booking_id:
            self.call.visitor_seen(seen)

    def _pressed(self, key: Key) -> None:
        if key is Key.END_NOW:
            self.end_now("key")
            return
        if self.call is None:
            raise Refused("There is no call now.")
        if self.locked and key is Key.OPEN_IDENTITY:
            raise Refused("The laptop is locked. An officer must unlock it first.")
        self.call.pressed(key)

    def end_now(self, how: str) -> None:
        """End whatever there is to end, by its key, the power button or a command. Always works; never refused."""
        booking = {} if self.call is None else {"booking_id": self.call.booking.booking_id}
        self._around.record.note("end_asked", {**booking, "how": how}, actor="unidentified")
        if self.call is not None:
            self.call.end(Event.STAFF_STOPPED)
        self.tick()

    # ---- deeds ----

    def check(self, deed: AnyDeed) -> None:
        """Raises Refused with one sentence when an officer may not do this now."""
        officer_deeds.check(deed, self._subject(deed), locked=self.locked)

    def perform(self, deed: AnyDeed) -> None:
        """Do what an officer's PIN has authorised and the trail has recorded. Raises Refused or IllegalTransition."""
        self.check(deed)
        if isinstance(deed, Lock | Unlock):
            self.locked = isinstance(deed, Lock)
            if self.locked and self.call is not None:
                self._shut_for_lock(self.call)
        elif (call := self._subject(deed)) is not None:
            officer_deeds.perform(deed, call)
            if call is self._before:
                self._remember(call)
        self.tick()

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
        before = None if self._sheet.newest is None else self._sheet.newest.serial
        try:
            sheet = self._sheet.take(untrusted)
        except Untrusted as error:
            self._around.record.note("sheet_refused", {"why": str(error)})
            raise
        now = self._clock.boot_ms()
        self._listed_since = {b.booking_id: self._listed_since.get(b.booking_id, now) for b in sheet.bookings}
        if sheet.serial != before:
            self._around.record.note("sheet_taken", {"serial": sheet.serial})
        self._follow_sheet()
        self._tell_again()

    def _follow_sheet(self) -> None:
        """A call not yet admitted follows the sheet: moved with it, or cancelled when it is there no more."""
        call = self.call
        if call is None or call.is_over:
            return
        if call.state in ADMITTED:
            if (outcome := self._sheet.cancelled(call.booking.booking_id)) is not None:
                call.end(Event.CANCELLED, outcome)
            return
        booking = self._sheet.listed(call.booking.booking_id)
        if booking is None:
            call.end(Event.CANCELLED, self._sheet.cancelled(call.booking.booking_id))
        elif booking != call.booking:
            if call.state is CallState.IDENTITY:
                call.pressed(Key.LEAVE_IDENTITY)
            self.call = None

    def _tell_again(self) -> None:
        """A sheet that still lists a call that is over shows that its ending was never heard."""
        for booking in self._sheet.bookings:
            if (ending := self.ended.of(booking.booking_id)) is not None:
                self._telling.tell_ended(ending)

    def _next(self) -> Booking | None:
        return self._sheet.next_of(self._clock.wall(), self.ended.bookings)

    # ---- time ----

    def tick(self) -> None:
        """Look at the clock: open what is due, move the call on, show what there is to show."""
        if self.call is not None:
            self.call.tick()
            self._let_go(self.call)
        if self.call is None:
            self._report_missed()
            self._open_next()
        if self._shell.up:
            self._say()

    def _shut_for_lock(self, call: Call) -> None:
        """No preview and no call on a locked laptop."""
        if call.state is CallState.IDENTITY:
            call.pressed(Key.LEAVE_IDENTITY)
        elif call.can_be_held:
            call.hold(HoldReason.OFFICER)

    def _report_missed(self) -> None:
        """Give every booking that passed by while the laptop was no use its truthful ending, without a scene."""
        if not self.is_online:
            return
        for booking in self._sheet.missed(self._clock.wall(), self.ended.bookings):
            call = self._new_call(booking)
            call.meeting.visitor_came = booking.booking_id in self._came
            call.tick()
            self._remember(call)

    def _remember(self, call: Call) -> None:
        report = outcome_report(call)
        if self.ended.add(call_now(call), report):
            self._around.record.note("outcome", _recorded(report))
            self._telling.carry_soon()

    def _let_go(self, call: Call) -> None:
        """Remember an ended call; drop it when its goodbye has been read."""
        if call.is_over:
            self._remember(call)
            following = self._next()
            is_next_due = following is not None and self._clock.wall() >= following.starts_at
            stays = self._numbers.shortest_goodbye if is_next_due else self._numbers.goodbye
            if call.in_state_ms() >= ms(stays):
                self.call, self._before = None, call
        elif call.state is CallState.WAITING and not is_open(call.booking, self._clock.wall(), self._numbers):
            self.call = None  # the wall clock was corrected; the booking keeps its place in the day

    def _open_next(self) -> None:
        booking = self._next()
        if booking is None or not is_open(booking, self._clock.wall(), self._numbers) or not self._shell.up:
            return
        if day_scenes.fault(self.view()) is not None:
            return
        self.call = self._new_call(booking)
        self.call.meeting.visitor_came = booking.booking_id in self._came
        self.call.link_now(self._shell.link)
        if (seen := self._shell.visitors.get(booking.booking_id)) is not None:
            self.call.visitor_seen(seen)

    # ---- what is shown and told ----

    def view(self) -> DayView:
        """All that the screen is made from."""
        return DayView(
            place=self._place,
            sheet=self._sheet,
            link=self._shell.link,
            devices=self._shell.devices,
            call=self.call,
            following=self.call.booking if self.call is not None else self._next(),
            locked=self.locked,
            waited_ms=self._clock.boot_ms() - self._shell.since_ms,
            now=self._clock.wall(),
            numbers=self._numbers,
        )

    def _say(self) -> None:
        """Where the call is, the outcomes that are not kept yet, and the scene: what of it is news."""
        if self.call is not None:
            self._telling.tell(call_now(self.call))
        if self._shell.link.up and self.ended.unsent:
            self._telling.carry(self.ended.unsent)
        view = self.view()
        unexplained = self._before is not None and asks_reason(self._before)
        panel = officer_deeds.panel(self.call, self._numbers, locked=self.locked, unexplained=unexplained)
        self._telling.show(Show(frame=day_scenes.frame(view), panel=panel, scene=day_scenes.scene(view)))

    # ---- the journal ----

    def keep(self, boot_id: str) -> DayKept:
        """All of the day that must survive a power cut."""
        return DayKept(
            boot_id=boot_id,
            boot_ms=self._clock.boot_ms(),
            wall=self._clock.wall(),
            locked=self.locked,
            came=tuple(self._came),
            ended=self.ended.keep(),
            call=None if self.call is None else keep_call(self.call),
        )

    def recall(self, kept: DayKept, boot_id: str) -> None:
        """Go on with the day that was kept."""
        self.locked, self.ended, self._came = kept.locked, Ended(kept.ended), set(kept.came)
        if kept.call is not None:
            shift_ms = shift_of(kept, boot_id, self._around)
            self.call = recall_call(kept.call, shift_ms, self._new_call, self._around)
            if kept.boot_id != boot_id:
                self.call.time_unsure_until_ms = self._clock.boot_ms() + ms(self._numbers.reboot_unchecked)
        self.tick()

    def _new_call(self, booking: Booking) -> Call:
        listed_ms = self._listed_since.get(booking.booking_id, self._clock.boot_ms())
        known = Known(up_since_ms=max(self._up_since_ms, self._shell.since_ms), listed_since_ms=listed_ms)
        return Call(booking, numbers=self._numbers, around=self._around, known=known)

    def forget(self) -> None:
        """Begin again with nothing: what was kept could not be gone on with."""
        self.call, self.locked, self.ended, self._came = None, False, Ended(), set()


def _recorded(report: OutcomeReport) -> dict[str, object]:
    """An outcome as the audit trail has it."""
    data = report.model_dump(mode="json", exclude={"type"})
    data["lost"] = data.pop("lost_ms")
    return data
