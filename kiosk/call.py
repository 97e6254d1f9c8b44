"""One call, from waiting to ended: applies the table, runs the clock, says what the shell must do. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass

from contract.laptop_link import CallNow
from contract.media import Received
from contract.sheet import Booking
from contract.words import CallState, EndedBy, Outcome, Presence, Purpose, Reason
from kiosk.errors import Refused
from kiosk.ipc import Connect, Disconnect, Key, MediaNow
from kiosk.policy.admission import check_everyone_ticked, is_open, why_not_yet
from kiosk.policy.clock import PlainClock
from kiosk.policy.endings import BY_A_PERSON, TIME_USED, Ending, Facts, ending_by_time
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.receiving import Receiving
from kiosk.policy.states import TRANSITIONS, Event, next_state
from kiosk.ports import Clock, Ids, Shell

_CALLING = (CallState.JOINING, CallState.LIVE, CallState.INTERRUPTED)


@dataclass(frozen=True)
class Attempt:
    """One media session: what it is for, and with which loading of the visitor's page."""

    session: str
    purpose: Purpose
    page: str
    since_ms: int


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
        self.presence = Presence.ABSENT
        self.loss_percent = 0.0
        self.link_up = False
        self.receiving = Receiving()
        self._numbers, self._clock, self._shell, self._ids, self._synthetic = numbers, clock, shell, ids, synthetic
        self._shell_up = True
        self._page: str | None = None
        self._attempt: Attempt | None = None
        self._was_opened = self._was_admitted = self._visitor_came = self._was_live = False
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
        return self.state is CallState.IDENTITY and self.receiving.here.grew_at_ms is not None

    def in_state_ms(self) -> int:
        """How long the call has been in its state."""
        return self._clock.boot_ms() - self.since_ms

    def why_not_admit(self) -> str | None:
        """The sentence that bars the officer from starting, or None."""
        return why_not_yet(self.presence, link_up=self.link_up)

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
        if self.is_over:
            raise Refused("There is no call to end.")
        if self.ends_soon_ms is None:
            self.ends_soon_ms = self._clock.boot_ms() + ms(self._numbers.end_soon)

    def visitor_seen(self, presence: Presence, page: str | None) -> None:
        """What the service says of the visitor; a goodbye ends a call that was admitted."""
        self.presence, self._page = presence, page
        self._visitor_came = self._visitor_came or presence is Presence.WAITING
        if presence is Presence.LEFT and (self.state, Event.VISITOR_LEFT) in TRANSITIONS:
            self.end(Event.VISITOR_LEFT)
        self.tick()

    def link_now(self, *, up: bool) -> None:
        """Whether the service can be reached; media between the two sides does not need it."""
        self.link_up = up
        self.tick()

    def media_now(self, report: MediaNow) -> None:
        """What this laptop receives. A report of any other session is ignored."""
        if self._attempt is None or report.session != self._attempt.session:
            return
        self.loss_percent = report.loss_percent
        now = self._clock.boot_ms()
        self.receiving.here.report(report.received_video_frames, report.received_audio_ms, now)
        self.tick()

    def far_side(self, received: Received) -> None:
        """What the visitor receives. A report of any other session is ignored."""
        if self._attempt is None or received.session != self._attempt.session:
            return
        self.receiving.there.report(received.video_frames, received.audio_ms, self._clock.boot_ms())
        self.tick()

    def session_failed(self, session: str) -> None:
        """A media session came to nothing: another is tried when the pause between two has passed."""
        if self._attempt is not None and session == self._attempt.session:
            self.receiving = Receiving()
            self.tick()

    def shell_now(self, *, up: bool) -> None:
        """The shell went or came. With it go the media session and all it had said of the network."""
        self._shell_up = up
        self._attempt, self.receiving = None, Receiving()
        self.link_up, self.presence, self._page = False, Presence.ABSENT, None
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
        now = self._clock.boot_ms()
        if self.ends_soon_ms is not None and now >= self.ends_soon_ms:
            self.end(Event.STAFF_STOPPED)
        elif self._time.is_over(now):
            self._end_by_time()
        else:
            self._follow_media(now)
            self._keep_connected(now)

    def _end_by_time(self) -> None:
        if self._time.talk_ms(self._clock.boot_ms()) >= self._time.duration_ms:
            self._end(Event.TIME_UP, TIME_USED)
            return
        facts = Facts(
            state=self.state,
            was_opened=self._was_opened,
            was_admitted=self._was_admitted,
            visitor_came=self._visitor_came,
            was_live=self._was_live,
            shell_up=self._shell_up,
            link_up=self.link_up,
            presence=self.presence,
        )
        self._end(*ending_by_time(facts))

    def _follow_media(self, now: int) -> None:
        if self.state in (CallState.JOINING, CallState.INTERRUPTED) and self._flows(now):
            self._move(Event.MEDIA_UP)
        elif self.state is CallState.LIVE and not self._flows(now):
            self._move(Event.LINK_LOST)

    def _flows(self, now: int) -> bool:
        """Whether both sides receive. What the far side says is missed only while it could be heard saying it."""
        if self._attempt is None or self._attempt.purpose is not Purpose.CALL:
            return False
        patience = ms(self._numbers.not_receiving)
        here = self.receiving.here.is_receiving(now, patience)
        if self.state is CallState.LIVE and not (self.link_up and self.presence is Presence.WAITING):
            return here
        there = self.receiving.there.is_receiving(now, patience + ms(self._numbers.report_every))
        return here and there

    def _wanted(self) -> tuple[Purpose, str] | None:
        """The session there should be: with whom, and for what."""
        if self._page is None or self.presence is not Presence.WAITING:
            return None
        if self.state is CallState.IDENTITY:
            return Purpose.PREVIEW, self._page
        return (Purpose.CALL, self._page) if self.state in _CALLING else None

    def _keep_connected(self, now: int) -> None:
        wanted = self._wanted()
        if wanted is None or not self.link_up or not self._shell_up:
            return
        attempt = self._attempt
        if attempt is not None and (attempt.purpose, attempt.page) == wanted:
            patience = ms(self._numbers.retry_session)
            stale = now - attempt.since_ms > patience and not self.receiving.here.is_receiving(now, patience)
            if not stale:
                return
        self._connect(*wanted)

    def _connect(self, purpose: Purpose, page: str) -> None:
        if self.state is CallState.LIVE:
            self._move(Event.LINK_LOST)
        self.receiving = Receiving()
        self._attempt = Attempt(self._ids.new_session(), purpose, page, self._clock.boot_ms())
        self._shell.send(
            Connect(
                booking_id=self.booking.booking_id,
                session=self._attempt.session,
                page=page,
                purpose=purpose,
                synthetic=self._synthetic,
            )
        )

    # ---- the table ----

    def _move(self, event: Event) -> None:
        """Apply the table, and what follows from the new state. Raises IllegalTransition, and then nothing changed."""
        before, self.state = self.state, next_state(self.state, event)
        now = self._clock.boot_ms()
        self.since_ms = now
        self._time = self._time.run(now) if self.state is CallState.LIVE else self._time.stop(now)
        self._was_opened = self._was_opened or self.state is CallState.IDENTITY
        self._was_admitted = self._was_admitted or self.state is CallState.JOINING
        self._was_live = self._was_live or self.state is CallState.LIVE
        if before is CallState.IDENTITY or self.is_over:
            self._attempt, self.receiving = None, Receiving()
            self._shell.send(Disconnect())
        if not self.is_over:
            self._keep_connected(now)

    def _end(self, event: Event, ending: Ending) -> None:
        self.ending = ending
        self._move(event)
