"""Whether this laptop may run calls now: locked, released, short of a measure, with a wrong clock or old papers."""

from kiosk.errors import Refused
from kiosk.papers import BARS, Papers
from kiosk.policy.measures import MeasureName, Standing
from kiosk.policy.numbers import Numbers
from kiosk.ports import Around
from kiosk.wall_clock import WallClock


class Fitness:
    """Plain facts, and the one question they answer."""

    def __init__(self, around: Around, numbers: Numbers) -> None:
        self.locked = False  # by an officer
        self.released_at_ms: int | None = None  # of the boot-time clock: for maintenance, until the machine restarts
        self.standing = Standing()  # of the lockdown
        self.wall = WallClock(around, numbers)
        self.papers = Papers(around, numbers)

    @property
    def released(self) -> bool:
        """Whether an officer has released the laptop for maintenance."""
        return self.released_at_ms is not None

    @property
    def barred_by(self) -> MeasureName | None:
        """The measure of the lockdown that keeps calls from running, if any."""
        return self.standing.barred_by

    def check_may_open(self) -> None:
        """Raises Refused with one sentence when no call may be opened."""
        if self.locked:
            raise Refused("The laptop is locked. An officer must unlock it first.")
        if self.released or self.barred_by is not None:
            raise Refused("This laptop is out of service.")
        if self.wall.look():
            raise Refused("This laptop's clock does not show the right time, so no call can be opened.")
        if (bar := self.papers.bar) is not None:
            raise Refused(BARS[bar])
