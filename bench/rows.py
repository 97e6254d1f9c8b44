"""What every benchmark prints and writes: rows of one form, so that figures of different days can be compared."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

OUT: Final = Path(__file__).parent / "out"


@dataclass(frozen=True)
class Row:
    """One figure: the median of `values` and their spread, beside a real peer's median measured in the same runs."""

    what: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    peer: float | None
    ratio: float | None
    goal: str
    holds: bool | None


def row(
    what: str,
    values: Sequence[float],
    unit: str,
    *,
    peer: Sequence[float] = (),
    most: float | None = None,
    least: float | None = None,
) -> Row:
    """A row from raw figures; `most` or `least` is the goal. Without figures nothing holds."""
    value = statistics.median(values) if values else None
    other = statistics.median(peer) if peer else None
    goal = f"<= {most:g}" if most is not None else f">= {least:g}" if least is not None else ""
    holds = None
    if most is not None:
        holds = value is not None and value <= most
    elif least is not None:
        holds = value is not None and value >= least
    return Row(
        what=what,
        value=_short(value),
        low=_short(min(values, default=None)),
        high=_short(max(values, default=None)),
        unit=unit,
        peer=_short(other),
        ratio=_short(value / other) if value is not None and other else None,
        goal=goal,
        holds=holds,
    )


def publish(name: str, rows: Sequence[Row], notes: Sequence[str] = ()) -> None:
    """Print the table and write bench/out/NAME.json."""
    OUT.mkdir(exist_ok=True)
    data = {"name": name, "rows": [asdict(one) for one in rows], "notes": list(notes)}
    (OUT / f"{name}.json").write_text(json.dumps(data, indent=1) + "\n")
    print(f"\n{name}")
    print(f"{'what':44} {'median':>8} {'low':>8} {'high':>8} {'unit':6} {'peer':>8} {'ratio':>6} {'goal':>8} holds")
    for one in rows:
        cells = (_cell(one.value), _cell(one.low), _cell(one.high))
        print(
            f"{one.what:44} {cells[0]:>8} {cells[1]:>8} {cells[2]:>8} {one.unit:6}"
            f" {_cell(one.peer):>8} {_cell(one.ratio):>6} {one.goal:>8} {_HOLDS[one.holds]}"
        )
    for note in notes:
        print(f"  {note}")


_HOLDS: Final = {True: "yes", False: "NO", None: "-"}


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
