"""What the shell was last shown and told, so that only news is said again; it decides nothing. No I/O."""

from collections.abc import Iterable

from contract.laptop_link import CallNow
from contract.record import OutcomeReport
from kiosk.ipc import Carry, Show, Tell
from kiosk.policy.numbers import Numbers, ms
from kiosk.ports import Clock, Shell


class Telling:
    """Says scenes, the call's state and outcomes to the shell that is there."""

    def __init__(self, shell: Shell, clock: Clock, numbers: Numbers) -> None:
        self._shell, self._clock, self._numbers = shell, clock, numbers
        self._shown: Show | None = None
        self._told: Tell | None = None
        self._carried_ms: int | None = None

    def forget(self) -> None:
        """Another shell: it has been told nothing yet."""
        self._shown = self._told = self._carried_ms = None

    def carry_soon(self) -> None:
        """There is an outcome that was not carried yet, or the line has just come."""
        self._carried_ms = None

    def show(self, show: Show) -> None:
        """Have this drawn, if it is not on the screen already."""
        if show != self._shown:
            self._shown = show
            self._shell.send(show)

    def tell(self, call: CallNow) -> None:
        """Tell the service of every change of the call, and of time left once a second."""
        tell = Tell(call=call.model_copy(update={"talk_ms": 0, "left_ms": -(-call.left_ms // 1000)}))
        if tell != self._told:
            self._told = tell
            self._shell.send(Tell(call=call))

    def tell_ended(self, call: CallNow) -> None:
        """Tell of a call that is over, in between: where the call of now is, is told again after it."""
        self._shell.send(Tell(call=call))
        self._told = None

    def carry(self, unsent: Iterable[OutcomeReport]) -> None:
        """Have every outcome said that the service has not yet said to have, now and again."""
        now = self._clock.boot_ms()
        if self._carried_ms is None or now - self._carried_ms > ms(self._numbers.say_again):
            self._carried_ms = now
            for report in unsent:
                self._shell.send(Carry(message=report))
