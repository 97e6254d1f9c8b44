"""Who receives whom: fed with counters from both sides, says whether media really flows. No clock of its own."""

from dataclasses import dataclass, field


@dataclass
class Side:
    """What one side has received: counters only ever compared, and the instant they last grew."""

    counters: tuple[int, int] = (0, 0)
    grew_at_ms: int | None = None

    def report(self, video_frames: int, audio_ms: int, now_ms: int) -> None:
        """Take a report; more of either kind than ever before counts as receiving."""
        newest = (max(self.counters[0], video_frames), max(self.counters[1], audio_ms))
        if newest != self.counters:
            self.counters, self.grew_at_ms = newest, now_ms

    def is_receiving(self, now_ms: int, patience_ms: int) -> bool:
        """Whether something arrived within the last `patience_ms`."""
        return self.grew_at_ms is not None and now_ms - self.grew_at_ms <= patience_ms


@dataclass
class Receiving:
    """Both sides of one media session."""

    here: Side = field(default_factory=Side)
    there: Side = field(default_factory=Side)
