"""`visits establishment add NAME`: an establishment that the service is to serve; `visits establishment list`."""

import argparse
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contract.words import Use
from visits.cli.opened import opened
from visits.cli.say import say
from visits.errors import ServiceError
from visits.store.establishments import add_establishment, establishments

LONGEST_NAME = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("what", choices=["add", "list"], help="add one, or list them")
    parser.add_argument("name", metavar="NAME", nargs="?", type=_name, help="as laptops and families are told it")
    parser.add_argument("--timezone", type=_timezone, metavar="ZONE", help="where its days begin: Europe/London")
    parser.add_argument("--use", type=Use, choices=list(Use), help="demo or live, as its keys are; never changed")


def act(arguments: argparse.Namespace) -> int:
    """Do it. Raises ServiceError."""
    wanted = (arguments.name, arguments.timezone, arguments.use)
    if arguments.what == "add" and None in wanted:
        raise ServiceError("expected `establishment add NAME --timezone ZONE --use live|demo`")
    if arguments.what == "list" and wanted != (None, None, None):
        raise ServiceError("expected `establishment list`, and no more")
    with opened(arguments.db) as database:
        if arguments.what == "add":
            database.write(add_establishment, *wanted)
            say(f"{arguments.name} is added, for {arguments.use} use. Its rules come with `visits policy publish`.")
        else:
            found = database.read(establishments)
            say("\n".join(f"{name}: {timezone}, {use}" for name, timezone, use in found) or "There is none.")
    return 0


def _name(text: str) -> str:
    if not text.strip() or text != text.strip() or not text.isprintable() or len(text) > LONGEST_NAME:
        raise argparse.ArgumentTypeError(f"expected a name of at most {LONGEST_NAME} characters")
    return text


def _timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError("expected a time zone, such as Europe/London") from error
    return text
