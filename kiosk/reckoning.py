"""One call's fair clock, fed with facts as they are noticed; it decides nothing and knows no shell. No I/O."""

from collections import Counter
from dataclasses import dataclass, replace

from contract.sheet import Booking
from contract.words import CallState, Cause, HoldReason, Presence
from kiosk.policy.causes import STAGES, Circumstances
from kiosk.policy.fair_clock import Account, FairClock, Times
from kiosk.policy.numbers import Numbers, ms
from kiosk.ports import Clock


@dataclass(frozen=True)
class Known:
    """Since when the laptop and its shell have been up, and since when this booking has been on a sheet."""

    up_since_ms: int
    listed_since_ms: int


class Reckoning:
    """Keeps one FairClock. Instants given to it are of the boot-time clock and may lie in the past."""

    def __init__(self, booking: Booking, clock: Clock, numbers: Numbers, known: Known) -> None:
        self._numbers, self._clock, self._limits = numbers, clock, booking.limits
        self._lost_ms: int | None = None  # since when the service does not answer
        self._gateway_known = False  # whether the prison's own network was asked since
        up_ms, listed_ms = known.up_since_ms, max(known.up_since_ms, known.listed_since_ms)
        before = (up_ms - 1, Circumstances(laptop_up=False))
        self.fair = FairClock(self._placed(booking), changes=(before,))
        self._since(up_ms, laptop_up=True, service_up=False)  # and not told of the booking before it was listed
        self._since(listed_ms, service_up=True)

    def _placed(self, booking: Booking) -> Times:
        """The booking's wall-clock times as instants of the boot-time clock."""
        boot, wall = self._clock.boot_ms(), self._clock.wall()
        return Times(
            starts_ms=boot + ms(booking.starts_at - wall),
            duration_ms=booking.duration_s * 1000,
            hard_stop_ms=boot + ms(booking.hard_stop_at - wall),
        )

    # ---- facts ----

    def place(self, booking: Booking) -> None:
        """Place the booking again: until an officer opens it, the wall clock may still be corrected."""
        placed = self._placed(booking)
        if abs(placed.starts_ms - self.fair.times.starts_ms) > ms(self._numbers.clock_steps):
            self.fair = replace(self.fair, times=placed)

    def state_is(self, state: CallState) -> None:
        """The call's state has changed. Only `talks` and `holds` say what LIVE and HELD mean for the time."""
        if (stage := STAGES.get(state)) is not None:
            self._since(self._clock.boot_ms(), stage=stage)

    def talks(self, talking: bool, since_ms: int) -> None:
        """The two receive each other, or have not since an instant that may be past."""
        self._since(since_ms, talking=talking)

    def holds(self, reason: HoldReason | None, since_ms: int) -> None:
        """The call is held for this reason since then, or no longer."""
        self._since(since_ms, held_for=reason)

    def announces(self, on: bool) -> None:
        """The announcement began or ended."""
        self._since(self._clock.boot_ms(), announcement=on)

    def laptop_is(self, up: bool, silent_ms: int = 0) -> None:
        """The laptop's own parts work, or have not for so long."""
        self._since(self._clock.boot_ms() - silent_ms, laptop_up=up)

    def laptop_was_down_since(self, at_ms: int) -> None:
        """The guard or the whole machine was down from then until now; the shell is not up yet."""
        self._since(at_ms, laptop_up=False, announcement=False)

    def service_is(self, up: bool, silent_ms: int, gateway: bool | None, clean: bool) -> None:
        """The service answers, or has not for so long, and whether the prison's own network does.

        The first answer about the network counts for all of the outage so far, a later one from now on.
        """
        now = self._clock.boot_ms()
        if up:
            self._lost_ms = None
            self._since(now, service_up=True, gateway_up=True, probe_clean=clean)
            return
        since_ms = now if self._lost_ms is None else self._lost_ms
        if self._lost_ms is None:
            self._lost_ms, self._gateway_known, since_ms = now - silent_ms, False, now - silent_ms
            self._since(since_ms, service_up=False)
        if gateway is not None:
            self._since(now if self._gateway_known else since_ms, gateway_up=gateway)
            self._gateway_known = True

    def visitor_is(self, presence: Presence, has_devices: bool) -> None:
        """Where the visitor is, by the last word of the service."""
        self._since(
            self._clock.boot_ms(), visitor_waiting=presence is Presence.WAITING, visitor_has_devices=has_devices
        )

    def _since(self, at_ms: int, **facts: object) -> None:
        if self.fair.ended_ms is None:
            self.fair = self.fair.since(at_ms, **facts)

    def settle(self) -> None:
        """Let go of details that are too old to be corrected."""
        self.fair = self.fair.settle(self._clock.boot_ms() - ms(self._numbers.noticed_late))

    def extend(self, by_ms: int) -> None:
        """More talk to be had."""
        self.fair = self.fair.extended(by_ms)

    def stop(self) -> None:
        """The call has ended. Safe twice."""
        if self.fair.ended_ms is None:
            self.fair = self.fair.stopped(self._clock.boot_ms())

    # ---- what follows ----

    def now_ms(self) -> int:
        """Now, of the boot-time clock."""
        return self._clock.boot_ms()

    @property
    def account(self) -> Account:
        """What became of the time so far."""
        return self.fair.account(self._clock.boot_ms())

    @property
    def left_ms(self) -> int:
        """Talk still to come, in milliseconds."""
        return self.fair.left_ms(self._clock.boot_ms())

    @property
    def is_over(self) -> bool:
        """Whether the time is used up, or the window has ended."""
        return self.fair.is_over(self._clock.boot_ms())

    def cause_now(self) -> Cause:
        """What a second that is lost now is put down to."""
        return self.fair.cause_at(self._clock.boot_ms())

    def account_at(self, at_ms: int) -> Account:
        """What had become of the time until then, with what is known now."""
        return self.fair.account(at_ms)

    def cause_since(self, before: Account) -> Cause:
        """What most of the time since `before` was lost to; what is lost now, where none was."""
        lost = Counter(self.account.lost_ms)
        lost.subtract(before.lost_ms)
        cause, longest = max(lost.items(), key=lambda item: item[1], default=(self.cause_now(), 0))
        return cause if longest > 0 else self.cause_now()

    def may_extend_ms(self) -> int:
        """How much longer an officer may make the call: within policy and the booking's limits, never into the next."""
        times, account = self.fair.times, self.account
        before_the_next = times.hard_stop_ms - times.starts_ms - times.whole_ms - account.ours_ms
        longest_ms, own_s = ms(self._numbers.longest_extension), self._limits.longest_extension_s
        if own_s is not None:
            longest_ms = min(longest_ms, own_s * 1000)
        return max(0, min(longest_ms - times.extended_ms, before_the_next))
