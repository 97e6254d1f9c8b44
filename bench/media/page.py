"""Writes the bench's part of docs/benchmarks.md, and nothing else of it: rows, what was missed, where the time goes."""

import os
import platform
import re
import statistics
import subprocess
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench.media.table import CHROMIUM, LAPTOP, WHOLE, Results, above_one
from bench.media.taken import Taken
from bench.media.versus import Figures, Versus, median, present
from tests.e2e.kit.family import CHROMIUM as BROWSER

PAGE: Final = Path(__file__).parents[2] / "docs" / "benchmarks.md"
QUIET: Final = 0.3  # cores that were busy before the first call; above it the page says that it does not count
HOLDS: Final = {True: "yes", False: "**missed**", None: ""}


@dataclass(frozen=True)
class Setting:
    """Under which the calls were made."""

    clip: str
    seed: str
    settle_s: float
    measure_s: float
    busy: float  # cores, before the first
    runs: int = 1  # rounds that were to be

    def told(self, rounds: int) -> list[str]:
        """As sentences, after so many complete rounds."""
        said = [
            f"{when()}:"
            f" {rounds} of {self.runs} rounds, {self.measure_s:g} s of each call after {self.settle_s:g} s,"
            f" clip `{self.clip}`, network seed `{self.seed}`; {machine()}; {_said(BROWSER, '--version')}."
        ]
        if self.busy > QUIET:
            said.append(
                f"**The machine was not quiet** ({self.busy:.1f} cores were busy before the first call):"
                " these figures show that the bench works, and are not to be relied on."
            )
        return said


def when() -> str:
    """When something was measured, and of what."""
    return (
        f"Measured {datetime.now(UTC):%d %B %Y, %H:%M} UTC at commit `{_said('git', 'rev-parse', '--short', 'HEAD')}`"
    )


def machine() -> str:
    """What it was measured on."""
    return f"{os.cpu_count()} cores ({_processor()}), Linux {platform.release()}, Python {platform.python_version()}"


def write(block: str, name: str, page: Path = PAGE) -> None:
    """Put `block` between the page's marks of this name. Raises LookupError where it has none."""
    begin, end = f"<!-- bench {name}: begin -->", f"<!-- bench {name}: end -->"
    before, found, rest = page.read_text().partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise LookupError(f"{page} has no place for {name}")
    page.write_text(f"{before}{begin}\n{block}\n{end}{after}")


def media_block(results: Results, found: Sequence[Versus], setting: Setting) -> str:
    """The table with what is to be said of it."""
    counts = above_one(found)
    lines = [
        *setting.told(results.rounds),
        "",
        "| what | laptop | Chromium | ratio | must | holds |",
        "|---|---|---|---|---|---|",
        *(_row(row) for row in found),
        "",
        f"Rows of the networks: {counts['rows']}; above 1.0: {counts['above']} (must be half);"
        f" below 0.95, or without a figure: {counts['below']} (must be none).",
        "",
        *_missed(results, found),
        *_profile(results),
        *_start(results),
        *_join(results),
        *_troubles(results),
    ]
    return "\n".join(lines)


def soak_block(found: Sequence[Versus], trouble: str | None, setting: Setting) -> str:
    """What a long call has shown; `setting.measure_s` is how long it really was."""
    rows = [f"| {row.what} | {_figures(row.ours)} {row.unit} | {row.goal} | {HOLDS[row.holds]} |" for row in found]
    broke = [] if trouble is None else ["", f"The call broke: {trouble}"]
    return "\n".join([*setting.told(1), "", "| what | laptop | must | holds |", "|---|---|---|---|", *rows, *broke])


def _row(row: Versus) -> str:
    ratio = _figures(row.ratios) if row.theirs else ""
    cells = (
        row.what,
        f"{_figures(row.ours)} {row.unit}".strip(),
        _figures(row.theirs),
        ratio,
        row.goal,
        HOLDS[row.holds],
    )
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _figures(values: Figures) -> str:
    """The median, and the lowest and the highest where there are several."""
    found = present(values)
    if not found:
        return "–" if values else ""
    spread = f" ({min(found):.3g} to {max(found):.3g})" if len(found) > 1 else ""
    return f"{median(found):.3g}{spread}"


def _missed(results: Results, found: Sequence[Versus]) -> list[str]:
    said = []
    for row in found:
        if row.holds is False:
            value = median(row.judged)
            lost = len(row.judged) - len(present(row.judged))
            by = "" if value is None else f" {row.goal.missed_by(value):.3g}"
            said.append(
                f"- Missed{by and ' by' + by}: {row.what}{f'; {lost} rounds without a figure' if lost else ''}."
            )
    return [*said, ""]


def _profile(results: Results) -> list[str]:
    """Where the processor's time went in the clean call, thread by thread, in percent of a core."""
    said = []
    for who in (LAPTOP, CHROMIUM):
        total: defaultdict[str, float] = defaultdict(float)
        seconds = 0.0
        for taken in results.of(WHOLE, who):
            for name, spent in taken.threads.items():
                total[name] += spent
            seconds += taken.ended_at - taken.began_at
        if total and seconds:
            parts = ", ".join(f"{_plain(name)} {100 * spent / seconds:.1f}" for name, spent in _most(total))
            said += [f"Where the {who}'s processor time goes in the clean call, % of a core by thread: {parts}.", ""]
    return said


def _start(results: Results) -> list[str]:
    """Where the time goes until the laptop is ready: seconds after its start, the median of the rounds."""
    taken = [one for one in results.of(WHOLE, LAPTOP) if one.steps]
    steps = {name: [one.steps[name] - one.started_at for one in taken if name in one.steps] for name in _names(taken)}
    return _listed("Where the time goes until the laptop is ready, s after its start", steps)


def _names(taken: Sequence[Taken]) -> list[str]:
    return sorted(taken[0].steps, key=taken[0].steps.__getitem__) if taken else []


def _join(results: Results) -> list[str]:
    """And until a call is joined: milliseconds that each step took, as the laptop itself tells."""
    steps: defaultdict[str, list[float]] = defaultdict(list)
    for taken in results.of(WHOLE, LAPTOP):
        for name, spent_ms in taken.joined_ms.items():
            steps[name].append(spent_ms)
    return _listed("Where the laptop's time goes in joining, ms for each step", steps)


def _listed(what: str, steps: Mapping[str, Sequence[float]]) -> list[str]:
    parts = ", ".join(f"{name} {statistics.median(values):.3g}" for name, values in steps.items() if values)
    return [f"{what}: {parts}.", ""] if parts else []


def _most(spent: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(spent.items(), key=lambda item: -item[1])[:8]


def _plain(name: str) -> str:
    return re.sub(r"[^\w /.:()-]", "", name)


def _troubles(results: Results) -> list[str]:
    """Calls that broke; they count as rounds without figures."""
    return [
        f"- {who}, {condition}, round {number}: {taken.trouble}"
        for (condition, who), calls in results.calls.items()
        for number, taken in enumerate(calls, 1)
        if taken.trouble
    ]


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _processor() -> str:
    words = Path("/proc/cpuinfo").read_text()
    found = re.search(r"^model name\s*: (.+)$", words, re.MULTILINE)
    return found[1] if found else platform.machine()
