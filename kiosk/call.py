"""One call, from waiting to ended: applies the table, runs the clock, says what the shell must do. No I/O."""

from collections.abc import Iterable

from contract.laptop_link import CallNow
from contract.media import Received
from contract.sheet import Booking
from contract.words import CallState, EndedBy, Outcome, Presence, Purpose, Reason
from kiosk.errors import Refused
from kiosk.ipc import Key, MediaNow
from kiosk.meeting import Meeting
from kiosk.policy.admission import check_everyone_ticked, is_open, why_not_yet
from kiosk.policy.clock import PlainClock
from kiosk.policy.endings import BY_A_PERSON, TIME_USED, Ending, Facts, ending_by_time
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.states import TRANSITIONS, Event, next_state
from kiosk.ports import Clock, Ids, Shell

_CALLING = (CallState.JOINING, CallState.LIVE, CallState.INTERRUPTED)
_HERE = (Presence.CHECKING, Presence.WAITING)


class Call:
    """One booking's call. Facts go in by methods; commands go out to the shell; `state` is the truth."""

    def __init__(
        self, booking: Booking, *, numbers: Numbers, clock: Clock, shell: Shell, ids: Ids, synthetic: bool
    ) -> None:
        self.booking = booking
        self.state = CallState.WAITING
        self.ending: Ending | None = None
        self.since_ms = clock.boot_ms()  # when the state began
        self.ends_soon_ms: int | None = None
        self.meeting = Meeting(
            booking.booking_id, numbers=numbers, clock=clock, shell=shell, ids=ids, synthetic=synthetic
        )
        self._numbers, self._clock = numbers, clock
        self._was_opened = self._was_admitted = self._was_live = self._said_goodbye = False
        self._time = self._placed(booking)

    def _placed(self, booking: Booking) -> PlainClock:
        """The booking's wall-clock times as instants of the boot-time clock."""
        boot, wall = self._clock.boot_ms(), self._clock.wall()
        return PlainClock(
            starts_ms=boot + ms(booking.starts_at - wall),
            duration_ms=booking.duration_s * 1000,
            hard_stop_ms=boot + ms(booking.hard_stop_at - wall),
        )

    # ---- what is asked of the call ----

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.state is CallState.ENDED

    @property
    def talk_ms(self) -> int:
        """Talk so far, in milliseconds."""
        return self._time.talk_ms(self._clock.boot_ms())

    @property
    def left_ms(self) -> int:
        """Talk still to come, in milliseconds; what an officer's "end in 60 s" leaves, when that is less."""
        left = self._time.left_ms(self._clock.boot_ms())
        return left if self.ends_soon_ms is None else min(left, self.ends_soon_left_ms)

    @property
    def ends_soon_left_ms(self) -> int:
        """How long until an officer's "end in 60 s" takes effect; 0 when none was asked for."""
        return 0 if self.ends_soon_ms is None else max(0, self.ends_soon_ms - self._clock.boot_ms())

    @property
    def has_preview(self) -> bool:
        """Whether the visitor's picture is arriving for the officer."""
        return self.state is CallState.IDENTITY and self.meeting.is_being_received_here

    @property
    def can_end_later(self) -> bool:
        """Whether "end in 60 s" means anything: somebody was admitted, and the call is not over."""
        return self.state in _CALLING or self.state is CallState.HELD

    def in_state_ms(self) -> int:
        """How long the call has been in its state."""
        return self._clock.boot_ms() - self.since_ms

    def why_not_admit(self) -> str | None:
        """The sentence that bars the officer from starting, or None."""
        return why_not_yet(self.meeting.presence, link_up=self.meeting.link_up)

    def now(self) -> CallNow:
        """Where the call is, for the service."""
        ended_by: EndedBy | None = None
        outcome: Outcome | None = None
        reason: Reason | None = None
        if self.ending is not None:
            outcome, ended_by, reason = self.ending.outcome, self.ending.ended_by, self.ending.reason
        return CallNow(
            booking_id=self.booking.booking_id,
            state=self.state,
            talk_ms=self.talk_ms,
            left_ms=self.left_ms,
            outcome=outcome,
            ended_by=ended_by,
            reason=reason,
        )

    # ---- facts ----

    def pressed(self, key: Key, ticked: Iterable[str]) -> None:
        """A key at the laptop. Raises Refused with a sentence, or IllegalTransition, and then nothing changed."""
        match key:
            case Key.OPEN_IDENTITY:
                if not is_open(self.booking, self._clock.wall(), self._numbers):
                    raise Refused("This call is not open yet.")
                self._move(Event.IDENTITY_OPENED)
            case Key.LEAVE_IDENTITY:
                self._move(Event.IDENTITY_LEFT)
            case Key.ADMIT:
                self._admit(ticked)
            case Key.END_NOW:
                self.end(Event.STAFF_STOPPED)
            case Key.END_IN_60:
                self._end_soon()
            case Key.LEAVE:
                if self.state not in _CALLING:
                    raise Refused("There is no call to leave.")
                self.end(Event.PRISONER_LEFT)

    def _admit(self, ticked: Iterable[str]) -> None:
        check_everyone_ticked(self.booking, ticked)
        if (why := self.why_not_admit()) is not None:
            raise Refused(why)
        self._move(Event.ADMITTED)

    def _end_soon(self) -> None:
        if not self.can_end_later:
            raise Refused("There is no call to end later.")
        if self.ends_soon_ms is None:
            self.ends_soon_ms = self._clock.boot_ms() + ms(self._numbers.end_soon)

    def visitor_seen(self, presence: Presence, page: str | None) -> None:
        """What the service says of the visitor; a goodbye ends a call that was admitted."""
        said_before = self._said_goodbye
        self._said_goodbye = presence is Presence.LEFT or (said_before and presence not in _HERE)
        self.meeting.visitor_seen(presence, page)
        is_news = presence is Presence.LEFT and (self._was_live or not said_before)
        if is_news and (self.state, Event.VISITOR_LEFT) in TRANSITIONS:
            self.end(Event.VISITOR_LEFT)
        self.tick()

    def link_now(self, *, up: bool) -> None:
        """Whether the service can be reached."""
        self.meeting.link_now(up=up)
        self.tick()

    def media_now(self, report: MediaNow) -> None:
        """What this laptop receives."""
        self.meeting.media_now(report)
        self.tick()

    def far_side(self, received: Received) -> None:
        """What the visitor receives."""
        self.meeting.far_side(received)
        self.tick()

    def session_failed(self, session: str) -> None:
        """A media session came to nothing."""
        self.meeting.session_failed(session)
        self.tick()

    def shell_now(self, *, up: bool) -> None:
        """The shell went or came."""
        self.meeting.shell_now(up=up)
        self.tick()

    def end(self, event: Event) -> None:
        """End by a person's deed or a cancellation. Ending twice changes nothing."""
        if not self.is_over:
            self._end(event, BY_A_PERSON[event])

    # ---- time and media ----

    def tick(self) -> None:
        """Look at the clock: end what is over, follow the media, connect what should be connected."""
        if self.is_over:
            return
        if self.state is CallState.WAITING:
            self._time = self._placed(self.booking)  # until an officer opens it, the wall clock may still be corrected
        self._follow_media()  # first: time in which nothing came is no talk
        now = self._clock.boot_ms()
        if self.ends_soon_ms is not None and now >= self.ends_soon_ms:
            self.end(Event.STAFF_STOPPED)
        elif self._time.is_over(now):
            self._end_by_time()
        else:
            self._keep_connected()

    def _end_by_time(self) -> None:
        if self._time.talk_ms(self._clock.boot_ms()) >= self._time.duration_ms:
            self._end(Event.TIME_UP, TIME_USED)
            return
        facts = Facts(
            state=self.state,
            was_opened=self._was_opened,
            was_admitted=self._was_admitted,
            visitor_came=self.meeting.visitor_came,
            could_have_heard=self.meeting.could_have_heard(),
            was_live=self._was_live,
            shell_up=self.meeting.shell_up,
            link_up=self.meeting.link_up,
            presence=self.meeting.presence,
        )
        self._end(*ending_by_time(facts))

    def _follow_media(self) -> None:
        flows = self.meeting.flows(was_flowing=self.state is CallState.LIVE)
        if flows and self.state in (CallState.JOINING, CallState.INTERRUPTED):
            self._move(Event.MEDIA_UP)
        elif not flows and self.state is CallState.LIVE:
            self._move(Event.LINK_LOST)

    def _keep_connected(self) -> None:
        """Open the session there should be: the officer's preview, or the call."""
        purpose = Purpose.PREVIEW if self.state is CallState.IDENTITY else None
        if self.state in _CALLING:
            purpose = Purpose.CALL
        if purpose is None or not self.meeting.needs(purpose):
            return
        if self.state is CallState.LIVE:
            self._move(Event.LINK_LOST)
        self.meeting.connect(purpose)

    # ---- the table ----

    def _move(self, event: Event) -> None:
        """Apply the table, and what follows from the new state. Raises IllegalTransition, and then nothing changed."""
        before, self.state = self.state, next_state(self.state, event)
        now = self._clock.boot_ms()
        self.since_ms = now
        if self.state is CallState.LIVE:
            self._time = self._time.run(now)
        elif before is CallState.LIVE:
            self._time = self._time.stop(self.meeting.received_until_ms())
        self._was_opened = self._was_opened or self.state is CallState.IDENTITY
        self._was_admitted = self._was_admitted or self.state is CallState.JOINING
        self._was_live = self._was_live or self.state is CallState.LIVE
        if before is CallState.IDENTITY or self.is_over:
            self.meeting.hang_up()
        if before is not CallState.LIVE and not self.is_over:
            self._keep_connected()

    def _end(self, event: Event, ending: Ending) -> None:
        self.ending = ending
        self._move(event)
