"""`visits laptop add NAME`: enrols a laptop and gives its token, once."""

import argparse
from pathlib import Path

from sqlalchemy.orm import Session

from visits.cli.opened import opened
from visits.cli.say import say
from visits.cli.token_file import write_token_file
from visits.errors import ServiceError
from visits.store.laptops import add_laptop, only_establishment
from visits.tokens import Token, digest, new_token


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("what", choices=["add"], help="add: enrol a new laptop")
    parser.add_argument("name", metavar="NAME", help="as on the label, such as “Visits room 2, laptop 1”")
    parser.add_argument(
        "--token-file", type=Path, metavar="FILE", help="where the token is written, instead of being printed"
    )


def act(arguments: argparse.Namespace) -> int:
    """Enrol it. The token is not kept here and cannot be shown again."""
    token = new_token()
    with opened(arguments.db) as database:
        database.write(_enrol, arguments.name, token, arguments.token_file)
    if arguments.token_file is None:
        say(token)
    return 0


def _enrol(session: Session, name: str, token: Token, token_file: Path | None) -> None:
    establishment_id = only_establishment(session)
    if establishment_id is None:
        raise ServiceError("there must be exactly one establishment to add a laptop to")
    add_laptop(session, establishment_id, name, digest(token))
    if token_file is not None:
        write_token_file(token_file, token)
