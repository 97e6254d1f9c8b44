"""`kiosk simulate FILE`: runs a day of bookings and faults by the rules and prints what became of each call."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from kiosk.errors import Refused
from kiosk.simulation.run import Ran, Simulation
from kiosk.simulation.scenario import read


def main(arguments: Sequence[str]) -> None:
    """Read, run, print. Raises Refused with one sentence for a file that is no scenario."""
    parser = argparse.ArgumentParser(
        prog="kiosk simulate", description="Run a day of bookings and faults by the rules."
    )
    parser.add_argument("file", type=Path, help="the scenario, in TOML (see docs/simulation.md)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of words")
    options = parser.parse_args(arguments)
    try:
        text = options.file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{options.file} cannot be read.") from error
    calls = Simulation(read(text)).run()
    told = json.dumps({"calls": [as_json(call) for call in calls]}, indent=2) if options.json else in_words(calls)
    print(told)  # noqa: T201 - the answer of a command


def as_json(ran: Ran) -> dict[str, object]:
    """One call: times in whole milliseconds, `ended_at` in ISO 8601."""
    report = ran.report
    return {
        "booking": ran.booking_id,
        "outcome": None if report is None else report.outcome,
        "ended_by": None if report is None else report.ended_by,
        "reason": None if report is None else report.reason,
        "code": None if report is None else report.code,
        "ended_at": None if report is None else report.ended_at.isoformat(timespec="milliseconds"),
        "talk_ms": None if report is None else report.talk_ms,
        "lost_ms": {} if report is None else {str(cause): lost for cause, lost in sorted(report.lost_ms.items())},
        "extended_ms": None if report is None else report.extended_ms,
        "returned_ms": None if report is None else report.returned_ms,
        "owed_ms": None if report is None else report.owed_ms,
        "states": [str(state) for state in ran.states],
        "refused": list(ran.refused),
    }


def in_words(calls: Sequence[Ran]) -> str:
    """The same for a person."""
    return "\n\n".join(_call_in_words(call) for call in calls)


def _call_in_words(ran: Ran) -> str:
    report = ran.report
    if report is None:
        return f"{ran.booking_id}: not ended. {' > '.join(ran.states)}"
    lost = ", ".join(f"{cause} {_time(lost)}" for cause, lost in sorted(report.lost_ms.items())) or "nothing"
    lines = [
        f"{ran.booking_id}: {report.outcome}, ended by {report.ended_by} at {report.ended_at:%H:%M:%S}",
        f"  talk      {_time(report.talk_ms)}",
        f"  lost      {lost}",
        f"  returned  {_time(report.returned_ms)}",
        f"  owed      {_time(report.owed_ms)}",
        f"  states    {' > '.join(ran.states)}",
        *(f"  refused   {each}" for each in ran.refused),
    ]
    return "\n".join(lines)


def _time(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    seconds, thousandths = divmod(rest, 1000)
    return f"{minutes}:{seconds:02d}" + (f".{thousandths:03d}" if thousandths else "")
