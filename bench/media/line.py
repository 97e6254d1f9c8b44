"""One direction of an emulated network, as arithmetic: when a packet comes out, or that it never does. Opens nothing.

A bottleneck of so many bits a second with a queue that drops what does not fit, then loss (at random, or in bursts by
Gilbert's and Elliott's two states), then delay with jitter. Packets leave in the order they came, as on one path.
Seeded: the same packets at the same times have the same fate.
"""

import random
from dataclasses import dataclass
from typing import Final

HEADERS: Final = 28  # bytes of IPv4 and UDP that each packet also takes


@dataclass(frozen=True)
class Condition:
    """What the network does, in both directions alike."""

    name: str
    kbps: float | None = None
    queue_ms: float = 200.0  # how long a full queue takes to empty
    loss_percent: float = 0.0  # of packets, in the long run
    burst: float = 1.0  # packets lost in a row, on average
    delay_ms: float = 0.0
    jitter_ms: float = 0.0  # the delay is within this, either way
    cut_s: float = 0.0  # how long nothing comes through, once, in the middle


class Line:
    """Gives each packet its fate. Times are seconds that only grow."""

    def __init__(self, condition: Condition, seed: str) -> None:
        self._condition = condition
        self._chance = random.Random(seed)
        self._free_at = 0.0  # when the bottleneck has sent everything it has
        self._out_at = 0.0  # when the last packet comes out
        self._losing = False
        self.cut = False
        self.carried = self.lost = self.overflowed = 0

    def send(self, now: float, size: int) -> float | None:
        """When a packet of `size` bytes that is sent now comes out; None if it is lost."""
        condition, bits = self._condition, 8 * (size + HEADERS)
        unlucky, jitter = self._unlucky(), self._chance.uniform(-1, 1)
        if condition.kbps is not None:
            waits = max(0.0, self._free_at - now)
            if waits > condition.queue_ms / 1000:
                self.overflowed += 1
                return None
            self._free_at = now + waits + bits / (1000 * condition.kbps)
        if self.cut or unlucky:
            self.lost += 1
            return None
        self.carried += 1
        through = self._free_at if condition.kbps is not None else now
        delay = max(0.0, condition.delay_ms + condition.jitter_ms * jitter) / 1000
        self._out_at = max(self._out_at, through + delay)
        return self._out_at

    def _unlucky(self) -> bool:
        """One step of the two states: none is lost in one, all are in the other (Gilbert 1960).

        Leaving the losing state with 1/burst makes bursts that long; entering it so that the shares come out right.
        """
        loss = self._condition.loss_percent / 100
        if loss <= 0:
            return False
        leaves = 1 / self._condition.burst
        enters = min(1.0, loss * leaves / (1 - loss))
        self._losing = self._chance.random() < (1 - leaves if self._losing else enters)
        return self._losing
