"""The fair clock of one call: talk, time lost by cause, time given back, and when the call ends. Pure arithmetic.

All instants are whole milliseconds of the machine's boot-time clock. Nothing is counted as it happens: the clock keeps
what held since when, and reckons from that, so a fact that is noticed late still counts from when it was true.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from contract.words import Cause
from kiosk.policy.causes import OURS, Circumstances

# To connect two people who are both there is our work, also after a fault: that long it counts as what was in the way.
# Joining takes less than 1 s (docs/benchmarks.md); what takes longer than this has a reason of its own.
CONNECTS_MS: Final = 10_000


@dataclass(frozen=True)
class Times:
    """A booking's times as instants. `hard_stop_ms` is the latest end, whatever was lost."""

    starts_ms: int
    duration_ms: int
    hard_stop_ms: int
    extended_ms: int = 0

    @property
    def whole_ms(self) -> int:
        """The talk the two are to have."""
        return self.duration_ms + self.extended_ms

    def shifted(self, by_ms: int) -> "Times":
        """The same times on another clock."""
        return replace(self, starts_ms=self.starts_ms + by_ms, hard_stop_ms=self.hard_stop_ms + by_ms)


@dataclass(frozen=True)
class Account:
    """What became of the time from the start to some instant. `ended_ms` is when it was used up, if it was.

    `in_the_way` is what of ours was in the way just before, and for how many milliseconds more what it takes to connect
    the two counts as that.
    """

    talk_ms: int = 0
    lost_ms: dict[Cause, int] = field(default_factory=dict)
    ended_ms: int | None = None
    in_the_way: tuple[Cause, int] | None = field(default=None, compare=False)

    @property
    def ours_ms(self) -> int:
        """Lost by our side."""
        return sum(ms for cause, ms in self.lost_ms.items() if cause in OURS)

    @property
    def theirs_ms(self) -> int:
        """Lost by the people's."""
        return sum(ms for cause, ms in self.lost_ms.items() if cause not in OURS)

    def charges(self, held: Circumstances, ms: int) -> Iterator[tuple[Cause | None, int]]:
        """What the next `ms`, in which `held` holds, are put down to, one after the other; no cause is talk."""
        if held.is_connecting and self.in_the_way is not None:
            cause, left_ms = self.in_the_way
            yield cause, min(ms, left_ms)
            ms -= min(ms, left_ms)
        yield None if held.is_talk else held.cause(), ms

    def after(self, held: Circumstances, ms: int) -> "Account":
        """The same sums, with what is in the way once `held` has held for `ms`."""
        if held.is_connecting and self.in_the_way is not None:
            cause, left_ms = self.in_the_way
            return replace(self, in_the_way=(cause, max(0, left_ms - ms)))
        is_ours = not held.is_talk and held.cause() in OURS
        return replace(self, in_the_way=(held.cause(), CONNECTS_MS) if is_ours else None)

    def plus(self, cause: Cause | None, ms: int) -> "Account":
        """With `ms` more of talk (no cause), or lost to `cause`."""
        if cause is None:
            return replace(self, talk_ms=self.talk_ms + ms)
        return replace(self, lost_ms=dict(Counter(self.lost_ms) + Counter({cause: ms})))


Change = tuple[int, Circumstances]


