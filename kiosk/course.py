"""What has become of one call so far, besides its state and its time: plain data, kept in the journal as it stands."""

from dataclasses import dataclass, field
from datetime import datetime

from contract.sheet import Revoked
from contract.words import CallState, EndCode, HoldReason
from kiosk.policy.endings import Ending
from kiosk.policy.fair_clock import Account


@dataclass
class Course:
    """Instants are milliseconds of the boot-time clock. Those in the past tense look at the whole call."""

    opened_ms: int | None = None  # when an officer first opened it
    was_admitted: bool = False
    was_live: bool = False
    silent_from: Account = field(default_factory=Account)  # what the time had come to when the last silence began
    held_for: HoldReason | None = None
    revoked: tuple[Revoked, ...] = ()  # who may take part no more, by the newest sheet
    confirmed_ms: int | None = None  # when an officer last said to be there
    ends_soon_ms: int | None = None
    ends_soon_code: EndCode | None = None
    ending: Ending | None = None
    ended_at: datetime | None = None
    revision: int = 1  # of the outcome
    reason_skipped: bool = False

    def came_to(self, state: CallState, now_ms: int) -> None:
        """The call has just come to this state."""
        if state is CallState.IDENTITY and self.opened_ms is None:
            self.opened_ms = now_ms
        self.was_admitted = self.was_admitted or state is CallState.JOINING
        self.was_live = self.was_live or state is CallState.LIVE

    def end_at(self, at_ms: int) -> None:
        """End then. Asking again changes nothing."""
        if self.ends_soon_ms is None:
            self.ends_soon_ms = at_ms

    def ends_soon_left_ms(self, now_ms: int) -> int | None:
        """How long until an officer's "end in 60 s" takes effect; None when none was asked for."""
        return None if self.ends_soon_ms is None else max(0, self.ends_soon_ms - now_ms)

    def shift(self, by_ms: int) -> None:
        """Put every instant on another clock."""
        for name in ("opened_ms", "confirmed_ms", "ends_soon_ms"):
            if (at := getattr(self, name)) is not None:
                setattr(self, name, at + by_ms)
