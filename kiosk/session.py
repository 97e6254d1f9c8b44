"""The laptop's day: which booking is next, whether the laptop is open or out of service. No I/O."""

from datetime import datetime, timedelta
from typing import Final

from contract.documents import DocumentKind
from contract.record import OutcomeKept
from contract.sheet import Booking, CallSheet
from contract.words import CallState
from kiosk import day_scenes, officer_deeds, revoking
from kiosk.call import Call
from kiosk.call_report import asks_reason, call_now
from kiosk.day_deeds import Calls, DayDeeds
from kiosk.day_scenes import DayView, Place
from kiosk.day_sheet import DaySheet
from kiosk.errors import Refused, Untrusted
from kiosk.fitness import Fitness
from kiosk.ipc import (
    Alive,
    Asked,
    CameraNow,
    CertificateArrived,
    DevicesNow,
    DevicesShut,
    DocumentArrived,
    FarSide,
    FromService,
    FromShell,
    Key,
    KeysSwallowed,
    LinkNow,
    MediaNow,
    Painted,
    PhotoArrived,
    PhotoWanted,
    Pressed,
    ProvenHere,
    ScreensNow,
    SelfChecked,
    SessionFailed,
    SessionJoined,
    SessionRenewed,
    ShellHello,
    VisitorSeen,
)
from kiosk.kept import DayKept
from kiosk.meeting import CAME
from kiosk.memory import correct, keep_call, recall_call, shift_of
from kiosk.notices import with_notices
from kiosk.outcomes import Outcomes
from kiosk.policy.admission import is_open
from kiosk.policy.measures import Standing
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.permissions import ADMITTED
from kiosk.policy.states import Event
from kiosk.ports import Around
from kiosk.reckoning import Known
from kiosk.scenes import CameraFault, Notice, SelfCheckSeen
from kiosk.shell_seen import ShellSeen
from kiosk.telling import Telling
from kiosk.time_asking import TimeAsking
from kiosk.wall_clock import Said

EXPLAINED_WITHIN: Final = timedelta(minutes=15)


