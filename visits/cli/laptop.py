"""`visits laptop add NAME`: enrols a laptop and shows its token, once."""

import argparse

from visits.cli.opened import opened
from visits.cli.say import say
from visits.errors import ServiceError
from visits.store.laptops import add_laptop, only_establishment
from visits.tokens import digest, new_token


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("what", choices=["add"], help="add: enrol a new laptop")
    parser.add_argument("name", metavar="NAME", help="as on the label, such as “Visits room 2, laptop 1”")


def act(arguments: argparse.Namespace) -> int:
    """Enrol it. The token is not kept here and cannot be shown again."""
    token = new_token()
    with opened(arguments.db) as database:
        establishment_id = database.read(only_establishment)
        if establishment_id is None:
            raise ServiceError("there must be exactly one establishment to add a laptop to")
        database.write(add_laptop, establishment_id, arguments.name, digest(token))
    say(token)
    return 0
