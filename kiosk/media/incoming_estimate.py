"""How much the far side may send us: begins with all that a call needs, and falls where packets are seen to queue up.

It takes the place of aiortc's estimate, which says nothing for three seconds and then grows by 8 % a second from what a
page happened to begin with: Chromium then needs half a minute to 720 lines. Loss is the sender's to judge: it is told
by receiver reports. Arithmetic only; times come from aiortc, in milliseconds.
"""

from collections import deque
from typing import Final

import aiortc.rtcrtpreceiver

START_BPS: Final = 2_000_000  # Chromium trusts what it is told within its first two seconds, and begins with it
MOST_BPS: Final = 2_500_000  # libwebrtc sends no more for 720 lines
LEAST_BPS: Final = 80_000
TOO_LATE_MS: Final = 100.0  # of queue; half of it is there with any Wi-Fi, and a call stays pleasant up to 150 (G.114)
DRAINED_MS: Final = 40.0
KEPT: Final = 0.85  # of what arrives (draft-ietf-rmcat-gcc-02, section 5.5), so that the queue drains
AT_A_TIME: Final = 0.5  # it falls by half at most: one stall of our own is no narrow line
GROWS_PER_S: Final = 1.5  # where nothing is known of the line
NEAR_PER_S: Final = 1.04  # near what it last carried: a browser that is told of more floods it every few seconds
NEAR: Final = (0.85, 1.3)  # of what it carried
KNOWN_MS: Final = 30_000
SAID_EVERY_MS: Final = 500
SAID_AGAIN_MS: Final = 250  # where it falls: about a round trip, for the last word to take effect
_STRETCH_MS: Final = 100  # the least delay of each stretch counts: what our own thread was late for does not
_IN_A_ROW: Final = 3  # stretches that are late; a busy laptop has single ones
_SECOND: Final = 10  # stretches
_STRETCHES: Final = 300  # half a minute of them: clocks drift apart by a millisecond or two in that
_WRAP: Final = 1 << 24  # abs-send-time: 6.18 fixed point, wraps every 64 s


class IncomingEstimate:
    """One for each receiver; `add` is aiortc's. Keeps half a minute of numbers, whatever arrives."""

    def __init__(self) -> None:
        self.bps = float(START_BPS)
        self._sources: dict[int, None] = {}
        self._stretch = Stretch()
        self._least: deque[float] = deque(maxlen=_STRETCHES)
        self._clock = SendTime()
        self._said: int | None = None
        self._fell: int | None = None
        self._carried: tuple[float, int] | None = None  # what arrived of too much, and when
        self._draining = False
        self._late = 0
        self._lately: deque[tuple[int, int]] = deque(maxlen=_SECOND)  # milliseconds and bits

    def add(
        self, arrival_time_ms: int, abs_send_time: int, payload_size: int, ssrc: int
    ) -> tuple[int, list[int]] | None:
        """One packet came. What to tell the far side, and of which sources, when it is time to."""
        if ssrc not in self._sources and len(self._sources) < 16:
            self._sources[ssrc] = None
        delay = arrival_time_ms - self._clock.ms(abs_send_time)
        if self._said is None:
            self._stretch.begin(arrival_time_ms)
            return self._say(arrival_time_ms)
        self._stretch.add(delay, payload_size)
        elapsed = arrival_time_ms - self._stretch.began
        if elapsed < _STRETCH_MS:
            return None
        fell = self._judge(self._stretch.least, elapsed, self._stretch.bits, arrival_time_ms)
        self._stretch.begin(arrival_time_ms)
        due = arrival_time_ms - self._said >= SAID_EVERY_MS
        return self._say(arrival_time_ms) if fell or due else None

    def _judge(self, least: float, elapsed_ms: int, bits: int, now: int) -> bool:
        """Take one stretch into account: whether the estimate fell."""
        self._least.append(least)
        self._lately.append((elapsed_ms, bits))
        queue = least - min(self._least)
        self._draining = queue > (DRAINED_MS if self._draining else TOO_LATE_MS)
        self._late = self._late + 1 if queue > TOO_LATE_MS else 0
        if self._late >= _IN_A_ROW:
            return self._fall(now)
        if not self._draining:
            self.bps = min(float(MOST_BPS), self.bps * self._growth(now) ** (min(elapsed_ms, 1000) / 1000))
        return False

    def _growth(self, now: int) -> float:
        """By how much a second, now."""
        if self._carried is None or now - self._carried[1] > KNOWN_MS:
            return GROWS_PER_S
        low, high = (share * self._carried[0] for share in NEAR)
        return NEAR_PER_S if low <= self.bps <= high else GROWS_PER_S

    def _fall(self, now: int) -> bool:
        if self._fell is not None and now - self._fell < SAID_AGAIN_MS:
            return False
        self._fell = now
        arrives = 1000 * sum(bits for _, bits in self._lately) / sum(ms for ms, _ in self._lately)
        self._carried = arrives, now
        self.bps = max(float(LEAST_BPS), AT_A_TIME * self.bps, min(self.bps, KEPT * arrives))
        return True

    def _say(self, now: int) -> tuple[int, list[int]]:
        self._said = now
        return int(self.bps), list(self._sources)


class Stretch:
    """Packets of a tenth of a second."""

    def begin(self, now: int) -> None:
        """Forget the one before."""
        self.began, self.bits, self.least = now, 0, float("inf")

    def add(self, delay: float, size: int) -> None:
        """One packet."""
        self.bits += 8 * size
        self.least = min(self.least, delay)


class SendTime:
    """When a packet was sent, by its sender's clock, without the wrap of 64 s."""

    def __init__(self) -> None:
        self._last = 0
        self._at = 0

    def ms(self, abs_send_time: int) -> float:
        """In milliseconds since an unknown moment."""
        step = (abs_send_time - self._last) % _WRAP
        self._last = abs_send_time
        self._at += step if step < _WRAP // 2 else step - _WRAP  # an older packet may come late
        return self._at * 1000 / (1 << 18)


def estimate_ourselves() -> None:
    """Have every new receiver use it. Safe twice. Can go once aiortc's estimate begins where a call does."""
    setattr(aiortc.rtcrtpreceiver, "RemoteBitrateEstimator", IncomingEstimate)  # noqa: B010 - aiortc's own import