class Session:
    """The laptop's day. Facts from the shell go in by `hear`; scenes and commands go out to the shell."""

    def __init__(self, place: Place, *, numbers: Numbers, around: Around) -> None:
        self._calls = Calls()
        self._told: tuple[Notice, ...] = ()
        self._self_check = SelfCheckSeen()
        self._place, self._numbers, self._around = place, numbers, around
        self._clock = around.clock
        self._up_since_ms = around.clock.boot_ms()
        self.fitness = Fitness(around, numbers)
        self._sheet = DaySheet(around, demo=place.demo)
        self._came: set[str] = set()  # bookings whose family was there at some time
        self._shell = ShellSeen(since_ms=self._up_since_ms)
        self._time = TimeAsking(around)
        self._telling = Telling(around.shell, around.clock, numbers)
        self.outcomes = Outcomes(self._telling, around.record)
        self.deeds = DayDeeds(self._calls, self.fitness, self.outcomes, around.clock, self.tick)

    @property
    def call(self) -> Call | None:
        """The call of now, from five minutes before its start until its goodbye has been read."""
        return self._calls.now

    @property
    def sheet_issued_at(self) -> datetime | None:
        """When the service wrote the newest sheet, by its own clock."""
        return None if self._sheet.newest is None else self._sheet.newest.issued_at

    @property
    def sheet(self) -> CallSheet | None:
        """The newest sheet that checks out."""
        return self._sheet.newest

    @property
    def is_online(self) -> bool:
        """Whether what is carried to the service can arrive."""
        return self._shell.is_online

    @property
    def may_check(self) -> bool:
        """Whether the laptop may check itself: no call has begun, and nobody reads a goodbye."""
        return self.call is None or self.call.state is CallState.WAITING

    @property
    def following(self) -> Booking | None:
        """The next booking, whether or not its room is open."""
        return self._next() if self.call is None else self.call.booking

    @property
    def to_come(self) -> tuple[Booking, ...]:
        """Every booking of the sheet that is not over, the one of now among them."""
        return tuple(each for each in self._sheet.bookings if each.booking_id not in self.outcomes.ended.bookings)

    @property
    def timezone(self) -> str:
        """Of the establishment, as the sheet names it."""
        return self._sheet.timezone

    @property
    def is_shell_up(self) -> bool:
        """Whether there is a shell."""
        return self._shell.up

    @property
    def is_settled(self) -> bool:
        """Whether shell, line and lockdown have said how they stand, or have had the time to."""
        waited_ms = self._clock.boot_ms() - self._shell.since_ms
        has_tried = self._shell.has_tried_the_line or waited_ms >= ms(self._numbers.service_answers)
        have_said = self._shell.has_said and has_tried and not self.fitness.standing.is_starting
        return have_said or waited_ms >= ms(self._numbers.shell_starts)

    @property
    def may_open_devices(self) -> bool:
        """Whether nothing of the lockdown is lost that keeps pictures and sound inside."""
        return not self.fitness.standing.blocking and not self.fitness.standing.is_starting

    @property
    def believed(self) -> datetime:
        """What the time is, by the service where it has said so."""
        return self.fitness.wall.believed()

    @property
    def may_be_explained(self) -> bool:
        """Whether an officer may well still say why the call before was ended."""
        before = self._calls.before
        return before is not None and asks_reason(before) and before.in_state_ms() < ms(EXPLAINED_WITHIN)

    def closed_by(self) -> str | None:
        """Why no call can be opened here now, in one sentence for IT; None when nothing of the laptop is against it."""
        if self._place.barred is not None:
            return f"{self._place.barred}: this laptop is out of service."
        try:
            self.fitness.check_may_open()
        except Refused as why:
            return str(why)
        return None

    # ---- facts from the shell ----

    def hear(self, fact: FromShell) -> None:
        """Take one fact from the shell. Raises Refused, IllegalTransition or Untrusted; nothing has changed then."""
        if not isinstance(fact, ShellHello) and self._shell.spoke(fact):
            self._laptop_works()
        match fact:
            case ShellHello():
                self._around.record.note("shell_started", {})
                self.shell_now(up=True)
            case Alive():
                pass
            case DocumentArrived(kind=DocumentKind.SHEET, document=document):
                self._sheet_arrived(document)
            case LinkNow():
                self._link_now(fact)
            case DocumentArrived(kind=DocumentKind.TIME, document=document):
                self._time_is(self._time.heard(document))
            case VisitorSeen():
                self._visitor_seen(fact)
            case DevicesNow() | CameraNow():
                self._devices_now(fact)
            case Pressed(key=key) if key is not Key.CHECK_LAPTOP:
                self._pressed(key)
            case FromService(answer=OutcomeKept() as kept):
                self.outcomes.kept(kept)
            case (
                DevicesShut()
                | Asked()
                | CertificateArrived()
                | ProvenHere()
                | KeysSwallowed()
                | ScreensNow()
                | Painted()
                | SelfChecked()
                | Pressed(key=Key.CHECK_LAPTOP)
                | PhotoWanted()
                | PhotoArrived()
                | FromService()
                | DocumentArrived()
            ):
                pass  # the guard's own
            case MediaNow() | FarSide() | SessionFailed() | SessionRenewed() | SessionJoined():
                self._media(fact)
        self.tick()

    def shell_now(self, *, up: bool, silent_ms: int = 0) -> None:
        """The shell came, or went and was silent so long; what it knew of network and devices is gone with it."""
        self._shell.came_or_went(up=up, now_ms=self._clock.boot_ms(), at=self.fitness.wall.believed())
        self._time.link_is(self._shell.link.up)
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

    def lockdown_now(self, standing: Standing) -> None:
        """How the lockdown stands: a measure that is lost keeps calls from running until it holds again."""
        if standing != self.fitness.standing:
            self.fitness.standing = standing
            self._laptop_works()
            self.tick()

    def _laptop_works(self) -> None:
        """Tell the call whether this laptop itself is fit for it."""
        call, barred_by = self.call, self.fitness.barred_by
        if call is None:
            return
        call.bar(barred_by)
        if self._shell.works:
            call.lacks = None if self._place.demo else day_scenes.device_fault(self._shell.devices)
            call.camera = self._shell.camera
            has_camera = call.camera is None or call.camera is CameraFault.COVERED  # that is no fault of the laptop's
            call.laptop_works(call.lacks is None and has_camera and barred_by is None)
        elif barred_by is not None:
            call.laptop_works(False)

    def _devices_now(self, fact: DevicesNow | CameraNow) -> None:
        if isinstance(fact, DevicesNow):
            self._shell.devices = fact
        else:
            self._shell.camera = fact.fault
        if self._shell.works:
            self._laptop_works()

    def _link_now(self, link: LinkNow) -> None:
        self._shell.link_now(link, self.fitness.wall.believed())
        self._time.link_is(link.up)
        if self.call is not None:
            self.call.link_now(link)
        if link.up:
            self._telling.carry_soon()

    def _time_is(self, said: Said) -> None:
        """The service's own time: after a reboot it says how long the machine was really off."""
        self.fitness.wall.service_said(said)
        call = self.call
        if call is None or call.time_unsure_until_ms is None or call.is_over:
            return
        wrong_by_ms = said.wrong_by_ms(self._clock.wall(), self._clock.boot_ms())
        if abs(wrong_by_ms) > ms(self._numbers.reboot_clock_may_err):
            self._around.record.note("reboot_gap_corrected", {"wrong_by_ms": wrong_by_ms})
            correct(call, wrong_by_ms)
        call.time_unsure_until_ms = None

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
        if key is Key.OPEN_IDENTITY:
            self.fitness.check_may_open()
        self.call.pressed(key)

    def end_now(self, how: str) -> None:
        """End whatever there is to end, by its key, the power button or a command. Always works; never refused."""
        booking = {} if self.call is None else {"booking_id": self.call.booking.booking_id}
        self._around.record.note("end_asked", {**booking, "how": how}, actor="unidentified")
        if self.call is not None:
            self.call.end(Event.STAFF_STOPPED)
        self.tick()

    def _media(self, fact: MediaNow | FarSide | SessionFailed | SessionRenewed | SessionJoined) -> None:
        if self.call is None:
            return
        match fact:
            case MediaNow():
                self.call.media_now(fact)
            case FarSide(received=received):
                self.call.far_side(received)
            case SessionFailed(session=session):
                self.call.session_failed(session)
            case SessionRenewed(session=session, renewed=renewed):
                self.call.session_renewed(session, renewed)
            case SessionJoined(session=session, steps=steps):
                self.call.session_joined(session, steps)

    # ---- the sheet ----

    def _sheet_arrived(self, untrusted: str) -> None:
        self._sheet.take(untrusted)
        if self.sheet_issued_at is not None:
            self.fitness.papers.sheet_came(self.sheet_issued_at)
        self._follow_sheet()
        self.outcomes.tell_again(self._sheet.bookings)

    def sheet_kept(self, untrusted: str) -> None:
        """Go on with the sheet that this laptop kept. Raises Untrusted; then the day is as if there were none."""
        try:
            self._sheet.take(untrusted)
        except Untrusted:
            self._sheet.fault = None
            raise
        if self.sheet_issued_at is not None:
            self.fitness.papers.sheet_came(self.sheet_issued_at, online=False)
        self._follow_sheet()
        self.tick()

    def _follow_sheet(self) -> None:
        """A call not yet admitted follows the sheet: moved with it, shut, or cancelled when it is there no more."""
        call = self.call
        if call is None or call.is_over:
            return
        call.timezone = self._sheet.timezone
        revoking.follow(call, self._sheet.revoked(call.booking.booking_id), self._around.record)
        if call.state in ADMITTED or call.is_off:
            if (outcome := self._sheet.cancelled(call.booking.booking_id)) is not None:
                call.end(Event.CANCELLED, outcome)
            return
        booking = self._sheet.listed(call.booking.booking_id)
        if booking is None:
            call.end(Event.CANCELLED, self._sheet.cancelled(call.booking.booking_id))
        elif booking != call.booking:
            if call.state is CallState.IDENTITY:
                call.pressed(Key.LEAVE_IDENTITY)
            self._calls.now = None

    def _next(self) -> Booking | None:
        return self._sheet.next_of(self._clock.wall(), self.outcomes.ended.bookings)

    # ---- time ----

    def tick(self) -> None:
        """Look at the clock: open what is due, move the call on, show what there is to show."""
        self._time.look()
        clock_is_wrong = self.fitness.wall.look()
        self.fitness.papers.look(online=self.is_online, clock_is_wrong=clock_is_wrong)
        if clock_is_wrong and self.call is not None and self.call.state is CallState.WAITING:
            self._calls.now = None  # before it is ended by a time that is not; the booking keeps its place in the day
        if self.call is not None:
            self.call.tick()
            self._let_go(self.call)
        if self.call is None:
            self._report_missed()
            self._open_next()
        if self._shell.up:
            self._say()

    def _report_missed(self) -> None:
        """Give every booking that passed by while the laptop was no use its truthful ending, without a scene."""
        if not self.is_online or self.fitness.wall.is_wrong:
            return
        for booking in self._sheet.missed(self._clock.wall(), self.outcomes.ended.bookings):
            call = self._new_call(booking)
            call.meeting.visitor_came = booking.booking_id in self._came
            call.tick()
            self.outcomes.remember(call)

    def _let_go(self, call: Call) -> None:
        """Remember an ended call; drop it when its goodbye has been read."""
        if call.is_over:
            self.outcomes.remember(call)
            following = self._next()
            is_next_due = following is not None and self._clock.wall() >= following.starts_at
            stays = self._numbers.shortest_goodbye if is_next_due else self._numbers.goodbye
            if call.in_state_ms() >= ms(stays):
                self._calls.now, self._calls.before = None, call
        elif call.state is CallState.WAITING and not is_open(call.booking, self._clock.wall(), self._numbers):
            self._calls.now = None  # the wall clock was corrected; the booking keeps its place in the day

    def _open_next(self) -> None:
        booking = self._next()
        if booking is None or not is_open(booking, self._clock.wall(), self._numbers) or not self._shell.up:
            return
        if day_scenes.fault(self.view()) is not None:
            return
        call = self._calls.now = self._new_call(booking)
        call.meeting.visitor_came = booking.booking_id in self._came
        call.link_now(self._shell.link)
        if (seen := self._shell.visitors.get(booking.booking_id)) is not None:
            call.visitor_seen(seen)

    # ---- what is shown and told ----

    def view(self) -> DayView:
        """All that the screen is made from. A call that is off is none: the sheet says of it what there is to say."""
        call = None if self.call is None or self.call.is_off else self.call
        return DayView(
            place=self._place,
            sheet=self._sheet,
            link=self._shell.link,
            devices=self._shell.devices,
            call=call,
            following=self._next() if call is None else call.booking,
            locked=self.fitness.locked,
            standing=self.fitness.standing,
            released=self.fitness.released,
            waited_ms=self._clock.boot_ms() - self._shell.since_ms,
            now=self._clock.wall(),
            believed=self.fitness.wall.believed(),
            clock_is_wrong=self.fitness.wall.is_wrong,
            aged=self.fitness.papers.aged,
            numbers=self._numbers,
            offline_since=self._shell.offline_since,
        )

    def told(self, notices: tuple[Notice, ...]) -> None:
        """What the guard has for the officer to read, besides what the day itself knows."""
        self._told = notices

    def checks_itself(self, seen: SelfCheckSeen) -> None:
        """What the officer may see of the laptop's check of itself."""
        self._self_check = seen

    def _say(self) -> None:
        """Where the call is, the outcomes that are not kept yet, and the scene: what of it is news."""
        if self.call is not None:
            self._telling.tell(call_now(self.call))
        if self._shell.link.up:
            self.outcomes.carry()
        view = self.view()
        before = self._calls.before
        unexplained = before is not None and asks_reason(before)
        panel = officer_deeds.panel(self.call, self._numbers, locked=self.fitness.locked, unexplained=unexplained)
        panel = panel.model_copy(update={"self_check": self._self_check})
        self._telling.show(with_notices(view, panel, self._told))

    # ---- the journal ----

    def keep(self, boot_id: str) -> DayKept:
        """All of the day that must survive a power cut."""
        return DayKept(
            boot_id=boot_id,
            boot_ms=self._clock.boot_ms(),
            wall=self._clock.wall(),
            locked=self.fitness.locked,
            released_at_ms=self.fitness.released_at_ms,
            came=tuple(self._came),
            ended=self.outcomes.ended.keep(),
            call=None if self.call is None else keep_call(self.call),
        )

    def recall(self, kept: DayKept, boot_id: str) -> None:
        """Go on with the day that was kept."""
        self.fitness.locked, self._came = kept.locked, set(kept.came)
        self.outcomes.recall(kept.ended)
        self.fitness.released_at_ms = kept.released_at_ms if kept.boot_id == boot_id else None
        if kept.call is not None:
            shift_ms = shift_of(kept, boot_id, self._around)
            call = self._calls.now = recall_call(kept.call, shift_ms, self._new_call, self._around)
            if kept.boot_id != boot_id:
                call.time_unsure_until_ms = self._clock.boot_ms() + ms(self._numbers.reboot_unchecked)
        self.tick()

    def _new_call(self, booking: Booking) -> Call:
        up_since_ms = max(self._up_since_ms, self._shell.since_ms)
        known = Known(up_since_ms, self._sheet.listed_since_ms(booking.booking_id))
        call = Call(booking, numbers=self._numbers, around=self._around, known=known)
        call.barred_by, call.timezone = self.fitness.barred_by, self._sheet.timezone
        return call

    def forget(self) -> None:
        """Begin again with nothing: what was kept could not be gone on with."""
        self._calls.now, self.fitness.locked, self._came = None, False, set()
        self.outcomes.recall(None)
