"""What the shell says that is about one call, said to it: its media, its visitors, the keys without a PIN. No I/O."""

from kiosk.calls import Calls
from kiosk.day_sheet import DaySheet
from kiosk.errors import Refused
from kiosk.fitness import Fitness
from kiosk.ipc import FarSide, Key, MediaNow, SessionFailed, SessionJoined, SessionRenewed, VisitorSeen
from kiosk.meeting import CAME
from kiosk.shell_seen import ShellSeen

MediaFact = MediaNow | FarSide | SessionFailed | SessionRenewed | SessionJoined


class CallFacts:
    """To the call of now, if there is one; visitors of a later one are remembered until it is opened."""

    def __init__(self, calls: Calls, sheet: DaySheet, shell: ShellSeen, fitness: Fitness) -> None:
        self._calls, self._sheet, self._shell, self._fitness = calls, sheet, shell, fitness

    def visitor_seen(self, seen: VisitorSeen) -> None:
        """What the service says of a visitor; of a booking that nobody knows it says nothing."""
        call = self._calls.now
        mine = call if call is not None and call.booking.booking_id == seen.booking_id else None
        if self._sheet.listed(seen.booking_id) is None and mine is None:
            return
        self._shell.visitors[seen.booking_id] = seen
        if seen.presence in CAME:
            self._calls.came.add(seen.booking_id)
        if mine is not None:
            mine.visitor_seen(seen)

    def pressed(self, key: Key) -> None:
        """A key for the call. Raises Refused or IllegalTransition."""
        if self._calls.now is None:
            raise Refused("There is no call now.")
        if key is Key.OPEN_IDENTITY:
            self._fitness.check_may_open()
        self._calls.now.pressed(key)

    def media(self, fact: MediaFact) -> None:
        """How its sessions fare, and what is received in them."""
        call = self._calls.now
        if call is None:
            return
        match fact:
            case MediaNow():
                call.media_now(fact)
            case FarSide(received=received):
                call.far_side(received)
            case SessionFailed(session=session):
                call.session_failed(session)
            case SessionRenewed(session=session, renewed=renewed):
                call.session_renewed(session, renewed)
            case SessionJoined(session=session, steps=steps):
                call.session_joined(session, steps)
