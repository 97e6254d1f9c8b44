"""A clock that moves only when told."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class FakeClock:
    """Both kinds of time, moved together by `advance`."""

    def __init__(self, wall: datetime = NOON) -> None:
        self._boot_ms = 1_000_000
        self._wall = wall

    def boot_ms(self) -> int:
        return self._boot_ms

    def wall(self) -> datetime:
        return self._wall

    def advance(self, seconds: float) -> None:
        self._boot_ms += round(seconds * 1000)
        self._wall += timedelta(seconds=seconds)

    def set_wall(self, wall: datetime) -> None:
        """Somebody sets the time of day; durations do not notice."""
        self._wall = wall
