"""The two sides of one call: who is there, what each receives, and the media session between them. No I/O."""

from dataclasses import dataclass, replace

from contract.media import Received
from contract.words import Presence, Purpose
from kiosk.ipc import Connect, Disconnect, MediaNow
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.receiving import Receiving
from kiosk.ports import Clock, Ids, Shell


@dataclass(frozen=True)
class Attempt:
    """One media session: what it is for, and with which loading of the visitor's page."""

    session: str
    purpose: Purpose
    page: str
    since_ms: int
    has_failed: bool = False


class Meeting:
    """Facts about the line, the visitor and the media go in; `flows` and `needs` are what the call decides by."""

    def __init__(
        self, booking_id: str, *, numbers: Numbers, clock: Clock, shell: Shell, ids: Ids, synthetic: bool
    ) -> None:
        self.presence = Presence.ABSENT
        self.link_up = False
        self.shell_up = True
        self.visitor_came = False
        self.loss_percent = 0.0
        self._booking_id = booking_id
        self._numbers, self._clock, self._shell, self._ids, self._synthetic = numbers, clock, shell, ids, synthetic
        self._page: str | None = None
        self._hearing_since_ms: int | None = None  # since when the far side's reports can reach us
        self._deaf_since_ms: int | None = clock.boot_ms()
        self._deaf_ms = 0
        self._attempt: Attempt | None = None
        self._receiving = Receiving()

    # ---- facts ----

    def visitor_seen(self, presence: Presence, page: str | None) -> None:
        """What the service says of the visitor."""
        self.presence, self._page = presence, page
        self.visitor_came = self.visitor_came or presence is Presence.WAITING
        self._listen()

    def link_now(self, *, up: bool) -> None:
        """Whether the service can be reached; media between the two sides does not need it."""
        self.link_up = up
        self._listen()

    def shell_now(self, *, up: bool) -> None:
        """The shell went or came. With it go the media session and all it had said of the network."""
        self.shell_up = up
        self._attempt, self._receiving = None, Receiving()
        self.link_up, self.presence, self._page = False, Presence.ABSENT, None
        self._listen()

    def media_now(self, report: MediaNow) -> None:
        """What this laptop receives. A report of any other session is ignored."""
        if self._is_ours(report.session):
            self.loss_percent = report.loss_percent
            now = self._clock.boot_ms()
            self._receiving.here.report(report.received_video_frames, report.received_audio_ms, now)

    def far_side(self, received: Received) -> None:
        """What the visitor receives. A report of any other session is ignored."""
        if self._is_ours(received.session):
            self._receiving.there.report(received.video_frames, received.audio_ms, self._clock.boot_ms())

    def session_failed(self, session: str) -> None:
        """A media session came to nothing: another is tried when the pause between two has passed."""
        if self._attempt is not None and self._is_ours(session):
            self._attempt, self._receiving = replace(self._attempt, has_failed=True), Receiving()

    def _is_ours(self, session: str) -> bool:
        return self._attempt is not None and session == self._attempt.session

    def _listen(self) -> None:
        """Note since when the far side can be heard (in the room, line up), and how long nobody could be."""
        now = self._clock.boot_ms()
        if self.link_up and self._deaf_since_ms is not None:
            self._deaf_ms, self._deaf_since_ms = self._deaf_ms + now - self._deaf_since_ms, None
        elif not self.link_up and self._deaf_since_ms is None:
            self._deaf_since_ms = now
        if not (self.link_up and self.presence is Presence.WAITING):
            self._hearing_since_ms = None
        elif self._hearing_since_ms is None:
            self._hearing_since_ms = now

    # ---- what the call asks ----

    @property
    def is_received_here(self) -> bool:
        """Whether anything of the session that is open has arrived."""
        return self._receiving.here.grew_at_ms is not None

    @property
    def is_being_received_here(self) -> bool:
        """Whether it is arriving now."""
        return self._receiving.here.is_receiving(self._clock.boot_ms(), ms(self._numbers.not_receiving))

    def received_until_ms(self) -> int:
        """The last instant that may count as talk: now, or a little after the last thing that arrived."""
        now, last = self._clock.boot_ms(), self._receiving.here.grew_at_ms
        return now if last is None else min(now, last + ms(self._numbers.not_receiving))

    def could_have_heard(self) -> bool:
        """Whether a family that came would have been noticed: the line was down for a moment at most."""
        deaf_ms = self._deaf_ms + (0 if self._deaf_since_ms is None else self._clock.boot_ms() - self._deaf_since_ms)
        return deaf_ms <= ms(self._numbers.deaf_for_a_moment)

    def flows(self, *, was_flowing: bool) -> bool:
        """Whether both sides receive. Media that was flowing needs the far side's word only once it can come."""
        if self._attempt is None or self._attempt.purpose is not Purpose.CALL:
            return False
        now, patience = self._clock.boot_ms(), ms(self._numbers.not_receiving)
        far_patience, silence = patience + ms(self._numbers.report_every), ms(self._numbers.far_side_silent)
        there = self._receiving.there.says_it_receives(now, far_patience, silence)
        there = there or (was_flowing and self._far_side_cannot_say(now, silence))
        return there and self._receiving.here.is_receiving(now, patience)

    def _far_side_cannot_say(self, now_ms: int, silence_ms: int) -> bool:
        """Whether the far side's word cannot have come yet: it cannot be heard, or only since a moment ago."""
        since, reported = self._hearing_since_ms, self._receiving.there.reported_at_ms
        if since is None:
            return True
        return (reported is None or reported < since) and now_ms - since <= silence_ms

    def needs(self, purpose: Purpose) -> bool:
        """Whether to open a session for `purpose` now: there is none, or it is for another page, or it is dead."""
        if self._page is None or self._hearing_since_ms is None or not self.shell_up:
            return False
        attempt = self._attempt
        if attempt is None or (attempt.purpose, attempt.page) != (purpose, self._page):
            return True
        return self._is_dead(attempt)

    def _is_dead(self, attempt: Attempt) -> bool:
        """An attempt that came to nothing, one that was given its time, or one that has fallen silent."""
        now, pause = self._clock.boot_ms(), ms(self._numbers.retry_session)
        if now - attempt.since_ms <= pause:
            return False
        if attempt.has_failed or self.is_received_here:
            return not self._receiving.here.is_receiving(now, pause)
        return now - attempt.since_ms > ms(self._numbers.session_connects)

    def connect(self, purpose: Purpose) -> None:
        """Open a session with the page that is there, ending any other."""
        assert self._page is not None
        self._receiving = Receiving()
        self._attempt = Attempt(self._ids.new_session(), purpose, self._page, self._clock.boot_ms())
        self._shell.send(
            Connect(
                booking_id=self._booking_id,
                session=self._attempt.session,
                page=self._page,
                purpose=purpose,
                synthetic=self._synthetic,
            )
        )

    def hang_up(self) -> None:
        """Shut the devices and end the session. Safe twice."""
        self._attempt, self._receiving = None, Receiving()
        self._shell.send(Disconnect())
