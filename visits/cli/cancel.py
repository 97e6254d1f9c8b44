"""`visits cancel BOOKING_ID`: a call that will not take place, and why; laptop and family are told at once."""

import argparse

from contract.words import Outcome
from visits.cli.opened import opened
from visits.domain.cancelling import CANCELLATIONS
from visits.errors import ServiceError
from visits.store.bookings import cancel


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("booking_id", metavar="BOOKING_ID", help="which booking")
    parser.add_argument(
        "--outcome",
        required=True,
        choices=[outcome.value for outcome in CANCELLATIONS],
        metavar="OUTCOME",
        help=f"one of {', '.join(CANCELLATIONS)}",
    )


def act(arguments: argparse.Namespace) -> int:
    """Cancel it, once."""
    with opened(arguments.db) as database:
        if not database.write(cancel, arguments.booking_id, Outcome(arguments.outcome)):
            raise ServiceError("there is no such booking, or it has ended")
    return 0
