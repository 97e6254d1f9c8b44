"""Which words the `visits` command takes, and who acts on each."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from visits.cli import cancel, demo_data, heads, laptop, link, outcomes, photo, serve
from visits.cli.say import complain
from visits.errors import ServiceError


def run(words: Sequence[str]) -> int:
    """Do what `words` ask; returns the exit status. What goes wrong is one sentence on standard error."""
    arguments = _parser().parse_args(words)
    try:
        status: int = arguments.act(arguments)
    except (ServiceError, OSError) as error:
        complain(f"visits: {error}")
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="visits", description="The service for video visits.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, what, part in (
        ("serve", "run the service", serve),
        ("demo-data", "add a made-up establishment with bookings for today", demo_data),
        ("laptop", "enrol a laptop", laptop),
        ("cancel", "cancel a booking; laptop and family are told why", cancel),
        ("outcomes", "list how calls ended, what was lost and what is owed", outcomes),
        ("heads", "list how far each laptop's audit trail was co-signed, and alarms", heads),
        ("photo", "put a visitor's photo on file", photo),
        ("link", "make a new link for a booking; the old one stops working", link),
    ):
        command = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        command.add_argument("--db", type=Path, required=True, metavar="FILE", help="the SQLite file")
        part.add_arguments(command)
        command.set_defaults(act=part.act)
    return parser
