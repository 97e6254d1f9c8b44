"""The demo's onlooker: hears what the switchboard hears, and adds up what one call measured."""

import time
from collections import deque
from dataclasses import dataclass, field, replace

from contract.laptop_link import CallNow
from contract.words import CallState, Purpose
from demo.report import Audio, Painted, PaintedPart, Received, Report, Sent, Trouble, Video
from kiosk.media.facts import Measured

_NOTHING = Measured("", 0, 0, 0, 0, 0.0, 0, 0, 0, 0, 0.0, 0.0, None)


@dataclass
class Tally:
    """Sums over the time the call was live."""

    states: list[str] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    last: CallNow | None = None
    total: Measured = _NOTHING
    painted: int = 0
    admitted_at: float | None = None
    connecting: bool = False
    first_picture_at: float | None = None
    _newest: Measured = _NOTHING
    _from: Measured | None = None  # what the session had measured when the call became live
    _closing: Measured | None = None  # the same, while its last totals are awaited
    _painted_from: int = 0
    _before_talk: deque[tuple[float, Measured, int]] | None = None  # live, before the booked start

    def told(self, call: CallNow, painted: int) -> None:
        """The guard told the service where the call is."""
        self.last = call
        if self._before_talk is not None and call.talk_ms > 0:
            self._talk_began(time.monotonic() - call.talk_ms / 1000)
        if self.states and self.states[-1] == call.state:
            return
        self.states.append(str(call.state))
        if call.state is CallState.JOINING and self.admitted_at is None:
            self.admitted_at = time.monotonic()
        if call.state is CallState.LIVE:
            self._from, self._painted_from = self._newest, painted
            if call.talk_ms == 0:
                self._before_talk = deque([(time.monotonic(), self._newest, painted)], maxlen=20)
        else:
            self.stopped(painted)

    def _talk_began(self, at: float) -> None:
        """A call may be live before its start: what came until then is no talk."""
        assert self._before_talk is not None, "asked only while that is kept"
        _, self._from, self._painted_from = min(self._before_talk, key=lambda kept: abs(kept[0] - at))
        self._before_talk = None

    def measured(self, measured: Measured, painted: int = 0) -> None:
        """The media room reported its totals; the last report of a session closes its account."""
        self._newest = measured
        if self._before_talk is not None:
            self._before_talk.append((time.monotonic(), measured, painted))
        if self._closing is not None and measured.session == self._closing.session:
            self.total, self._closing = _plus(self.total, measured, self._closing), None

    def stopped(self, painted: int) -> None:
        """The call is live no more, or its media is about to stop."""
        self._before_talk = None
        if self._from is None:
            return
        self.painted += max(0, painted - self._painted_from)
        self._from, self._closing = None, self._from

    def connect(self, purpose: Purpose) -> None:
        """A media session is being opened."""
        self.connecting = purpose is Purpose.CALL

    def picture_painted(self) -> None:
        """A family picture reached the screen."""
        if self.connecting and self.first_picture_at is None:
            self.first_picture_at = time.monotonic()

    def trouble(self, code: str, text: str) -> None:
        """Something went wrong."""
        self.troubles.append(Trouble(code=code, text=text))

    def report(self) -> Report:
        """All of it."""
        call, total = self.last, self.total
        talk_s = None if call is None or CallState.LIVE not in self.states else call.talk_ms / 1000
        was_live = talk_s is not None
        received, sent = _sides(total, talk_s)
        return Report(
            outcome=None if call is None or call.outcome is None else str(call.outcome),
            ended_by=None if call is None or call.ended_by is None else str(call.ended_by),
            states=self.states,
            join_s=self._join_s(),
            talk_s=talk_s,
            received=received,
            painted=PaintedPart(
                video=Painted(frames=self.painted, fps=_rate(self.painted, talk_s)) if was_live else None
            ),
            sent=sent,
            errors=self.troubles,
        )

    def _join_s(self) -> float | None:
        if self.admitted_at is None or self.first_picture_at is None:
            return None
        return round(self.first_picture_at - self.admitted_at, 3)


def _rate(frames: int, talk_s: float | None) -> float | None:
    return round(frames / talk_s, 2) if talk_s else None


def _sides(total: Measured, talk_s: float | None) -> tuple[Received, Sent]:
    if talk_s is None:
        return Received(video=None, audio=None), Sent(video=None, audio=None)
    return (
        Received(
            video=Video(
                frames=total.received_video_frames,
                fps=_rate(total.received_video_frames, talk_s),
                width=total.received_video_width,
                height=total.received_video_height,
            ),
            audio=Audio(seconds=total.received_audio_ms / 1000, rms=round(total.received_audio_rms, 4)),
        ),
        Sent(
            video=Video(
                frames=total.sent_video_frames,
                fps=_rate(total.sent_video_frames, talk_s),
                width=total.sent_video_width,
                height=total.sent_video_height,
            ),
            audio=Audio(seconds=total.sent_audio_ms / 1000, rms=round(total.sent_audio_rms, 4)),
        ),
    )


def _plus(total: Measured, now: Measured, since: Measured) -> Measured:
    """The totals so far, with what one live stretch added; levels and sizes are the newest."""
    return replace(
        now,
        received_video_frames=total.received_video_frames + now.received_video_frames - since.received_video_frames,
        received_audio_ms=total.received_audio_ms + now.received_audio_ms - since.received_audio_ms,
        sent_video_frames=total.sent_video_frames + now.sent_video_frames - since.sent_video_frames,
        sent_audio_ms=total.sent_audio_ms + now.sent_audio_ms - since.sent_audio_ms,
    )
