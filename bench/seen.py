"""What one run of a benchmarked call showed; a figure is None when the run may not count for it."""

from dataclasses import dataclass, field
from typing import Final

from bench.browser import Stretch
from contract.words import Outcome
from demo.report import Report

FULL: Final = (1280, 720)


@dataclass
class Seen:
    """One run: the laptop's report, the browser's figures, and when each step was reached."""

    report: Report | None = None
    times: dict[str, float] = field(default_factory=dict)
    trouble: str | None = None
    stretch: Stretch | None = None
    browser_join_s: float | None = None
    browser_first_paint_s: float | None = None
    laptop_cpu: float | None = None
    browser_cpu: float | None = None

    @property
    def completed(self) -> bool:
        """Whether the call went to its booked end, and was watched."""
        return self.report is not None and self.report.outcome == Outcome.COMPLETED_NORMALLY and self.trouble is None

    @property
    def join_s(self) -> float | None:
        """Admission to the first family picture painted."""
        return self.report.join_s if self.completed and self.report else None

    @property
    def sent_fps(self) -> float | None:
        """Pictures handed to the encoder each second; only full-size ones count."""
        video = self.report.sent.video if self.completed and self.report else None
        return video.fps if video and (video.width, video.height) == FULL else None

    @property
    def painted_fps(self) -> float | None:
        """The browser's pictures painted each second."""
        video = self.report.painted.video if self.completed and self.report else None
        return video.fps if video else None

    @property
    def browser_sent_fps(self) -> float | None:
        """Pictures the browser encoded each second."""
        return self.stretch.sent_fps if self.stretch else None

    @property
    def browser_painted_fps(self) -> float | None:
        """Pictures of the laptop the browser decoded each second."""
        return self.stretch.decoded_fps if self.stretch else None

    @property
    def ready_s(self) -> float | None:
        """Start of the guard to the first painted scene."""
        if not self.completed or "painted" not in self.times or "guard_started" not in self.times:
            return None
        return self.times["painted"] - self.times["guard_started"]

    @property
    def why_not(self) -> str | None:
        """Why the run may not count, for a person to read."""
        if self.trouble is not None:
            return self.trouble
        if self.report is None or not self.completed:
            return f"the call ended as {self.report and self.report.outcome}"
        video = self.report.sent.video
        if video is not None and (video.width, video.height) != FULL:
            return f"the laptop sent {video.width}x{video.height}"
        return None
