"""Which requests for a key frame are answered: at once, once for a burst, never without end. Pure: time is given."""

from typing import Final

SHORTEST_S: Final = 0.3  # libwebrtc's least between key frames (video/encoder_rtcp_feedback.cc)
LONGEST_S: Final = 1.0  # a far side that is this far away asks again
BURST: Final = 4  # a joining page may lose its first few
EVERY_S: Final = 2.0  # in the long run: a key frame is worth about eight pictures, so this costs a quarter at most


class KeyRequests:
    """A key frame that is under way answers whatever was asked before it can have arrived."""

    def __init__(self) -> None:
        self._is_wanted = False
        self._sent: float | None = None
        self._left = float(BURST)
        self._counted: float | None = None

    def ask(self, rtt_ms: float | None, now: float) -> None:
        """The far side asks."""
        under_way_s = min(max((rtt_ms or 0.0) / 1000, SHORTEST_S), LONGEST_S)
        if self._sent is None or now - self._sent >= under_way_s:
            self._is_wanted = True

    def take(self, now: float) -> bool:
        """Whether the next picture is to be a key frame; it is then taken as sent."""
        if not self._is_wanted or not self._may(now):
            return False
        self._left -= 1
        self._is_wanted = False
        self._sent = now
        return True

    def was_sent(self, now: float) -> None:
        """A key frame went out unasked: the first, or one of a new size."""
        self._is_wanted = False
        self._sent = now

    def _may(self, now: float) -> bool:
        since = now - self._counted if self._counted is not None else 0.0
        self._counted = now
        self._left = min(float(BURST), self._left + since / EVERY_S)
        return self._left >= 1
