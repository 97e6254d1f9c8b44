"""The calls of this laptop that are over, and what of them the service has not yet said to have. No I/O."""

from contract.laptop_link import CallNow
from contract.record import OutcomeKept, OutcomeReport
from contract.strict import Message

MOST_KEPT = 500  # endings remembered; a sheet lists sixty bookings
MOST_UNSENT = 2000  # outcomes on their way: a month of full days; the journal holds four times as much


class EndedKept(Message):
    """What the journal keeps of them."""

    endings: tuple[CallNow, ...] = ()
    revisions: dict[str, int] = {}  # noqa: RUF012 - pydantic copies it
    unsent: tuple[OutcomeReport, ...] = ()


class Ended:
    """Endings by booking, and the outcomes on their way: each is said again until it is kept."""

    def __init__(self, kept: EndedKept | None = None) -> None:
        kept = kept or EndedKept()
        self._endings = {ending.booking_id: ending for ending in kept.endings}
        self._revisions = dict(kept.revisions)
        self._unsent = {report.booking_id: report for report in kept.unsent}

    @property
    def bookings(self) -> frozenset[str]:
        """Every booking that is over."""
        return frozenset(self._endings)

    @property
    def unsent(self) -> tuple[OutcomeReport, ...]:
        """What the service has not yet said to have, the oldest first."""
        return tuple(self._unsent.values())

    def add(self, ending: CallNow, report: OutcomeReport) -> bool:
        """A call has ended, or its ending was explained; whether that is news."""
        if self._revisions.get(report.booking_id) == report.revision:
            return False
        self._endings[ending.booking_id] = ending
        self._revisions[report.booking_id] = report.revision
        self._unsent[report.booking_id] = report
        while len(self._endings) > MOST_KEPT:
            oldest = next(iter(self._endings))
            del self._endings[oldest], self._revisions[oldest]
        return True

    def give_up(self) -> tuple[OutcomeReport, ...]:
        """The oldest outcomes beyond what may wait; they are said no more, and only the trail has them."""
        over = self.unsent[: max(0, len(self._unsent) - MOST_UNSENT)]
        for report in over:
            del self._unsent[report.booking_id]
        return over

    def of(self, booking_id: str) -> CallNow | None:
        """How this booking ended, if it did."""
        return self._endings.get(booking_id)

    def kept(self, kept: OutcomeKept) -> bool:
        """The service has it; whether it was still waiting for that."""
        waiting = self._unsent.get(kept.booking_id)
        if waiting is None or waiting.revision > kept.revision:
            return False
        del self._unsent[kept.booking_id]
        return True

    def keep(self) -> EndedKept:
        """For the journal."""
        return EndedKept(endings=tuple(self._endings.values()), revisions=self._revisions, unsent=self.unsent)
