"""The words of `visits laptop ready`: what each laptop found when it last checked itself. Changes nothing."""

import json
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from contract.readiness import CheckedFor, Light, Readiness
from visits.store.readiness import Reported

MARKS: Final = MappingProxyType({Light.GREEN: "ready", Light.AMBER: "READY, BUT", Light.RED: "NOT READY"})
FOR: Final = MappingProxyType(
    {
        CheckedFor.BOOKING: "before a call",
        CheckedFor.OFFICER: "asked by an officer",
        CheckedFor.COMMAND: "asked by a command",
    }
)


def in_a_line(report: Readiness) -> str:
    """One line: when, how it stands, and which rows are not green."""
    bad = [f"{row.check} {row.light}" for row in report.rows if row.light is not Light.GREEN]
    return f"{report.checked_at:%Y-%m-%d %H:%M:%S} UTC  {MARKS[report.light]}{': ' if bad else ''}{', '.join(bad)}"


def as_text(every: Sequence[Reported]) -> str:
    """Each laptop with its rows, and under a row that is not green what to do."""
    return "\n".join(line for each in every for line in _lines(each)) or "There is no laptop."


def _lines(each: Reported) -> list[str]:
    report = each.readiness
    if report is None:
        return [f"{each.laptop}: has never said whether it is ready"]
    about = FOR[report.checked_for] + ("" if report.booking_id is None else f" ({report.booking_id})")
    lines = [f"{each.laptop}: {in_a_line(report)}; {about}"]
    for row in report.rows:
        lines.append(f"  {row.check:<11} {row.light:<6} {row.found}{' -> ' if row.fix else ''}{row.fix}")
    return lines


def as_json(every: Sequence[Reported]) -> str:
    """The same, for programs."""
    return json.dumps([_told(each) for each in every], indent=1)


def _told(each: Reported) -> dict[str, object]:
    if each.readiness is None or each.heard_at is None:
        return {"laptop": each.laptop, "light": None}
    told = each.readiness.model_dump(mode="json", exclude={"type"})
    return {"laptop": each.laptop, "light": each.readiness.light, "heard_at": each.heard_at.isoformat(), **told}
