"""How old the call sheet and the policy are that this laptop goes by; whether officers are told, or no call begins.

An age counts from when a document was written, or from when the service last had a line to this laptop over which it
had sent that document: whatever is newer comes over that line at once. That is the shell's word, and nobody signs it:
a shell that was taken over can keep a document fresh until it expires (docs/threat-model.md). The time of day is the
wall clock's, which `WallClock` holds against the service's. No I/O.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kiosk.policy.numbers import Numbers
from kiosk.ports import Around


class Aged(StrEnum):
    """What is too old, the gravest first."""

    POLICY_LOST = "policy_lost"  # the one that was in force does not check out any more
    POLICY_STRANGE = "policy_strange"  # it does, and this software does not understand it
    POLICY_OVER = "policy_over"
    POLICY_VERY_STALE = "policy_very_stale"
    SHEET_VERY_STALE = "sheet_very_stale"
    FROM_LATER = "from_later"  # written after the time this laptop shows
    POLICY_ENDED = "policy_ended"  # counts on for a while
    POLICY_STALE = "policy_stale"
    SHEET_STALE = "sheet_stale"
    POLICY_ENDS_SOON = "policy_ends_soon"


BARS: Final = MappingProxyType(  # no new call begins; the running one goes on
    {
        Aged.POLICY_LOST: "The rules kept on this laptop do not check out, so no call can be opened. Call IT.",
        Aged.POLICY_STRANGE: "This software does not understand this establishment's rules, so no call can be opened. "
        "Ask IT to update the laptop.",
        Aged.POLICY_OVER: "The rules for this laptop have expired, so no call can be opened. Call IT.",
        Aged.POLICY_VERY_STALE: "This laptop has not heard for too long whether its rules are the newest, "
        "so no call can be opened. Connect it to the network.",
        Aged.SHEET_VERY_STALE: "This laptop's call sheet is too old, so no call can be opened. "
        "Connect it to the network.",
        Aged.FROM_LATER: "This laptop's clock does not show the right time, so no call can be opened.",
    }
)


@dataclass(frozen=True)
class PolicyDates:
    """Of the policy in force: when the service last said that it is the newest, and when it ends."""

    heard_at: datetime
    expires: datetime


class Papers:
    """The dates, and the one question they answer. Without a policy there is none that could be old."""

    def __init__(self, around: Around, numbers: Numbers) -> None:
        self.policy: PolicyDates | None = None
        self.policy_is_lost = self.policy_is_strange = False
        self._clock, self._record, self._numbers = around.clock, around.record, numbers
        self._sheet_at: datetime | None = None
        self._came_over_this_line: set[str] = set()
        self._before: tuple[Aged, ...] = ()

    def sheet_came(self, issued_at: datetime, *, online: bool = True) -> None:
        """A sheet was taken; from the disk, and so not `online`, it is as old as it is."""
        self._sheet_at = max(issued_at, self._sheet_at or issued_at)
        if online:
            self._came_over_this_line.add("sheet")

    def policy_came(self, dates: PolicyDates | None, *, online: bool = True) -> None:
        """The policy in force, from the service or from the disk."""
        self.policy, self.policy_is_lost, self.policy_is_strange = dates, False, False
        if online:
            self._came_over_this_line.add("policy")

    def look(self, *, online: bool, clock_is_wrong: bool) -> tuple[Aged, ...]:
        """What is too old now, the gravest first; the trail hears when that changes. By a wrong clock nothing ages."""
        now = self._clock.wall()
        if not online:
            self._came_over_this_line.clear()
        if clock_is_wrong:
            return self._before
        if "sheet" in self._came_over_this_line and self._sheet_at is not None:
            self._sheet_at = now
        if "policy" in self._came_over_this_line and self.policy is not None:
            self.policy = replace(self.policy, heard_at=now)
        found = self._aged(now)
        if found != self._before:
            self._before = found
            self._record.note("papers_aged", {"what": list(found)})
        return found

    @property
    def aged(self) -> tuple[Aged, ...]:
        """What the last look found."""
        return self._before

    @property
    def bar(self) -> Aged | None:
        """What keeps every new call from beginning, if anything."""
        return next((aged for aged in self._before if aged in BARS), None)

    def _aged(self, now: datetime) -> tuple[Aged, ...]:
        return tuple(aged for aged in Aged if self._is(aged, now))

    def _is(self, aged: Aged, now: datetime) -> bool:
        numbers, policy = self._numbers, self.policy
        sheet_age = timedelta() if self._sheet_at is None else now - self._sheet_at
        policy_age = timedelta() if policy is None else now - policy.heard_at
        left = timedelta.max if policy is None else policy.expires - now
        match aged:
            case Aged.POLICY_LOST:
                return self.policy_is_lost
            case Aged.POLICY_STRANGE:
                return self.policy_is_strange
            case Aged.POLICY_OVER:
                return left <= -numbers.expiry_grace
            case Aged.POLICY_ENDED:
                return -numbers.expiry_grace < left <= timedelta()
            case Aged.POLICY_ENDS_SOON:
                return timedelta() < left <= numbers.expiry_warns
            case Aged.POLICY_VERY_STALE:
                return policy_age > numbers.policy_very_stale_after
            case Aged.POLICY_STALE:
                return numbers.policy_stale_after < policy_age <= numbers.policy_very_stale_after
            case Aged.SHEET_VERY_STALE:
                return sheet_age > numbers.sheet_very_stale_after
            case Aged.SHEET_STALE:
                return numbers.sheet_stale_after < sheet_age <= numbers.sheet_very_stale_after
            case Aged.FROM_LATER:
                return min(sheet_age, policy_age) < -numbers.clock_may_err