@dataclass(frozen=True)
class FairClock:
    """One call's time. `changes` are in order; what held before the first of them is the first's."""

    times: Times
    changes: tuple[Change, ...] = ((0, Circumstances()),)
    settled: Account = field(default_factory=Account)  # the sums of what was let go
    settled_ms: int | None = None  # up to when that was; the first change is there
    ended_ms: int | None = None

    # ---- what held ----

    @property
    def circumstances(self) -> Circumstances:
        """What holds now."""
        return self.changes[-1][1]

    def since(self, at_ms: int, **facts: Any) -> "FairClock":
        """The clock, with `facts` true from `at_ms` on. An instant in the past corrects what was thought since."""
        at_ms = max(at_ms, self.changes[0][0])
        before = [change for change in self.changes if change[0] <= at_ms]
        after = [(at, replace(held, **facts)) for at, held in self.changes if at > at_ms]
        return replace(self, changes=_merged([*before, (at_ms, replace(before[-1][1], **facts)), *after]))

    def settle(self, before_ms: int) -> "FairClock":
        """Let go of what happened before `before_ms`, keeping its sums; nothing earlier can be corrected any more."""
        if len(self.changes) == 1 or self.changes[1][0] > before_ms or self.account(before_ms).ended_ms is not None:
            return self
        held = [held for at, held in self.changes if at <= before_ms][-1]
        later = [change for change in self.changes if change[0] > before_ms]
        changes = ((before_ms, held), *later)
        return replace(self, settled=self.account(before_ms), settled_ms=before_ms, changes=changes)

    def shifted(self, by_ms: int) -> "FairClock":
        """The same on another clock: the machine was started again."""
        changes = tuple((at + by_ms, held) for at, held in self.changes)
        ended = None if self.ended_ms is None else self.ended_ms + by_ms
        settled = None if self.settled_ms is None else self.settled_ms + by_ms
        return replace(self, times=self.times.shifted(by_ms), changes=changes, settled_ms=settled, ended_ms=ended)

    def extended(self, by_ms: int) -> "FairClock":
        """With more talk to be had; never past the hard stop."""
        return replace(self, times=replace(self.times, extended_ms=self.times.extended_ms + by_ms))

    def stopped(self, now_ms: int) -> "FairClock":
        """The clock of a call that has ended: at `now_ms`, or before it when the time had been used up."""
        used_up_ms = self.account(now_ms).ended_ms
        return replace(self, ended_ms=now_ms if used_up_ms is None else used_up_ms)

    # ---- what follows ----

    def account(self, now_ms: int) -> Account:
        """What became of the time until `now_ms`: talk and lost add up to all of it."""
        account = self.settled
        for began, over, held in self._stretches(self._last_ms(now_ms)):
            at = began
            for cause, ms in account.charges(held, over - began):
                takes = ms if cause in OURS else min(ms, self._to_burn(account))
                account, at = account.plus(cause, takes), at + takes
                if takes < ms or self._to_burn(account) == 0:
                    return replace(account, ended_ms=at)
            account = account.after(held, over - began)
        is_past = self._last_ms(now_ms) >= self.times.hard_stop_ms
        return replace(account, ended_ms=self.times.hard_stop_ms) if is_past else account

    def cause_at(self, now_ms: int) -> Cause:
        """What a millisecond that is lost now is put down to, with what is known now."""
        charges = self.account(now_ms).charges(replace(self.circumstances, talking=False), 1)
        return next(cause for cause, ms in charges if cause is not None and ms > 0)

    def left_ms(self, now_ms: int) -> int:
        """Talk still to come, if nothing is lost from now on."""
        account = self.account(now_ms)
        if account.ended_ms is not None or self.ended_ms is not None:
            return 0
        return min(self._to_burn(account), self.times.hard_stop_ms - max(now_ms, self.times.starts_ms))

    def is_over(self, now_ms: int) -> bool:
        """Whether the time is used up, or the window has ended."""
        return self.account(now_ms).ended_ms is not None

    def returned_ms(self) -> int:
        """How much later than planned an ended call ended: time already given back."""
        assert self.ended_ms is not None, "only an ended call has given back"
        return max(0, self.ended_ms - self.times.starts_ms - self.times.whole_ms)

    def owed_ms(self, *, by_a_person: bool) -> int:
        """Time still owed for an ended call; where a person left early or broke the rules, only what we lost."""
        assert self.ended_ms is not None, "only an ended call owes"
        account = self.account(self.ended_ms)
        if by_a_person:
            return max(0, account.ours_ms - self.returned_ms())
        return max(0, self.times.whole_ms - account.talk_ms - account.theirs_ms)

    def _last_ms(self, now_ms: int) -> int:
        last = min(now_ms, self.times.hard_stop_ms)
        return last if self.ended_ms is None else min(last, self.ended_ms)

    def _to_burn(self, account: Account) -> int:
        """Talk, or time lost by the people, until the end: `end - starts = whole + ours` says the same."""
        return self.times.whole_ms - account.talk_ms - account.theirs_ms

    def _stretches(self, until_ms: int) -> Iterator[tuple[int, int, Circumstances]]:
        """Every stretch from the start, or from what is settled, until `until_ms` in which the same held."""
        starts = self.times.starts_ms
        earliest = starts if self.settled_ms is None else max(starts, self.settled_ms)
        ends = [at for at, _ in self.changes[1:]] + [until_ms]
        for index, ((at, held), end) in enumerate(zip(self.changes, ends, strict=True)):
            began = earliest if index == 0 else max(earliest, at)
            over = min(end, until_ms)
            if over > began:
                yield began, over, held


def _merged(changes: list[Change]) -> tuple[Change, ...]:
    """Without changes that change nothing; of several at one instant the last counts."""
    merged: list[Change] = []
    for at, held in changes:
        if merged and merged[-1][0] == at:
            merged.pop()
        if not merged or merged[-1][1] != held:
            merged.append((at, held))
    return tuple(merged)
