"""What has become of the day's calls: remembered, recorded, and told to the service until it has it. No I/O."""

from collections.abc import Iterable

from contract.record import OutcomeKept, OutcomeReport
from contract.sheet import Booking
from kiosk.call import Call
from kiosk.call_report import call_now, outcome_report
from kiosk.ended import Ended, EndedKept
from kiosk.ports import Record
from kiosk.telling import Telling

MOST_AT_ONCE = 100  # the service lets a laptop say two hundred things at once; the rest follows


class Outcomes:
    """`ended` is what is remembered; what is new is recorded once and carried to the service again and again."""

    def __init__(self, telling: Telling, record: Record) -> None:
        self.ended = Ended()
        self._telling, self._record = telling, record

    def recall(self, kept: EndedKept | None) -> None:
        """Go on with what was kept; None begins again with nothing."""
        self.ended = Ended(kept)

    def remember(self, call: Call) -> None:
        """A call has ended, or its ending was explained."""
        report = outcome_report(call)
        if self.ended.add(call_now(call), report):
            self._record.note("outcome", _recorded(report))
            for given_up in self.ended.give_up():
                self._record.note("outcome_given_up", {"booking_id": given_up.booking_id})
            self._telling.carry_soon()

    def kept(self, kept: OutcomeKept) -> None:
        """The service has it."""
        if self.ended.kept(kept):
            self._record.note("outcome_delivered", {"booking_id": kept.booking_id, "revision": kept.revision})

    def carry(self) -> None:
        """Say to the service what it has not yet said to have, the oldest first."""
        if self.ended.unsent:
            self._telling.carry(self.ended.unsent[:MOST_AT_ONCE])

    def tell_again(self, listed: Iterable[Booking]) -> None:
        """A sheet that still lists a call that is over shows that its ending was never heard."""
        for booking in listed:
            if (ending := self.ended.of(booking.booking_id)) is not None:
                self._telling.tell_ended(ending)


def _recorded(report: OutcomeReport) -> dict[str, object]:
    """An outcome as the audit trail has it."""
    data = report.model_dump(mode="json", exclude={"type"})
    data["lost"] = data.pop("lost_ms")
    return data
