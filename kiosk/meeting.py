"""The two sides of one call: who is there, what each receives, and the media session between them. No I/O."""

from dataclasses import dataclass, replace

from contract.media import JoinSteps, Received
from contract.words import Presence, Purpose
from kiosk.ipc import Connect, Disconnect, MediaNow
from kiosk.policy.numbers import Needs, Numbers, ms
from kiosk.policy.receiving import Flow, Receiving
from kiosk.ports import Around

_REPORTS_VARY_MS = 250  # by so much one comes sooner or later than half a second after the one before
CAME = (Presence.WAITING, Presence.GONE, Presence.LEFT)  # the page was open at some time


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

    def __init__(self, booking_id: str, *, numbers: Numbers, around: Around) -> None:
        self.presence = Presence.ABSENT
        self.link_up = False
        self.shell_up = True
        self.visitor_came = False
        self.loss_percent = 0.0
        self.joined: JoinSteps | None = None
        self._booking_id = booking_id
        self._numbers, self._clock, self._around = numbers, around.clock, around
        self._page: str | None = None
        self._hearing_since_ms: int | None = None  # since when the far side's reports can reach us
        self._deaf_since_ms: int | None = around.clock.boot_ms()
        self._deaf_ms = 0
        self._attempt: Attempt | None = None
        self._receiving = Receiving()

    # ---- facts ----

    def visitor_seen(self, presence: Presence, page: str | None) -> None:
        """What the service says of the visitor."""
        self.presence, self._page = presence, page
        self.visitor_came = self.visitor_came or presence in CAME
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
        """What this laptop receives, and what RTCP says of the far side. A report of any other session is ignored."""
        if not self._is_ours(report.session):
            return
        self.loss_percent = report.loss_percent
        now = self._clock.boot_ms()
        self._receiving.here.report(report.received_video_frames, report.received_audio_ms, now)
        self._receiving.by_rtcp.report(report.far_video_packets, report.far_audio_packets, now)

    def far_side(self, received: Received) -> None:
        """What the visitor receives. A report of any other session is ignored."""
        if self._is_ours(received.session):
            self._receiving.there.report(received.video_frames, received.audio_ms, self._clock.boot_ms())

    def session_failed(self, session: str) -> None:
        """A media session came to nothing: another is tried when the pause between two has passed."""
        if self._attempt is not None and self._is_ours(session):
            self._attempt, self._receiving = replace(self._attempt, has_failed=True), Receiving()

    def session_renewed(self, session: str, renewed: str) -> bool:
        """A new connection has taken over within the call's session: whether it is the one that runs.

        It opens nothing and grants nothing.
        """
        attempt = self._attempt
        if attempt is None or not self._is_ours(session) or not self._is_calling() or attempt.has_failed:
            return False
        self._attempt = replace(attempt, session=renewed)
        self._receiving.far_side_counts_anew()
        return True

    def session_joined(self, session: str, steps: JoinSteps) -> bool:
        """How long it took to connect: whether that is news of the session that runs."""
        if not self._is_ours(session) or steps == self.joined:
            return False
        self.joined = steps
        return True

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
        here = self._receiving.here
        return here.sound.grew_at_ms is not None or here.picture.grew_at_ms is not None

    @property
    def is_being_received_here(self) -> bool:
        """Whether anything is arriving now."""
        return self._arrives_within(ms(self._numbers.not_receiving))

    def _arrives_within(self, patience_ms: int) -> bool:
        now, here = self._clock.boot_ms(), self._receiving.here
        return here.sound.grew_within(now, patience_ms) or here.picture.grew_within(now, patience_ms)

    def received_until_ms(self) -> int:
        """The older of the instants at which each side last received: talk reaches that far and no further."""
        here, there = self._here().grew_at_ms, self._there().grew_at_ms
        return min(self._clock.boot_ms() if at is None else at for at in (here, there))

    def hears_us(self) -> bool | None:
        """Whether the far side hears this laptop; None while that cannot be known."""
        return self._far_gets(Needs.SOUND)

    def sees_us(self) -> bool | None:
        """Whether the far side sees this laptop; None while that cannot be known."""
        return self._far_gets(Needs.PICTURE)

    def is_heard(self) -> bool | None:
        """Whether the far side is heard here; None without a session."""
        return self._here_gets(Needs.SOUND)

    def is_seen(self) -> bool | None:
        """Whether the far side is seen here; None without a session."""
        return self._here_gets(Needs.PICTURE)

    def _here_gets(self, needs: Needs) -> bool | None:
        if not self._is_calling():
            return None
        return self._receiving.here.flow(needs).grew_within(self._clock.boot_ms(), ms(self._numbers.not_receiving))

    def _far_gets(self, needs: Needs) -> bool | None:
        """By its last report: it says every half second how much has come; standing still for two is not receiving."""
        there = self._receiving.there
        if not self._is_calling() or there.reported_at_ms is None or not self._far_side_speaks():
            return None
        return there.flow(needs).grew_within(there.reported_at_ms, ms(self._numbers.not_receiving) - _REPORTS_VARY_MS)

    def _is_calling(self) -> bool:
        return self._attempt is not None and self._attempt.purpose is Purpose.CALL

    @property
    def deaf_ms(self) -> int:
        """For how long a family that came could not have been noticed."""
        return self._deaf_ms + (0 if self._deaf_since_ms is None else self._clock.boot_ms() - self._deaf_since_ms)

    def was_deaf(self, for_ms: int, until_ms: int) -> None:
        """It could not be noticed for so long until then, and since then not yet either."""
        self._deaf_ms, self._deaf_since_ms = max(0, for_ms), until_ms

    def could_have_heard(self) -> bool:
        """Whether a family that came would have been noticed: the line was down for a moment at most."""
        return self.deaf_ms <= ms(self._numbers.deaf_for_a_moment)

    def flows(self, *, was_flowing: bool) -> bool:
        """Whether both sides receive. Media that was flowing needs the far side's word only once it can come."""
        if not self._is_calling():
            return False
        now, patience = self._clock.boot_ms(), ms(self._numbers.not_receiving)
        if not self._here().grew_within(now, patience):
            return False
        if self._far_side_speaks():
            reported_at = self._receiving.there.reported_at_ms
            assert reported_at is not None, "who speaks has reported"
            return self._there().grew_within(reported_at, patience)
        by_rtcp = self._receiving.by_rtcp.flow(self._numbers.talk_needs)
        if by_rtcp.grew_at_ms is not None:
            return was_flowing and by_rtcp.grew_within(now, ms(self._numbers.rtcp_silent))
        return was_flowing and self._far_side_cannot_say()

    def had_stalled(self, *, here: bool) -> bool:
        """Whether that side is known to have received nothing for too long until this very instant."""
        now, patience = self._clock.boot_ms(), ms(self._numbers.not_receiving)
        flow, reported_at = (self._here() if here else self._there()), self._receiving.there.reported_at_ms
        if flow.grew_at_ms is None or flow.grew_within(now, patience):
            return False
        return here or (reported_at is not None and reported_at > flow.grew_at_ms)

    def _here(self) -> Flow:
        return self._receiving.here.flow(self._numbers.talk_needs)

    def _there(self) -> Flow:
        """What the far side receives: by its own reports or, where those cannot come, by RTCP."""
        own = self._receiving.there.flow(self._numbers.talk_needs)
        if self._far_side_speaks():
            return own
        by_rtcp = self._receiving.by_rtcp.flow(self._numbers.talk_needs)
        return own if by_rtcp.grew_at_ms is None else by_rtcp

    def _far_side_speaks(self) -> bool:
        """Whether its own reports come, and are to be believed."""
        return self._receiving.there.has_said_within(self._clock.boot_ms(), ms(self._numbers.far_side_silent))

    def _far_side_cannot_say(self) -> bool:
        """Whether the far side's word cannot have come yet: it cannot be heard, or only since a moment ago."""
        since, reported = self._hearing_since_ms, self._receiving.there.reported_at_ms
        if since is None:
            return not self.link_up  # with the line up, the family itself has vanished
        silent_ms = self._clock.boot_ms() - since
        return (reported is None or reported < since) and silent_ms <= ms(self._numbers.far_side_silent)

    def needs(self, purpose: Purpose) -> bool:
        """Whether to open a session for `purpose` now: there is none, or it is for another page, or it is dead."""
        if self._page is None or self._hearing_since_ms is None or not self.shell_up:
            return False
        attempt = self._attempt
        if attempt is None or (attempt.purpose, attempt.page) != (purpose, self._page):
            return True
        return self._is_dead(attempt)

    def _is_dead(self, attempt: Attempt) -> bool:
        """An attempt that came to nothing, one that was given its time, or one that has fallen silent.

        A call that has fallen silent renews its connection by itself, and is given time for it.
        """
        now, pause = self._clock.boot_ms(), ms(self._numbers.retry_session)
        if now - attempt.since_ms <= pause:
            return False
        if attempt.has_failed:
            return not self._arrives_within(pause) or self._goes_one_way(attempt)
        if self.is_received_here:
            renews = attempt.purpose is Purpose.CALL
            longest = ms(self._numbers.renews_itself) if renews else pause
            return not self._arrives_within(longest) or self._goes_one_way(attempt)
        return now - attempt.since_ms > ms(self._numbers.session_connects)

    def _goes_one_way(self, attempt: Attempt) -> bool:
        """Whether the far side has received nothing of what talk needs for as long as an attempt is given."""
        if attempt.purpose is not Purpose.CALL or not self._far_side_speaks():
            return False
        since_ms = self._there().grew_at_ms or attempt.since_ms
        return self._clock.boot_ms() - since_ms > ms(self._numbers.session_connects)

    def is_one_way(self) -> bool:
        """Whether the far side is received here and does not receive all of this laptop."""
        return self.is_being_received_here and False in (self.hears_us(), self.sees_us())

    def connect(self, purpose: Purpose) -> None:
        """Open a session with the page that is there, ending any other."""
        assert self._page is not None
        self._receiving = Receiving()
        self._attempt = Attempt(self._around.ids.new_session(), purpose, self._page, self._clock.boot_ms())
        self._around.shell.send(
            Connect(
                booking_id=self._booking_id,
                session=self._attempt.session,
                page=self._page,
                purpose=purpose,
                synthetic=self._around.synthetic,
                signing=self._numbers.talk_needs is Needs.PICTURE,
            )
        )

    def hang_up(self) -> None:
        """Shut the devices and end the session. Safe twice."""
        self._attempt, self._receiving = None, Receiving()
        self._around.shell.send(Disconnect())
