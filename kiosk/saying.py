"""Says the day to its listeners: to the service what becomes of the calls, to the screen what to show. No I/O."""

from kiosk import officer_deeds
from kiosk.call_report import asks_reason, call_now
from kiosk.calls import Calls
from kiosk.day_scenes import DayView
from kiosk.notices import with_notices
from kiosk.outcomes import Outcomes
from kiosk.policy.numbers import Numbers
from kiosk.scenes import Notice, Panel, SelfCheckSeen
from kiosk.telling import Telling


class Saying:
    """Only what is news goes out. `told` and `self_check` are the guard's, for the officer to read."""

    def __init__(self, telling: Telling, outcomes: Outcomes, calls: Calls, numbers: Numbers) -> None:
        self._telling, self._outcomes, self._calls, self._numbers = telling, outcomes, calls, numbers
        self.told: tuple[Notice, ...] = ()
        self.self_check = SelfCheckSeen()

    def tell(self, *, online: bool) -> None:
        """Where the call is, and the outcomes that are not kept yet."""
        if self._calls.now is not None:
            self._telling.tell(call_now(self._calls.now))
        if online:
            self._outcomes.carry()

    def show(self, view: DayView) -> None:
        """The scene, and what stands around it."""
        self._telling.show(with_notices(view, self._panel(locked=view.locked), self.told))

    def _panel(self, *, locked: bool) -> Panel:
        before = self._calls.before
        unexplained = before is not None and asks_reason(before)
        panel = officer_deeds.panel(self._calls.now, self._numbers, locked=locked, unexplained=unexplained)
        return panel.model_copy(update={"self_check": self.self_check})
