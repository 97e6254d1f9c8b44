"""One call, from waiting to ended: applies the table, runs the fair clock, says what the shell must do. No I/O."""

from dataclasses import replace
from datetime import timedelta

from contract.media import JoinSteps, Received
from contract.sheet import Booking
from contract.words import CallState, EndCode, HoldReason, Outcome, Presence, Purpose, SetMessage, VisitorId
from kiosk.course import Course
from kiosk.errors import Refused
from kiosk.ipc import Key, LinkNow, MediaNow, VisitorSeen
from kiosk.meeting import Meeting
from kiosk.policy.admission import is_open, unapproved
from kiosk.policy.endings import BY_A_PERSON, TIME_USED, Ending, Facts, ending_by_time
from kiosk.policy.local_day import local_day
from kiosk.policy.measures import MeasureName
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.permissions import ADMITTED
from kiosk.policy.states import TRANSITIONS, Event, next_state
from kiosk.ports import Around
from kiosk.reckoning import Known, Reckoning
from kiosk.scenes import CameraFault, Fault

CALLING = (CallState.JOINING, CallState.LIVE, CallState.INTERRUPTED)
_HERE = (Presence.CHECKING, Presence.WAITING)


class Call:
    """One booking's call. Facts go in by methods; commands go out to the shell; `state` is the truth.

    `course` is what has become of it, `time` its fair clock, `meeting` its two sides; deeds are in `officer_deeds`.
    """

    def __init__(self, booking: Booking, *, numbers: Numbers, around: Around, known: Known) -> None:
        self.booking, self.numbers = booking, numbers
        self.state = CallState.WAITING
        self.since_ms = around.clock.boot_ms()  # when the state began
        self.course = Course()
        self.meeting = Meeting(booking.booking_id, numbers=numbers, around=around)
        self.time = Reckoning(booking, around.clock, numbers, known)
        self._clock, self._record = around.clock, around.record
        self._notice: tuple[SetMessage, int] | None = None
        self._said_goodbye = False
        self.timezone = "UTC"  # of the establishment, by the sheet
        self.lacks: Fault | None = None  # a device that went away
        self.camera: CameraFault | None = None  # what else is wrong with it
        self.barred_by: MeasureName | None = None  # a measure of the lockdown that does not hold
        self.time_unsure_until_ms: int | None = None  # after a reboot, until the service has said what the time is

    # ---- what is asked of the call ----

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.state is CallState.ENDED

    @property
    def left_ms(self) -> int:
        """Talk still to come, in milliseconds; what an officer's "end in 60 s" leaves, when that is less."""
        left, soon = self.time.left_ms, self.ends_soon_left_ms
        return left if soon is None else min(left, soon)

    @property
    def ends_soon_left_ms(self) -> int | None:
        """How long until an officer's "end in 60 s" takes effect; None when none was asked for."""
        at = self.course.ends_soon_ms
        return None if at is None else max(0, at - self._clock.boot_ms())

    @property
    def has_preview(self) -> bool:
        """Whether the visitor's picture is arriving for the officer."""
        return self.state is CallState.IDENTITY and self.meeting.is_being_received_here

    @property
    def can_be_held(self) -> bool:
        """Whether Hold means anything: somebody was admitted, and the call is neither held nor over."""
        return self.state in CALLING

    @property
    def is_held_for_revocation(self) -> bool:
        """Whether the call is held because somebody may take part no more."""
        return self.state is CallState.HELD and self.course.held_for is HoldReason.PARTICIPANT_REVOKED

    @property
    def is_off(self) -> bool:
        """Whether the call cannot be begun, because somebody may take part no more."""
        return self.state is CallState.WAITING and bool(self.course.revoked)

    @property
    def unapproved(self) -> frozenset[VisitorId]:
        """Who may not be admitted, because their approval ended before today."""
        return unapproved(self.booking, local_day(self._clock.wall(), self.timezone))

    @property
    def notice(self) -> SetMessage | None:
        """The officer's sentence that both sides read now."""
        if self._notice is None or self._clock.boot_ms() - self._notice[1] > ms(self.numbers.notice_stands):
            return None
        return self._notice[0]

    def in_state_ms(self) -> int:
        """How long the call has been in its state."""
        return self._clock.boot_ms() - self.since_ms

    def presence_left_ms(self) -> int | None:
        """How long until an officer's presence lapses; None where policy does not ask, or nobody was admitted."""
        every, confirmed_ms = self.numbers.presence_every, self.course.confirmed_ms
        if every is None or confirmed_ms is None or self.state not in ADMITTED:
            return None
        return max(0, confirmed_ms + ms(every) - self._clock.boot_ms())

    def facts(self) -> Facts:
        """What is known of the call, as an ending by time sees it."""
        opened_ms, starts_ms = self.course.opened_ms, self.time.fair.times.starts_ms
        return Facts(
            state=self.state,
            cause=self.time.cause_since(self.course.silent_from),
            was_opened_in_time=opened_ms is not None and opened_ms <= starts_ms + ms(self.numbers.no_show_from),
            was_admitted=self.course.was_admitted,
            visitor_came=self.meeting.visitor_came,
            could_have_heard=self.meeting.could_have_heard(),
            was_live=self.course.was_live,
            is_revoked=self.is_held_for_revocation or self.is_off,
        )

    # ---- what people do ----

    def pressed(self, key: Key) -> None:
        """A key, which needs no PIN. Raises Refused with a sentence, or IllegalTransition, and then nothing changed."""
        match key:
            case Key.OPEN_IDENTITY:
                if self.is_off:
                    raise Refused("This call cannot take place. The officer's panel says why.")
                if not is_open(self.booking, self._clock.wall(), self.numbers):
                    raise Refused("This call is not open yet.")
                self.move(Event.IDENTITY_OPENED)
            case Key.LEAVE_IDENTITY:
                self.move(Event.IDENTITY_LEFT)
            case Key.END_NOW:
                self.end(Event.STAFF_STOPPED)
            case Key.HOLD:
                self.hold(HoldReason.OFFICER)
            case Key.LEAVE:
                if self.state not in CALLING:
                    raise Refused("There is no call to leave.")
                self.end(Event.PRISONER_LEFT)
            case Key.SKIP_REASON:
                self.course.reason_skipped = True

    def hold(self, reason: HoldReason) -> None:
        """Pause the call: devices shut, the clock runs to whoever caused it. Only an officer's PIN resumes it."""
        if not self.can_be_held:
            raise Refused("There is no call to hold.")
        self.course.held_for = reason
        self.move(Event.HELD)
        self._record.note("held", {"booking_id": self.booking.booking_id, "reason": reason})

    def held_because(self, reason: HoldReason) -> None:
        """Say why a held call is held, from the hold's beginning."""
        self.course.held_for = reason
        self.time.holds(reason, self.since_ms)

    def confirm_presence(self) -> None:
        """An officer is there."""
        self.course.confirmed_ms = self._clock.boot_ms()

    def send(self, message: SetMessage) -> None:
        """Show a set sentence to both sides."""
        self._notice = (message, self._clock.boot_ms())

    def end_at(self, in_ms: int) -> None:
        """End after so long. Asking again changes nothing."""
        if self.course.ends_soon_ms is None:
            self.course.ends_soon_ms = self._clock.boot_ms() + in_ms

    def end(self, event: Event, outcome: Outcome | None = None) -> None:
        """End by a person's deed or a cancellation. Ending twice changes nothing."""
        if not self.is_over:
            ending = BY_A_PERSON[event]
            if event is Event.STAFF_STOPPED and (self.is_held_for_revocation or self.is_off):
                ending = ending.explained(EndCode.REVOKED)
            self.finish(event, ending if outcome is None else replace(ending, outcome=outcome))

    # ---- facts ----

    def visitor_seen(self, seen: VisitorSeen) -> None:
        """What the service says of the visitor; a goodbye ends a call that was admitted."""
        said_before = self._said_goodbye
        self._said_goodbye = seen.presence is Presence.LEFT or (said_before and seen.presence not in _HERE)
        self.meeting.visitor_seen(seen.presence, seen.page)
        self.time.visitor_is(seen.presence, has_devices=seen.camera or seen.microphone)
        is_news = seen.presence is Presence.LEFT and (self.course.was_live or not said_before)
        if is_news and (self.state, Event.VISITOR_LEFT) in TRANSITIONS:
            self.end(Event.VISITOR_LEFT)
        self.tick()

    def link_now(self, link: LinkNow) -> None:
        """Whether the service can be reached, and since when it has not been heard."""
        self.meeting.link_now(up=link.up)
        self.time.service_is(link.up, link.silent_ms, link.gateway, link.clean)
        self.tick()

    def media_now(self, report: MediaNow) -> None:
        """What this laptop receives."""
        self._note_stall(here=True)
        self.meeting.media_now(report)
        self.tick()

    def far_side(self, received: Received) -> None:
        """What the visitor receives."""
        self._note_stall(here=False)
        self.meeting.far_side(received)
        self.tick()

    def _note_stall(self, *, here: bool) -> None:
        """A gap that is over before anybody looked is lost all the same."""
        if self.state is CallState.LIVE and self.meeting.had_stalled(here=here):
            self.move(Event.LINK_LOST)

    def session_failed(self, session: str) -> None:
        """A media session came to nothing."""
        self.meeting.session_failed(session)
        self.tick()

    def session_renewed(self, session: str, renewed: str) -> None:
        """A new connection has taken over: the session, its devices and its clock go on."""
        if self.meeting.session_renewed(session, renewed):
            self._record.note("connection_renewed", {"booking_id": self.booking.booking_id})
        self.tick()

    def session_joined(self, session: str, steps: JoinSteps) -> None:
        """How long each step of connecting took."""
        if self.meeting.session_joined(session, steps):
            took = ", ".join(f"{step} {took}" for step, took in steps.model_dump(exclude_none=True).items())
            self._record.note("connection_made", {"booking_id": self.booking.booking_id, "took_ms": took})

    def shell_now(self, *, up: bool, silent_ms: int = 0) -> None:
        """The shell came, or went and has not been heard for so long. One that came works once it has said more."""
        if not up:
            if self.state is CallState.LIVE:
                self.move(Event.LINK_LOST)  # while it is still known what came last
            self.time.laptop_is(False, silent_ms)
            self.time.announces(False)
        self.meeting.shell_now(up=up)
        self.tick()

    def shell_silent(self, silent_ms: int) -> None:
        """The shell is there and has said nothing for so long: nothing more is known to arrive."""
        self.time.laptop_is(False, silent_ms)
        if self.state is CallState.LIVE:
            self.move(Event.LINK_LOST)

    def laptop_works(self, works: bool) -> None:
        """Whether the shell answers and the laptop has the devices that a call needs."""
        self.time.laptop_is(works)
        self.tick()

    def bar(self, by: MeasureName | None) -> None:
        """A measure of the lockdown is lost: devices shut, and nothing connects until it holds again (None)."""
        before, self.barred_by = self.barred_by, by
        if by is not None and before is None:
            if self.state is CallState.LIVE:
                self.move(Event.LINK_LOST)  # while it is still known what came last
            if not self.is_over:
                self.meeting.hang_up()
        self.tick()

    def announce(self, on: bool) -> None:
        """The announcement before the call began or ended; it costs the two no time."""
        self.time.announces(on)

    # ---- time and media ----

    def tick(self) -> None:
        """Look at the clock: end what is over, follow the media, connect what should be connected."""
        if self.is_over:
            return
        if self.state is CallState.WAITING:
            self.time.place(self.booking)
        self._follow_media()  # first: time in which nothing came is no talk
        if self.state is not CallState.HELD:  # its reason may still be said, from its beginning
            self.time.settle()
        if self.ends_soon_left_ms == 0:
            ending, code = BY_A_PERSON[Event.STAFF_STOPPED], self.course.ends_soon_code
            self.finish(Event.STAFF_STOPPED, ending if code is None else ending.explained(code))
        elif self.time.is_over and not self._is_time_unsure():
            by_time = (Event.TIME_UP, TIME_USED) if self.state is CallState.LIVE else ending_by_time(self.facts())
            self.finish(*by_time)
        elif self.presence_left_ms() == 0 and self.can_be_held:
            self._record.note("presence_lapsed", {"booking_id": self.booking.booking_id})
            self.hold(HoldReason.PRESENCE_LAPSED)
        else:
            self._keep_connected()

    def _is_time_unsure(self) -> bool:
        """Whether the length of a reboot is by the wall clock alone: no call is ended by time on that for a while."""
        return self.time_unsure_until_ms is not None and self._clock.boot_ms() < self.time_unsure_until_ms

    def _follow_media(self) -> None:
        flows = self.meeting.flows(was_flowing=self.state is CallState.LIVE)
        if flows and self.state in (CallState.JOINING, CallState.INTERRUPTED):
            self.move(Event.MEDIA_UP)
        elif not flows and self.state is CallState.LIVE:
            self.move(Event.LINK_LOST)

    def _keep_connected(self) -> None:
        """Open the session there should be: the officer's preview, or the call."""
        purpose = Purpose.PREVIEW if self.state is CallState.IDENTITY else None
        if self.state in CALLING:
            purpose = Purpose.CALL
        if purpose is None or self.barred_by is not None or not self.meeting.needs(purpose):
            return
        if self.state is CallState.LIVE:
            self.move(Event.LINK_LOST)
        self.meeting.connect(purpose)

    # ---- the table ----

    def move(self, event: Event) -> None:
        """Apply the table, and what follows from the new state. Raises IllegalTransition, and then nothing changed."""
        before = self.state
        if (before, event) not in TRANSITIONS:
            self._record.note("illegal_transition", {"state": before, "event": event})
        self.state = next_state(before, event)
        now = self._clock.boot_ms()
        self.since_ms = now
        self._keep_time(before, now)
        moved = {"booking_id": self.booking.booking_id, "from": before, "to": self.state, "event": event}
        self._record.note("call_state", moved)
        if self.state is CallState.IDENTITY and self.course.opened_ms is None:
            self.course.opened_ms = now
        self.course.was_admitted = self.course.was_admitted or self.state is CallState.JOINING
        self.course.was_live = self.course.was_live or self.state is CallState.LIVE
        if before is CallState.IDENTITY or self.state in (CallState.HELD, CallState.ENDED):
            self.meeting.hang_up()
        if before is not CallState.LIVE and not self.is_over:
            self._keep_connected()

    def _keep_time(self, before: CallState, now: int) -> None:
        """Tell the clock what the new state means."""
        self.time.state_is(self.state)
        if self.state is CallState.LIVE:
            self.time.talks(True, now)
        elif before is CallState.LIVE and not self.is_over:
            self.falls_silent(self.meeting.received_until_ms() if self.state is CallState.INTERRUPTED else now)
        elif before is CallState.IDENTITY:
            self.course.silent_from = self.time.account
        if CallState.HELD in (before, self.state):
            is_held = self.state in (CallState.HELD, CallState.ENDED)
            self.time.holds(self.course.held_for if is_held else None, now)

    def falls_silent(self, at_ms: int) -> None:
        """The two have not received each other since then."""
        self.time.talks(False, at_ms)
        self.course.silent_from = self.time.account_at(at_ms)

    def finish(self, event: Event, ending: Ending) -> None:
        """End the call so. Raises IllegalTransition, and then nothing changed."""
        self.move(event)
        self.time.stop()
        ended_ms = self.time.fair.ended_ms
        assert ended_ms is not None, "a stopped clock has an end"
        self.course.ending = ending
        since_start = timedelta(milliseconds=ended_ms - self.time.fair.times.starts_ms)
        self.course.ended_at = self.booking.starts_at + since_start  # whatever the wall clock says by now
