"""Turns a flood of USB arrivals into few alerts: one soon, then a summary, ever more seldom. Pure; keeps little."""

from dataclasses import dataclass
from typing import Final

GATHER_S: Final = 0.25  # a composite device and a hub with three more arrive within this: one alert
QUIET_S: Final = 5.0  # after an alert, the rest is counted and summed up
LONGEST_QUIET_S: Final = 60.0  # an endless flood is summed up this often, so that it cannot fill the audit trail
MOST_NAMED: Final = 4
LONGEST_NAME: Final = 48


@dataclass(frozen=True)
class Arrivals:
    """USB devices that were plugged in since the last alert. An alert: none of them may be let in."""

    count: int
    named: tuple[str, ...]  # the first few, each once, made safe to show
    over_s: float  # from the first to the last
    is_flood: bool  # more of what the alert before it told
    missed: int = 0  # times the kernel said that it could not tell everything

    def sentence(self) -> str:
        """One line for the record and for officers."""
        said = [self._plugged_in()] if self.count else []
        if self.missed:
            said.append("the kernel could not tell of every device")
        return "; ".join(said)

    def _plugged_in(self) -> str:
        noun = "device was" if self.count == 1 else "devices were"
        within = f" within {self.over_s:.1f} s" if self.count > 1 else ""
        named = f": {', '.join(self.named)}" if self.named else ""
        others = ", and others" if self.named and self.count > len(self.named) else ""
        return f"{self.count}{' more' if self.is_flood else ''} USB {noun} plugged in{within}{named}{others}"


def safe_name(untrusted: str) -> str:
    """A device's own words as plain letters, short: it is an attacker who chooses them."""
    plain = "".join(char if char.isascii() and char.isprintable() else " " for char in untrusted[: 4 * LONGEST_NAME])
    return " ".join(plain.split())[:LONGEST_NAME]


class Gathering:
    """Counts arrivals until they are due to be told. Times are seconds of any clock that never goes back."""

    def __init__(self) -> None:
        self._due_s: float | None = None  # None: nobody has been plugging anything in
        self._quiet_s = QUIET_S
        self._told = False
        self._clear()

    def _clear(self) -> None:
        self._count, self._missed, self._first_s, self._last_s = 0, 0, 0.0, 0.0
        self._named: tuple[str, ...] = ()

    @property
    def due_s(self) -> float | None:
        """When `take` should be asked next; None when there is nothing to wait for."""
        return self._due_s

    def arrived(self, now_s: float, untrusted_name: str) -> None:
        """One USB device was plugged in."""
        self._first_s = now_s if self._count == 0 else self._first_s
        self._last_s = now_s
        self._count += 1
        name = safe_name(untrusted_name)
        if name and name not in self._named and len(self._named) < MOST_NAMED:
            self._named = (*self._named, name)
        self._wake(now_s)

    def missed(self, now_s: float) -> None:
        """The kernel said that it could not tell everything."""
        self._missed += 1
        self._wake(now_s)

    def _wake(self, now_s: float) -> None:
        if self._due_s is None:
            self._due_s = now_s + GATHER_S

    def take(self, now_s: float) -> Arrivals | None:
        """What is due to be told; None when it is too early, or when it has gone quiet."""
        if self._due_s is None or now_s < self._due_s:
            return None
        if not self._count and not self._missed:
            self._due_s, self._quiet_s, self._told = None, QUIET_S, False
            return None
        over_s = self._last_s - self._first_s
        arrivals = Arrivals(self._count, self._named, over_s, is_flood=self._told, missed=self._missed)
        self._due_s = now_s + self._quiet_s
        if self._told:
            self._quiet_s = min(2 * self._quiet_s, LONGEST_QUIET_S)
        self._told = True
        self._clear()
        return arrivals
