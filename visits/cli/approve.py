"""`visits approve --visitor ID --until DAY`: an approval to visit, beside those there are; both days count."""

import argparse
from datetime import UTC, date, datetime

from visits.cli.opened import opened
from visits.errors import ServiceError
from visits.store.vetting import approve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("--visitor", required=True, metavar="ID", help="who: `visits visitors` lists them")
    parser.add_argument("--since", type=_day, metavar="YYYY-MM-DD", help="its first day (today)")
    parser.add_argument("--until", type=_day, required=True, metavar="YYYY-MM-DD", help="its last day")


def act(arguments: argparse.Namespace) -> int:
    """Add it."""
    since = arguments.since or datetime.now(UTC).date()
    if arguments.until < since:
        raise ServiceError("an approval cannot end before it begins")
    with opened(arguments.db) as database:
        if not database.write(approve, arguments.visitor, since, arguments.until):
            raise ServiceError("there is no such visitor")
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("expected a day, such as 2026-11-22") from None
