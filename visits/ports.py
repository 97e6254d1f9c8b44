"""What the service needs from outside, so that tests can bring their own. Time is a port."""

from datetime import datetime
from typing import Protocol

from contract.strict import Message


class Clock(Protocol):
    """The time: what it is, and how much of it has passed."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        ...


class Speaker(Protocol):
    """Somebody connected who can be told things."""

    def say(self, message: Message) -> None:
        """Send `message` soon, in order. Never blocks and never raises."""
        ...

    def hang_up(self, last: Message | None = None) -> None:
        """Say `last`, then close. Safe twice."""
        ...

    def cut_off(self) -> None:
        """Let go of the connection at once and unsaid; what is numbered waits for the next."""
        ...
