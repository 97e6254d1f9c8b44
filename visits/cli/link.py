"""`visits link BOOKING_ID`: a new link for a household that lost theirs."""

import argparse

from visits.cli.opened import opened
from visits.cli.say import say
from visits.errors import ServiceError
from visits.store.bookings import renew_link
from visits.tokens import digest, new_token


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("booking_id", metavar="BOOKING_ID", help="which booking")


def act(arguments: argparse.Namespace) -> int:
    """Make the link and print its path; the old link and its claim stop working at once."""
    token = new_token()
    with opened(arguments.db) as database:
        if not database.write(renew_link, arguments.booking_id, digest(token)):
            raise ServiceError("there is no such booking")
    say(f"/v/{token}")
    return 0
