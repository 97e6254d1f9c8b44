"""Who receives what: fed with counters from both sides, says whether media really flows. No clock of its own."""

from dataclasses import dataclass, field

from kiosk.policy.numbers import Needs


@dataclass
class Flow:
    """One kind of media as one side receives it: a counter only ever compared, and the instant it last grew."""

    count: int = 0
    grew_at_ms: int | None = None

    def report(self, count: int, now_ms: int) -> None:
        """Take a report; only more than ever before is receiving."""
        if count > self.count:
            self.count, self.grew_at_ms = count, now_ms

    def counts_anew(self) -> None:
        """Whoever counts begins at 0 again; when it last grew still stands."""
        self.count = 0

    def grew_within(self, now_ms: int, patience_ms: int) -> bool:
        """Whether something arrived within the last `patience_ms`."""
        return self.grew_at_ms is not None and now_ms - self.grew_at_ms <= patience_ms


@dataclass
class Side:
    """What one side receives, of both kinds, and when it last said so."""

    sound: Flow = field(default_factory=Flow)
    picture: Flow = field(default_factory=Flow)
    reported_at_ms: int | None = None

    def report(self, video_frames: int, audio_ms: int, now_ms: int) -> None:
        """Take a report of decoded pictures and milliseconds of sound."""
        self.reported_at_ms = now_ms
        self.picture.report(video_frames, now_ms)
        self.sound.report(audio_ms, now_ms)

    def counts_anew(self) -> None:
        """Its counters begin at 0 again."""
        self.picture.counts_anew()
        self.sound.counts_anew()

    def flow(self, needs: Needs) -> Flow:
        """The kind that policy counts by."""
        return self.sound if needs is Needs.SOUND else self.picture

    def has_said_within(self, now_ms: int, silence_ms: int) -> bool:
        """Whether its last report is fresh: no report is not a report of nothing."""
        return self.reported_at_ms is not None and now_ms - self.reported_at_ms <= silence_ms


@dataclass
class Receiving:
    """Both sides of one media session. `by_rtcp` is the far side as its receiver reports show it."""

    here: Side = field(default_factory=Side)
    there: Side = field(default_factory=Side)
    by_rtcp: Side = field(default_factory=Side)

    def far_side_counts_anew(self) -> None:
        """It receives by a new connection, and counts what comes by that; here all of a session is counted."""
        self.there.counts_anew()
        self.by_rtcp.counts_anew()
