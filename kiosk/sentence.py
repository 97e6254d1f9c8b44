"""An officer's set sentence in one call, which both sides read for a while; it says which, and never what it means."""

from contract.words import SetMessage
from kiosk.policy.numbers import Numbers, ms
from kiosk.ports import Clock


class Sentence:
    """The newest stands for as long as policy says, from when it was sent."""

    def __init__(self, clock: Clock, numbers: Numbers) -> None:
        self._clock, self._numbers = clock, numbers
        self._sent: tuple[SetMessage, int] | None = None

    def send(self, message: SetMessage) -> None:
        """Show it to both sides."""
        self._sent = (message, self._clock.boot_ms())

    @property
    def now(self) -> SetMessage | None:
        """What both sides read now."""
        if self._sent is None or self._clock.boot_ms() - self._sent[1] > ms(self._numbers.notice_stands):
            return None
        return self._sent[0]
