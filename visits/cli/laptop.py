"""`visits laptop list`: every laptop's identity and its history; `visits laptop revoke NAME`: ends one at once."""

import argparse
from datetime import UTC, datetime

from visits.cli.account import account
from visits.cli.opened import opened
from visits.cli.say import say
from visits.errors import ServiceError
from visits.store.identities import revoke
from visits.store.identity_list import Identity, identities

WORDS = {
    "code_made": "enrolment code made",
    "enrolled": "enrolled",
    "enrolled_again": "enrolled again; the identity before has ended",
    "renewed": "certificate renewed",
    "revoked": "revoked",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("what", choices=["list", "revoke"], help="list them, or end one's identity at once")
    parser.add_argument("name", metavar="NAME", nargs="?", help="which laptop to revoke, as on the label")


def act(arguments: argparse.Namespace) -> int:
    """Do it. Raises ServiceError."""
    if (arguments.what == "revoke") != (arguments.name is not None):
        raise ServiceError("expected `laptop list`, or `laptop revoke NAME`")
    now = datetime.now(UTC)
    with opened(arguments.db) as database:
        if arguments.what == "list":
            every = database.read(identities, now)
            say("\n".join(_as_text(identity) for identity in every) or "There is no laptop.")
        elif database.write(revoke, arguments.name, now, account()):
            say(f"{arguments.name} is revoked. A service that runs turns it out within a second.")
        else:
            say(f"{arguments.name} had no identity that counted; any unused code for it has ended.")
    return 0


def _as_text(identity: Identity) -> str:
    if identity.valid_until is None:
        state = "not enrolled"
    else:
        state = f"enrolled, certificate {identity.serial} until {identity.valid_until:%Y-%m-%d %H:%M} UTC"
    lines = [f"{identity.laptop}: {state}"]
    lines += [
        f"  {event.at:%Y-%m-%d %H:%M:%S} UTC  {WORDS[event.happened]}, by {event.by}" for event in identity.events
    ]
    return "\n".join(lines)
