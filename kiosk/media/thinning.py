"""Lets so many pictures a second through, evenly. Arithmetic only."""


class Thinning:
    """Keeps a beat of its own, so that 20 of 30 pictures are two of three and never two at once."""

    def __init__(self) -> None:
        self._due = 0.0

    def passes(self, now: float, per_second: int) -> bool:
        """Whether the picture of this moment, in seconds, is sent. One that comes a little early is."""
        apart = 1 / per_second
        if now < self._due - apart / 4:
            return False
        self._due = max(self._due, now - apart) + apart
        return True
