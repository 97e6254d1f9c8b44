"""What officers' deeds do to the day: each is about a call or about the laptop itself. No I/O."""

from collections.abc import Callable

from contract.words import CallState, HoldReason
from kiosk import officer_deeds
from kiosk.call import Call
from kiosk.calls import Calls
from kiosk.deeds import Admit, AnyDeed, GiveReason, Lock, Release, Unlock
from kiosk.fitness import Fitness
from kiosk.ipc import Key
from kiosk.outcomes import Outcomes
from kiosk.ports import Clock, Data


class DayDeeds:
    """Checked, named for the audit trail, and done; `done` is called after each that was done."""

    def __init__(
        self, calls: Calls, fitness: Fitness, outcomes: Outcomes, clock: Clock, done: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._calls, self._fitness, self._outcomes, self._done = calls, fitness, outcomes, done

    def check(self, deed: AnyDeed) -> None:
        """Raises Refused with one sentence when an officer may not do this now."""
        officer_deeds.check(deed, self._subject(deed), locked=self._fitness.locked)
        if isinstance(deed, Admit):
            self._fitness.check_may_open()  # it may have gone bad since the identities were opened

    def record_of(self, deed: AnyDeed) -> tuple[str, Data]:
        """How the audit trail names a deed."""
        return officer_deeds.RECORDED_AS[deed.kind], officer_deeds.data_of(deed, self._subject(deed))

    def perform(self, deed: AnyDeed) -> None:
        """Do what an officer's PIN has authorised and the trail has recorded. Raises Refused or IllegalTransition."""
        self.check(deed)
        if isinstance(deed, Release):
            self._release()
        elif isinstance(deed, Lock | Unlock):
            self._fitness.locked = isinstance(deed, Lock)
            if self._fitness.locked and self._calls.now is not None:
                _shut_for_lock(self._calls.now)
        elif (call := self._subject(deed)) is not None:
            officer_deeds.perform(deed, call)
            if call is self._calls.before:
                self._outcomes.remember(call)
        self._done()

    def _subject(self, deed: AnyDeed) -> Call | None:
        """Which call a deed is about: the one of now, but a reason may still be given for the one before."""
        now, before = self._calls.now, self._calls.before
        is_before = isinstance(deed, GiveReason) and before is not None
        return before if is_before and (now is None or not now.is_over) else now

    def _release(self) -> None:
        """No call but one whose goodbye is still read; the others keep their place in the day."""
        self._fitness.released_at_ms = self._clock.boot_ms()
        if self._calls.now is not None and not self._calls.now.is_over:
            self._calls.now = None


def _shut_for_lock(call: Call) -> None:
    """No preview and no call on a locked laptop."""
    if call.state is CallState.IDENTITY:
        call.pressed(Key.LEAVE_IDENTITY)
    elif call.can_be_held:
        call.hold(HoldReason.OFFICER)
