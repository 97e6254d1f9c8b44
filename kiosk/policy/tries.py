"""How long after wrong PINs the next try may be made; it never sees a PIN and reads no clock.

Every failure counts against the laptop and, if the number is known, against that officer too. A success takes back
exactly that officer's own failures, from both. So whoever knows one PIN can undo only guesses at that PIN: a guess at
anybody else stays counted. One failure a quarter of an hour is forgiven, on both counts at the same instants, which is
no faster than a guesser is let through at the longest delay; so honest slips do not add up over the months.

Hence the laptop's count is never below the sum of the officers', and its delay never below anyone's. That is meant: a
delay that only real numbers have would tell a real number from a wrong one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kiosk.policy.numbers import Numbers, ms


@dataclass(frozen=True)
class Count:
    """Failures not yet forgiven, and the instant of the next try (boot clock, ms)."""

    failures: int = 0
    next_try_ms: int = 0


@dataclass(frozen=True)
class Tries:
    """Where the laptop and each officer stand. Only known numbers are kept, so guessed ones fill no memory."""

    laptop: Count = Count()
    officers: Mapping[str, Count] = field(default_factory=lambda: MappingProxyType({}))
    forgiven_ms: int = 0  # the last instant at which failures were, or could have been, forgiven


def delay_ms(failures: int, numbers: Numbers) -> int:
    """The delay after so many failures: doubling from the first to the longest."""
    if failures < 1:
        return 0
    return min(ms(numbers.pin_first_delay) << min(failures - 1, 32), ms(numbers.pin_longest_delay))


def failures_of_longest_delay(numbers: Numbers) -> int:
    """The fewest failures that bring the longest delay."""
    return next(n for n in range(1, 64) if delay_ms(n, numbers) == ms(numbers.pin_longest_delay))


def after_restart(laptop: int, officers: Mapping[str, int], now_ms: int, numbers: Numbers) -> Tries:
    """The counts that were kept, with every delay in full from now: how long the machine was off is not believed."""
    counts = {number: _failed(failures, now_ms, numbers) for number, failures in officers.items()}
    at_least = max(laptop, sum(officers.values()))
    return Tries(_failed(at_least, now_ms, numbers), MappingProxyType(counts), now_ms)


def wait_ms(tries: Tries, number: str | None, now_ms: int) -> int:
    """How long until a try for this number may be made; `None` is a number nobody has. Nought is now."""
    own = tries.officers.get(number, Count()) if number is not None else Count()
    return max(0, tries.laptop.next_try_ms - now_ms, own.next_try_ms - now_ms)


def spoken(wait_ms: int) -> str:
    """A wait as it is said, never shorter than it is: "40 seconds", "3 minutes"."""
    seconds = -(-wait_ms // 1000)
    count, unit = (seconds, "second") if seconds < 120 else (-(-seconds // 60), "minute")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def after_failure(tries: Tries, number: str | None, now_ms: int, numbers: Numbers) -> Tries:
    """One more failure, of this officer or of a number nobody has."""
    tries = _forgive(tries, now_ms, numbers)
    officers = dict(tries.officers)
    if number is not None:
        officers[number] = _failed(officers.get(number, Count()).failures + 1, now_ms, numbers)
    laptop = _failed(tries.laptop.failures + 1, now_ms, numbers)
    return Tries(laptop, MappingProxyType(officers), tries.forgiven_ms)


def after_success(tries: Tries, number: str, now_ms: int, numbers: Numbers) -> Tries:
    """This officer's failures are taken back, everybody else's stay; the next try may be made at once.

    That is no gift: this try could only be made because the delay before it was over.
    """
    tries = _forgive(tries, now_ms, numbers)
    officers = dict(tries.officers)
    own = officers.pop(number, Count()).failures
    laptop = Count(tries.laptop.failures - own, min(tries.laptop.next_try_ms, now_ms))
    return Tries(laptop, MappingProxyType(officers), tries.forgiven_ms)


def _failed(failures: int, now_ms: int, numbers: Numbers) -> Count:
    return Count(failures, now_ms + delay_ms(failures, numbers))


def _forgive(tries: Tries, now_ms: int, numbers: Numbers) -> Tries:
    """What has become forgivable is forgiven; a delay that was given is not shortened by it."""
    if tries.laptop.failures == 0:
        return Tries(tries.laptop, tries.officers, now_ms)
    times, rest_ms = divmod(now_ms - tries.forgiven_ms, ms(numbers.pin_forgiven_every))
    fewer = {number: _fewer(count, times) for number, count in tries.officers.items()}
    officers = {number: count for number, count in fewer.items() if count.failures > 0}
    return Tries(_fewer(tries.laptop, times), MappingProxyType(officers), now_ms - rest_ms)


def _fewer(count: Count, times: int) -> Count:
    return Count(max(0, count.failures - times), count.next_try_ms)
