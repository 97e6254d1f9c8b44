"""`visits photo`: puts a visitor's photo on file, for the officer to compare."""

import argparse
from pathlib import Path

from contract.strict import LONGEST_PHOTO_BYTES
from visits.cli.opened import opened
from visits.cli.say import say
from visits.domain.photos import hash_of
from visits.errors import ServiceError
from visits.store.photos import set_photo


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("--visitor", required=True, metavar="ID", help="whose photo it is")
    parser.add_argument("--file", type=Path, required=True, help=f"PNG or JPEG, {LONGEST_PHOTO_BYTES} bytes at most")


def act(arguments: argparse.Namespace) -> int:
    """Put it on file and print its SHA-256. Raises NotAPhoto."""
    with arguments.file.open("rb") as file:
        content = file.read(LONGEST_PHOTO_BYTES + 1)
    with opened(arguments.db) as database:
        if not database.write(set_photo, arguments.visitor, content):
            raise ServiceError("there is no such visitor")
    say(hash_of(content))
    return 0
