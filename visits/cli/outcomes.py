"""`visits outcomes`: how calls ended, why, what was lost to whom and what is owed, as sentences for staff."""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from contract.sentences import WHY_IT_ENDED
from visits.cli.opened import opened
from visits.cli.say import say
from visits.domain.day import local_day
from visits.store.outcomes import Ended, ended_between

EVER: Final = (datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="only calls of this day at the establishment")
    parser.add_argument("--json", action="store_true", help="print JSON")


def act(arguments: argparse.Namespace) -> int:
    """List them, in the order they were booked."""
    with opened(arguments.db) as database:
        every = database.read(ended_between, *EVER)
    listed = [ended for ended in every if arguments.day is None or _day_of(ended) == arguments.day]
    if arguments.json:
        say(json.dumps([_as_data(ended) for ended in listed], ensure_ascii=False))
    else:
        say("\n".join(_as_text(ended) for ended in listed) or "No call has ended.")
    return 0


def _day_of(ended: Ended) -> date:
    return local_day(ended.call.starts_at, ended.call.laptop.establishment.timezone)


def _as_data(ended: Ended) -> dict[str, object]:
    call, ending = ended.call, ended.ending
    report = None if ended.report is None else ended.report.model_dump(mode="json", exclude={"type", "booking_id"})
    return {
        "booking_id": call.booking_id,
        "laptop": call.laptop.name,
        "prisoner": call.prisoner.number,
        "starts_at": call.starts_at.isoformat(),
        "outcome": ending.outcome,
        "ended_by": ending.ended_by,
        "reason": ending.reason,
        "talk_ms": ending.talk_ms,
        "owed_ms": ending.owed_ms,
        "report": report,
    }


def _as_text(ended: Ended) -> str:
    call = ended.call
    starts_at = call.starts_at.astimezone(ZoneInfo(call.laptop.establishment.timezone))
    head = f"{starts_at:%Y-%m-%d %H:%M}  {call.booking_id}  {call.laptop.name}  {call.prisoner.number}"
    return f"{head}\n  {' '.join(_sentences(ended))}"


def _sentences(ended: Ended) -> Iterator[str]:
    ending, report = ended.ending, ended.report
    by = "" if ending.ended_by is None else f", by {ending.ended_by}"
    code = "" if report is None or report.code is None else f", code {report.code}"
    yield f"{ending.outcome}{by}{code}."
    if ending.reason is not None:
        yield WHY_IT_ENDED[ending.reason]
    yield f"Talked {_length(ending.talk_ms)}."
    if report is not None:
        lost = [f"{cause} {_length(ms)}" for cause, ms in report.lost_ms.items() if ms > 0]
        yield f"Lost: {', '.join(lost)}." if lost else "Nothing was lost."
        if report.extended_ms or report.returned_ms:
            yield f"Extended {_length(report.extended_ms)}, given back {_length(report.returned_ms)}."
    yield f"Owed {_length(ending.owed_ms)}." if ending.owed_ms else "Nothing is owed."


def _length(ms: int) -> str:
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("expected a day, such as 2026-11-22") from None
