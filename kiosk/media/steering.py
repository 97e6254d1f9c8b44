"""How late sound is played against how late it should be: what to do about the difference. Arithmetic; no clock."""

from collections import deque
from enum import Enum, auto
from typing import Final

from kiosk.media.sound_format import SAMPLE_RATE
from kiosk.media.stretching import Period

_MS: Final = SAMPLE_RATE // 1000
_LOOKS: Final = 20  # a fifth of a second
_ABOVE: Final = 15 * _MS
_BELOW: Final = -5 * _MS
_FAR_ABOVE: Final = 60 * _MS
_SKIP: Final = 400 * _MS
_SELDOM: Final = 100 * _MS  # between two changes that nobody should notice
_OFTEN: Final = 30 * _MS
_ALIKE: Final = 0.8


class Turn(Enum):
    """What to do with the sound that waits."""

    NOTHING = auto()
    SHORTEN = auto()
    LENGTHEN = auto()
    SKIP = auto()


class Steering:
    """Looks at the least lateness of the last moments: that of the sound which has to be there first.

    A loudspeaker asks in portions, so lateness goes up and down with them. Every number is in samples.
    """

    def __init__(self) -> None:
        self._looks: deque[float] = deque(maxlen=_LOOKS)
        self._moved = 0.0  # by our own doing, since the beginning: no look is thrown away for it
        self._changed_at: int | None = None

    @property
    def lateness(self) -> float:
        """How much later than its timestamp sound is played now, at the least."""
        return min(self._looks) + self._moved if self._looks else 0.0

    def look(self, lateness: float) -> None:
        """What it is at this moment."""
        self._looks.append(lateness - self._moved)

    def moved(self, by: float) -> None:
        """Sound is played so much later from now on (less than 0: earlier), by our own doing."""
        self._moved += by

    def turn(self, target: float, taken: int) -> Turn:
        """What should be done, `taken` samples after the beginning: the loudspeaker takes several portions at once."""
        error = self.lateness - target
        if error > _SKIP:
            return Turn.SKIP
        if _BELOW <= error <= _ABOVE or not self._may_change(error, taken):
            return Turn.NOTHING
        return Turn.SHORTEN if error > 0 else Turn.LENGTHEN

    def accepts(self, period: Period, target: float) -> bool:
        """Whether to change by this period: the further off, the less it must be alike."""
        error = abs(self.lateness - target)
        return period.likeness >= _ALIKE * (1 - error / _SKIP)

    def changed(self, taken: int) -> None:
        """It was done, or tried: not again at once."""
        self._changed_at = taken

    def _may_change(self, error: float, taken: int) -> bool:
        pause = _OFTEN if error > _FAR_ABOVE else _SELDOM
        return self._changed_at is None or taken - self._changed_at >= pause
