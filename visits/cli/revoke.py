"""`visits revoke --visitor ID`: somebody may visit no more; laptops hold a call that runs, and begin none."""

import argparse
from datetime import UTC, datetime
from typing import Final

from contract.words import Revocation
from visits.cli.barred import barred_text
from visits.cli.opened import opened
from visits.cli.say import say
from visits.errors import ServiceError
from visits.store.vetting import barred_calls, revoke

BECAUSE: Final = {"banned": Revocation.VISITOR_BANNED, "vetting-ended": Revocation.VETTING_ENDED}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("--visitor", required=True, metavar="ID", help="who: `visits visitors` lists them")
    parser.add_argument("--because", choices=sorted(BECAUSE), default="banned", help="why (%(default)s)")


def act(arguments: argparse.Namespace) -> int:
    """End every approval and say which calls that bars."""
    now = datetime.now(UTC)
    with opened(arguments.db) as database:
        if not database.write(revoke, arguments.visitor, BECAUSE[arguments.because], now):
            raise ServiceError("there is no such visitor, or none of their approvals is left to end")
        calls = database.read(barred_calls, now)
    mine = tuple(call for call in calls if arguments.visitor in {each.visitor_id for each in call.visitors})
    say(barred_text(mine))
    return 0
