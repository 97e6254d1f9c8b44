"""What a camera's pictures show, in numbers: light, movement, pace. Looks at brightness alone; keeps no picture."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from av import VideoFrame

from contract.readiness import CheckName
from kiosk.policy.readiness import Found, Trouble

Luma = npt.NDArray[np.uint8]

EVERY: Final = 8  # pixels, each way: enough to see light and movement
BLACK: Final = 16  # of video's luma, as BT.601 and BT.709 have it
WHITE: Final = 235
LEAST_LIGHT: Final = 0.04  # of full; a covered camera gives less
LEAST_SPREAD: Final = 6.0  # levels: a dim room still has shapes in it
LEAST_PICTURES: Final = 5
SLOW_PER_S: Final = 10.0


@dataclass
class Sight:
    """Pictures go in by `see`, each with its moment in seconds; only the last one's sample is held, to compare."""

    light: list[float] = field(default_factory=list)
    spread: list[float] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)  # share of samples that differ from the picture before
    moments: list[float] = field(default_factory=list)
    _last: Luma | None = None

    def see(self, luma: Luma, at_s: float) -> None:
        """One more picture's brightness, sampled."""
        self.light.append(max(0.0, (float(luma.mean()) - BLACK) / (WHITE - BLACK)))
        self.spread.append(float(luma.std()))
        if self._last is not None and self._last.shape == luma.shape:
            self.changed.append(float(np.count_nonzero(luma != self._last)) / luma.size)
        self._last = luma
        self.moments.append(at_s)

    @property
    def per_s(self) -> float:
        """Pictures a second."""
        lasted = self.moments[-1] - self.moments[0] if len(self.moments) > 1 else 0.0
        return (len(self.moments) - 1) / lasted if lasted > 0 else 0.0

    def judge(self) -> Found:
        """What it comes to. Every real camera has noise: pictures that are the same to the last bit stand still."""
        if len(self.moments) < LEAST_PICTURES:
            return Found(check=CheckName.CAMERA, trouble=Trouble.CAMERA_SHUT, found=f"{len(self.moments)} pictures")
        light, change = float(np.median(self.light)), max(self.changed, default=0.0)
        found = f"light {light:.0%}, {change:.1%} of it changing, {self.per_s:.0f} pictures a second"
        return Found(check=CheckName.CAMERA, trouble=self._trouble(light, change), found=found)

    def _trouble(self, light: float, change: float) -> Trouble | None:
        if light < LEAST_LIGHT and float(np.median(self.spread)) < LEAST_SPREAD:
            return Trouble.CAMERA_DARK
        if change == 0.0:
            return Trouble.CAMERA_FROZEN
        return Trouble.CAMERA_SLOW if self.per_s < SLOW_PER_S else None


def sample(frame: VideoFrame) -> Luma:
    """Every eighth pixel's brightness of a yuv420p picture, each way; a copy."""
    plane = frame.planes[0]
    rows: Luma = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return np.array(rows[: frame.height : EVERY, : frame.width : EVERY])
