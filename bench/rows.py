"""What every benchmark prints and writes: rows of one form, so that figures of different days can be compared."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

OUT: Final = Path(__file__).parent / "out"


@dataclass(frozen=True)
class Goal:
    """What the median must be: at most, or at least, so much."""

    most: float | None = None
    least: float | None = None

    def __str__(self) -> str:
        return f"<= {self.most:g}" if self.most is not None else f">= {self.least:g}" if self.least is not None else ""

    def missed_by(self, value: float) -> float:
        """How far `value` is on the wrong side; 0 when the goal is met."""
        over = 0.0 if self.most is None else value - self.most
        under = 0.0 if self.least is None else self.least - value
        return max(0.0, over, under)


@dataclass(frozen=True)
class Row:
    """One figure of several runs, None for a run that does not count, beside a real peer's in the same runs."""

    what: str
    values: Sequence[float | None]
    unit: str
    peers: Sequence[float | None] = ()
    goal: Goal = Goal()

    @property
    def value(self) -> float | None:
        """The median of the runs that count."""
        return _median(self.values)

    @property
    def peer(self) -> float | None:
        """The peer's median."""
        return _median(self.peers)

    @property
    def ratio(self) -> float | None:
        """The figure as a multiple of the peer's."""
        return _short(self.value / self.peer) if self.value is not None and self.peer else None

    @property
    def spread(self) -> tuple[float | None, float | None]:
        """The lowest and the highest figure of the runs that count."""
        found = _present(self.values)
        return _short(min(found, default=None)), _short(max(found, default=None))

    @property
    def holds(self) -> bool | None:
        """Whether the goal is met, by every run that was made; None without a goal."""
        if not str(self.goal):
            return None
        return self.value is not None and None not in self.values and not self.goal.missed_by(self.value)

    @property
    def misses(self) -> list[str]:
        """What is wrong with the row, as sentences."""
        found = []
        if self.value is not None and (by := self.goal.missed_by(self.value)):
            found.append(f"{self.what}: missed by {by:.3g} {self.unit}")
        if lost := len(self.values) - len(_present(self.values)):
            found.append(f"{self.what}: {lost} of {len(self.values)} runs did not count")
        return found

    def as_json(self) -> dict[str, Any]:
        """The form every benchmark shares; `spread` is the lowest and the highest."""
        return {
            "what": self.what,
            "value": self.value,
            "unit": self.unit,
            "peer": self.peer,
            "ratio": self.ratio,
            "goal": str(self.goal),
            "holds": self.holds,
            "spread": list(self.spread),
        }


def publish(name: str, rows: Sequence[Row], notes: Sequence[str] = (), out: Path = OUT) -> None:
    """Print the table and write bench/out/NAME.json."""
    notes = [*(miss for row in rows for miss in row.misses), *notes]
    out.mkdir(exist_ok=True)
    data = {"name": name, "rows": [row.as_json() for row in rows], "notes": notes}
    (out / f"{name}.json").write_text(json.dumps(data, indent=1) + "\n")
    print(f"\n{name}")
    print(f"{'what':44} {'median':>8} {'low':>8} {'high':>8} {'unit':6} {'peer':>8} {'ratio':>6} {'goal':>8} holds")
    for row in rows:
        low, high = row.spread
        print(
            f"{row.what:44} {_cell(row.value):>8} {_cell(low):>8} {_cell(high):>8} {row.unit:6}"
            f" {_cell(row.peer):>8} {_cell(row.ratio):>6} {row.goal!s:>8} {_HOLDS[row.holds]}"
        )
    for note in notes:
        print(f"  {note}")


_HOLDS: Final = {True: "yes", False: "NO", None: "-"}


def _present(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _median(values: Sequence[float | None]) -> float | None:
    found = _present(values)
    return _short(statistics.median(found)) if found else None


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
