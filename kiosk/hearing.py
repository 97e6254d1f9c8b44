"""What the microphone hears, in the few steps that a meter shows. Pure numbers; keeps no sound."""

from dataclasses import dataclass
from typing import Final

STEPS: Final = 8
QUIETEST_DBFS: Final = -60.0  # here and below nothing is shown
LOUDEST_DBFS: Final = -12.0  # from here on everything
SLACK_DB: Final = 1.5  # so much quieter before a step is taken back: what hovers between two does not flicker
A_VOICE: Final = 2  # steps, from -48 dB on: more than the hum of a room


@dataclass(frozen=True, slots=True)
class Hearing:
    """A call's microphone: how many of STEPS it hears just now, or None where there is none to hear with."""

    step: int | None

    @property
    def is_voice(self) -> bool:
        """Whether that is as loud as somebody who speaks."""
        return self.step is not None and self.step >= A_VOICE


def step_of(dbfs: float, before: int = 0) -> int:
    """The step for a level in decibels of full scale, 0 to STEPS; `before` is the one that is shown."""
    return max(_step(dbfs), min(before, _step(dbfs + SLACK_DB)))


def _step(dbfs: float) -> int:
    share = (dbfs - QUIETEST_DBFS) / (LOUDEST_DBFS - QUIETEST_DBFS)
    return max(0, min(STEPS, int(share * STEPS)))
