"""Which size and rate a picture is sent at for the bits there are: two written ladders, and arithmetic; no clock.

From what bit rate a size is worth sending was measured on clips of our own (decision 027): a larger one is the better
picture for as long as the encoder can make it that small. Where a camera's noise or much movement leaves it no way to,
the control steps down for that.
"""

from dataclasses import dataclass
from typing import Final

MOST_BPS: Final = 1_800_000
LEAST_BPS: Final = 80_000
START_BPS: Final = 300_000  # what a narrow line carries; doubled and a little more, it carries 720 lines
STEP_UP: Final = 1.15  # a larger size must have this much more than its least: steps up and down do not meet


@dataclass(frozen=True, slots=True)
class Rung:
    """A size, pictures a second, and the bit rates between which it is the one to use."""

    width: int
    height: int
    per_second: int
    least_bps: int
    most_bps: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}@{self.per_second}"


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs from the largest down. Below the last one there is sound alone, unless `keeps_picture`."""

    rungs: tuple[Rung, ...]
    keeps_picture: bool = False

    def at(self, bps: float) -> int:
        """The number of the rung for so many bits, with none remembered."""
        return next((n for n, rung in enumerate(self.rungs) if bps >= rung.least_bps), len(self.rungs) - 1)

    def from_rung(self, now: int, bps: float) -> int:
        """The same, coming from rung `now`: down at once, up only where there is room to spare."""
        if (down := self.at(bps)) >= now:
            return down
        return min(now, self.at(bps / STEP_UP))


TALKING: Final = Ladder(
    (
        Rung(1280, 720, 30, 700_000, MOST_BPS),
        Rung(960, 540, 30, 350_000, 1_200_000),
        Rung(640, 360, 30, 180_000, 800_000),
        Rung(640, 360, 15, 120_000, 300_000),
        Rung(480, 270, 15, 100_000, 200_000),
        Rung(320, 180, 10, LEAST_BPS, 150_000),
    )
)

# Hands are read from movement: a lower resolution disturbs signing less than a lower rate; 20 pictures a second and
# more serve it, 12 are usable with restrictions (EN 301 549, 6.5.1). So size is given up first, and the picture never:
# who signs has no use for sound alone.
SIGNING: Final = Ladder(
    (
        Rung(1280, 720, 30, 900_000, MOST_BPS),
        Rung(960, 540, 30, 450_000, 1_300_000),
        Rung(640, 360, 30, 230_000, 900_000),
        Rung(480, 270, 30, 150_000, 450_000),
        Rung(320, 180, 25, 110_000, 300_000),
        Rung(320, 180, 20, 90_000, 180_000),
        Rung(320, 180, 12, LEAST_BPS, 120_000),
    ),
    keeps_picture=True,
)
