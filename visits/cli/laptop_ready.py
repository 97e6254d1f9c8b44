"""The words of `visits laptop ready`: what each laptop found when it last checked itself. Changes nothing."""

import json
from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from contract.policy_call import PickUp
from contract.readiness import CheckedFor, Light
from visits.store.readiness import Reported

MARKS: Final = MappingProxyType({Light.GREEN: "ready", Light.AMBER: "READY, BUT", Light.RED: "NOT READY"})
FOR: Final = MappingProxyType(
    {
        CheckedFor.BOOKING: "before a call",
        CheckedFor.OFFICER: "asked by an officer",
        CheckedFor.COMMAND: "asked by a command",
    }
)
LASTS: Final = PickUp().readiness_lasts  # the service reads no policy; a laptop goes by its own


def is_known(each: Reported, now: datetime) -> bool:
    """Whether what it found says anything of now. A clock that is ahead makes nothing younger."""
    if each.readiness is None or each.heard_at is None:
        return False
    return now - min(each.readiness.checked_at, each.heard_at) < LASTS


def in_a_line(each: Reported, now: datetime) -> str:
    """One line: when, how it stands or, after its hour, stood, which rows are not green, and when that was heard."""
    report = each.readiness
    if report is None:
        return "has never said whether it is ready"
    bad = ", ".join(f"{row.check} {row.light}" for row in report.rows if row.light is not Light.GREEN)
    mark = MARKS[report.light] if is_known(each, now) else f"not known any more, was {MARKS[report.light]}"
    heard = "" if each.heard_at is None else f"; heard {each.heard_at:%Y-%m-%d %H:%M:%S}"
    return f"{report.checked_at:%Y-%m-%d %H:%M:%S} UTC  {mark}{': ' if bad else ''}{bad}{heard}"


def as_text(every: Sequence[Reported], now: datetime) -> str:
    """Each laptop with its rows, and under a row that is not green what to do."""
    return "\n".join(line for each in every for line in _lines(each, now)) or "There is no laptop."


def _lines(each: Reported, now: datetime) -> list[str]:
    report = each.readiness
    if report is None:
        return [f"{each.laptop}: {in_a_line(each, now)}"]
    about = FOR[report.checked_for] + ("" if report.booking_id is None else f" ({report.booking_id})")
    lines = [f"{each.laptop}: {in_a_line(each, now)}; {about}"]
    for row in report.rows:
        lines.append(f"  {row.check:<11} {row.light:<6} {row.found}{' -> ' if row.fix else ''}{row.fix}")
    return lines


def as_json(every: Sequence[Reported], now: datetime) -> str:
    """The same, for programs; `known` says whether it still says anything of now."""
    return json.dumps([_told(each, now) for each in every], indent=1)


def _told(each: Reported, now: datetime) -> dict[str, object]:
    if each.readiness is None or each.heard_at is None:
        return {"laptop": each.laptop, "light": None, "known": False}
    told = each.readiness.model_dump(mode="json", exclude={"type"})
    about = {"laptop": each.laptop, "light": each.readiness.light, "known": is_known(each, now)}
    return {**about, "heard_at": each.heard_at.isoformat(), **told}
