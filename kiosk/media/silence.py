"""Says when a connection has fallen silent, by how many packets it has received so far. No clock of its own."""

from collections import deque
from typing import Final

LOOK_EVERY_S: Final = 0.1
SILENT_S: Final = 1.0  # fifty packets of sound that did not come
STEADY: Final = 10  # packets a second before it: a far side that sends less may be silent for good reasons


class Silence:
    """Looked at every LOOK_EVERY_S."""

    def __init__(self) -> None:
        self._readings: deque[int] = deque(maxlen=round(1 / LOOK_EVERY_S) + 1)
        self._heard_at: float | None = None
        self._was_steady = False

    def look(self, packets: int, now: float) -> bool:
        """Whether nothing has come for longer than SILENT_S on a connection on which packets came steadily."""
        if not self._readings or packets > self._readings[-1]:
            self._heard_at = now
            self._was_steady = bool(self._readings) and packets - self._readings[0] >= STEADY
        self._readings.append(packets)
        return self._was_steady and self._heard_at is not None and now - self._heard_at > SILENT_S
