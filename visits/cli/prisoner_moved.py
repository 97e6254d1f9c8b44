"""`visits prisoner-moved NUMBER`: no call of this prisoner can be here; laptops are told at once."""

import argparse
from datetime import UTC, datetime

from visits.cli.barred import barred_text
from visits.cli.opened import opened
from visits.cli.say import say
from visits.errors import ServiceError
from visits.store.vetting import barred_calls, prisoner_moved


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("number", metavar="NUMBER", help="the prison number, such as A1234BC")
    parser.add_argument("--back", action="store_true", help="the prisoner is here again")


def act(arguments: argparse.Namespace) -> int:
    """Note it and say which calls that bars."""
    now = datetime.now(UTC)
    with opened(arguments.db) as database:
        if not database.write(prisoner_moved, arguments.number, None if arguments.back else now):
            raise ServiceError("there is no such prisoner")
        calls = database.read(barred_calls, now)
    if not arguments.back:
        say(barred_text(tuple(call for call in calls if call.prisoner.number == arguments.number)))
    return 0
