"""One call, from waiting to ended: what people do, what is heard and what the clock says become its moves. No I/O."""

from dataclasses import replace

from contract.media import JoinSteps, Received
from contract.sheet import Booking
from contract.words import CallState, EndCode, HoldReason, Outcome, Presence, VisitorId
from kiosk.course import Course
from kiosk.errors import Refused
from kiosk.ipc import Key, LinkNow, MediaNow, VisitorSeen
from kiosk.policy.admission import is_open, unapproved
from kiosk.policy.endings import BY_A_PERSON, TIME_USED, ending_by_time
from kiosk.policy.local_day import local_day
from kiosk.policy.measures import MeasureName
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.permissions import ADMITTED
from kiosk.policy.states import TRANSITIONS, Event
from kiosk.ports import Around
from kiosk.progress import CALLING, Progress
from kiosk.reckoning import Known
from kiosk.scenes import CameraFault, Fault
from kiosk.sentence import Sentence

_HERE = (Presence.CHECKING, Presence.WAITING)


class Call:
    """One booking's call. Facts go in by methods; commands go out to the shell; `progress` has its state.

    `course` is what has become of it, `time` its fair clock, `meeting` its two sides; deeds are in `officer_deeds`.
    """

    def __init__(self, booking: Booking, *, numbers: Numbers, around: Around, known: Known) -> None:
        self.booking, self.numbers = booking, numbers
        self.progress = Progress(booking, numbers=numbers, around=around, known=known)
        self.meeting, self.time = self.progress.meeting, self.progress.time
        self.sentence = Sentence(around.clock, numbers)
        self._clock, self._record = around.clock, around.record
        self._said_goodbye = False
        self.timezone = "UTC"  # of the establishment, by the sheet
        self.lacks: Fault | None = None  # a device that went away
        self.camera: CameraFault | None = None  # what else is wrong with it
        self.barred_by: MeasureName | None = None  # a measure of the lockdown that does not hold
        self.time_unsure_until_ms: int | None = None  # after a reboot, until the service has said what the time is

    # ---- what is asked of the call ----

    @property
    def state(self) -> CallState:
        """The truth."""
        return self.progress.state

    @property
    def course(self) -> Course:
        """What has become of it so far."""
        return self.progress.course

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.progress.is_over

    @property
    def left_ms(self) -> int:
        """Talk still to come, in milliseconds; what an officer's "end in 60 s" leaves, when that is less."""
        left, soon = self.time.left_ms, self.ends_soon_left_ms
        return left if soon is None else min(left, soon)

    @property
    def ends_soon_left_ms(self) -> int | None:
        """How long until an officer's "end in 60 s" takes effect; None when none was asked for."""
        return self.course.ends_soon_left_ms(self._clock.boot_ms())

    @property
    def can_be_held(self) -> bool:
        """Whether Hold means anything: somebody was admitted, and the call is neither held nor over."""
        return self.state in CALLING

    @property
    def is_off(self) -> bool:
        """Whether the call cannot be begun, because somebody may take part no more."""
        return self.progress.is_off

    @property
    def unapproved(self) -> frozenset[VisitorId]:
        """Who may not be admitted, because their approval ended before today."""
        return unapproved(self.booking, local_day(self._clock.wall(), self.timezone))

    def in_state_ms(self) -> int:
        """How long the call has been in its state."""
        return self._clock.boot_ms() - self.progress.since_ms

    def presence_left_ms(self) -> int | None:
        """How long until an officer's presence lapses; None where policy does not ask, or nobody was admitted."""
        every, confirmed_ms = self.numbers.presence_every, self.course.confirmed_ms
        if every is None or confirmed_ms is None or self.state not in ADMITTED:
            return None
        return max(0, confirmed_ms + ms(every) - self._clock.boot_ms())

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
        self.time.holds(reason, self.progress.since_ms)

    def end(self, event: Event, outcome: Outcome | None = None) -> None:
        """End by a person's deed or a cancellation. Ending twice changes nothing."""
        if not self.is_over:
            ending = BY_A_PERSON[event]
            if event is Event.STAFF_STOPPED and (self.progress.is_held_for_revocation or self.is_off):
                ending = ending.explained(EndCode.REVOKED)
            self.progress.finish(event, ending if outcome is None else replace(ending, outcome=outcome))

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
            self.progress.link_lost()

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
            self.progress.link_lost()  # while it is still known what came last
            self.time.laptop_is(False, silent_ms)
            self.time.announces(False)
        self.meeting.shell_now(up=up)
        self.tick()

    def shell_silent(self, silent_ms: int) -> None:
        """The shell is there and has said nothing for so long: nothing more is known to arrive."""
        self.time.laptop_is(False, silent_ms)
        self.progress.link_lost()

    def laptop_works(self, works: bool) -> None:
        """Whether the shell answers and the laptop has the devices that a call needs."""
        self.time.laptop_is(works)
        self.tick()

    def bar(self, by: MeasureName | None) -> None:
        """A measure of the lockdown is lost: devices shut, and nothing connects until it holds again (None)."""
        before, self.barred_by = self.barred_by, by
        if by is not None and before is None:
            self.progress.link_lost()  # while it is still known what came last
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
            self.progress.finish(Event.STAFF_STOPPED, ending if code is None else ending.explained(code))
        elif self.time.is_over and not self._is_time_unsure():
            by_time = (
                (Event.TIME_UP, TIME_USED) if self.state is CallState.LIVE else ending_by_time(self.progress.facts())
            )
            self.progress.finish(*by_time)
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
        elif not flows:
            self.progress.link_lost()

    def _keep_connected(self) -> None:
        """Open the session there should be: the officer's preview, or the call."""
        purpose = self.progress.session_wanted
        if purpose is None or self.barred_by is not None or not self.meeting.needs(purpose):
            return
        self.progress.link_lost()
        self.meeting.connect(purpose)

    def move(self, event: Event) -> None:
        """Apply the table, and connect what should be. Raises IllegalTransition, and then nothing changed."""
        before = self.state
        self.progress.move(event)
        if before is not CallState.LIVE and not self.is_over:
            self._keep_connected()
