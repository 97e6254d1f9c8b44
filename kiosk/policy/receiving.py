"""Who receives whom: fed with counters from both sides, says whether media really flows. No clock of its own."""

from dataclasses import dataclass, field


@dataclass
class Side:
    """What one side has received: counters only ever compared, and the instants of the last report and growth."""

    counters: tuple[int, int] = (0, 0)
    grew_at_ms: int | None = None
    reported_at_ms: int | None = None

    def report(self, video_frames: int, audio_ms: int, now_ms: int) -> None:
        """Take a report; more of either kind than ever before counts as receiving."""
        self.reported_at_ms = now_ms
        newest = (max(self.counters[0], video_frames), max(self.counters[1], audio_ms))
        if newest != self.counters:
            self.counters, self.grew_at_ms = newest, now_ms

    def is_receiving(self, now_ms: int, patience_ms: int) -> bool:
        """Whether something arrived within the last `patience_ms`."""
        return self.grew_at_ms is not None and now_ms - self.grew_at_ms <= patience_ms

    def says_it_receives(self, now_ms: int, patience_ms: int, silence_ms: int) -> bool:
        """The same by its own last report, which is believed for `silence_ms`: no report is not a report of nothing."""
        if self.reported_at_ms is None or now_ms - self.reported_at_ms > silence_ms:
            return False
        return self.is_receiving(self.reported_at_ms, patience_ms)


@dataclass
class Receiving:
    """Both sides of one media session."""

    here: Side = field(default_factory=Side)
    there: Side = field(default_factory=Side)
