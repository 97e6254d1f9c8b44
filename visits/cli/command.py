"""Which words the `visits` command takes, and who acts on each."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from visits.cli import (
    approve,
    ca,
    cancel,
    demo_data,
    enrol_code,
    enrol_offline,
    establishment,
    heads,
    keys,
    laptop,
    link,
    officer,
    outcomes,
    photo,
    policy,
    prisoner_moved,
    revoke,
    serve,
    update,
    visitors,
)
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
        ("ca", "make the service's keys, or renew the laptops' listener's certificate", ca),
        ("keys", "show the keys that sign documents, rotate one, or retire an old one", keys),
        ("establishment", "add an establishment to serve, or list them", establishment),
        ("enrol-code", "make a code that enrols a laptop, once", enrol_code),
        ("enrol-offline", "answer a laptop that asks by a file to be enrolled", enrol_offline),
        ("laptop", "list laptops' identities, say which are ready, or revoke one", laptop),
        ("update", "add a release of the laptops' own software, or say which they are given", update),
        ("cancel", "cancel a booking; laptop and family are told why", cancel),
        ("outcomes", "list how calls ended, what was lost and what is owed", outcomes),
        ("heads", "list how far each laptop's audit trail was co-signed, and alarms", heads),
        ("photo", "put a visitor's photo on file", photo),
        ("visitors", "list visitors, with their ids and until when each is approved", visitors),
        ("approve", "approve a visitor until a day", approve),
        ("revoke", "end a visitor's approval at once; calls that run are held", revoke),
        ("prisoner-moved", "a prisoner has moved away: no call of theirs can be here", prisoner_moved),
        ("link", "make a new link for a booking; the old one stops working", link),
    ):
        command = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        command.add_argument("--db", type=Path, required=True, metavar="FILE", help="the SQLite file")
        part.add_arguments(command)
        command.set_defaults(act=part.act)
    for name, what, part_with_parts in (
        ("officer", "add, disable, enable or list officers, or reset a PIN", officer),
        ("policy", "check, sign, show, compare or publish the rules of an establishment", policy),
    ):
        command = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        part_with_parts.add_arguments(command)
        command.set_defaults(act=part_with_parts.act)
    return parser
