"""What one call has shown, raw: times, numbers and words, before anything is made of them. Data only."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.media.ears import Recording
from bench.media.line import Condition
from bench.media.weight import Weight

Seen = list[tuple[float, int]]  # when (time of day), which frame of the clip


@dataclass
class Side:
    """One end of the call: what its page or shell said, what was seen on its screen and heard at its loudspeaker."""

    words: list[dict[str, Any]] = field(default_factory=list)
    seen: Seen = field(default_factory=list)
    samples: Path | None = None
    heard: Recording = field(default_factory=Recording)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Its words of one kind."""
        return [word for word in self.words if word["type"] == kind]


@dataclass
class Taken:
    """One call of one contender. Times are times of day, in seconds."""

    contender: str
    condition: Condition
    near: Side = field(default_factory=Side)
    far: Side = field(default_factory=Side)
    trouble: str | None = None
    started_at: float = 0.0
    ready_at: float | None = None
    joined_ms: dict[str, float] = field(default_factory=dict)  # by step
    steps: dict[str, float] = field(default_factory=dict)  # of the start, and when
    called_at: float = 0.0
    began_at: float = 0.0  # of the stretch that is measured
    ended_at: float = 0.0
    mended_at: float | None = None
    weights: list[tuple[float, Weight]] = field(default_factory=list)
    threads: dict[str, float] = field(default_factory=dict)  # processor seconds in the stretch, by thread
    boxes: dict[str, list[float]] = field(default_factory=dict)
    packets: list[list[int]] = field(default_factory=list)
    figures: dict[str, float | None] = field(default_factory=dict)  # what was made of all this
