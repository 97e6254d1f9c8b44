"""`visits laptop list`: identities and their history; `ready`: what each found of itself; `revoke NAME`: ends one."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from visits.cli.account import account
from visits.cli.laptop_ready import as_json, as_text, in_a_line
from visits.cli.opened import opened
from visits.cli.say import say
from visits.errors import ServiceError
from visits.store.identities import revoke
from visits.store.identity_list import Identity, identities
from visits.store.readiness import Reported, reported

WORDS = {
    "code_made": "enrolment code made",
    "enrolled": "enrolled",
    "enrolled_again": "enrolled again; the identity before has ended",
    "renewed": "certificate renewed",
    "revoked": "revoked",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument(
        "what", choices=["list", "ready", "revoke"], help="list them, say which are ready, or end one's identity"
    )
    parser.add_argument(
        "name", metavar="NAME", nargs="?", help="which laptop, as on the label: to revoke, or to look at"
    )
    parser.add_argument("--json", action="store_true", help="print JSON (with `ready`)")


def act(arguments: argparse.Namespace) -> int:
    """Do it. Raises ServiceError."""
    if arguments.what != "ready" and (arguments.what == "revoke") != (arguments.name is not None):
        raise ServiceError("expected `laptop list`, `laptop ready [NAME]`, or `laptop revoke NAME`")
    now = datetime.now(UTC)
    with opened(arguments.db) as database:
        if arguments.what == "list":
            every, found = database.read(identities, now), database.read(reported)
            checked = {each.laptop: in_a_line(each, now) for each in found if each.readiness is not None}
            say("\n".join(_as_text(each, checked.get(each.laptop)) for each in every) or "There is no laptop.")
        elif arguments.what == "ready":
            _say_ready(database.read(reported), arguments, now)
        elif database.write(revoke, arguments.name, now, account()):
            say(f"{arguments.name} is revoked. A service that runs turns it out within a second.")
        else:
            say(f"{arguments.name} had no identity that counted; any unused code for it has ended.")
    return 0


def _say_ready(found: Sequence[Reported], arguments: argparse.Namespace, now: datetime) -> None:
    shown = [each for each in found if arguments.name in (None, each.laptop)]
    if arguments.name is not None and not shown:
        raise ServiceError(f"there is no laptop called {arguments.name}")
    say(as_json(shown, now) if arguments.json else as_text(shown, now))


def _as_text(identity: Identity, checked: str | None) -> str:
    if identity.valid_until is None:
        state = "not enrolled"
    else:
        state = f"enrolled, certificate {identity.serial} until {identity.valid_until:%Y-%m-%d %H:%M} UTC"
    lines = [f"{identity.laptop}: {state}"]
    lines += [] if checked is None else [f"  {checked}"]
    lines += [
        f"  {event.at:%Y-%m-%d %H:%M:%S} UTC  {WORDS[event.happened]}, by {event.by}" for event in identity.events
    ]
    return "\n".join(lines)
