"""`visits ca init`: the service's keys, once; `server`, `relay`: a new certificate for the listener, or for a relay."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.enrol_code import fingerprint
from contract.words import Use
from visits.cli.opened import opened
from visits.cli.say import say
from visits.errors import ServiceError
from visits.keys.folder import Names, default_folder, make_keys, make_relay, read_keys, renew_server
from visits.store.tables import EstablishmentRow


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument(
        "what",
        choices=["init", "server", "relay"],
        help="init: make all keys; server: renew the laptops' listener; relay: make a relay's, for TLS",
    )
    parser.add_argument(
        "--host",
        action="append",
        required=True,
        metavar="NAME_OR_IP",
        help="by which laptops reach the service (repeatable)",
    )
    parser.add_argument("--keys", type=Path, metavar="DIR", help="where they go (default: beside the database)")
    parser.add_argument("--use", type=Use, choices=list(Use), help="demo or live (default: what the establishment is)")
    parser.add_argument(
        "--issuer", metavar="NAME", help="by which documents name this service (default: “visits at HOST”)"
    )


def act(arguments: argparse.Namespace) -> int:
    """Make them. Raises ServiceError rather than write over a key."""
    folder = arguments.keys or default_folder(arguments.db)
    now = datetime.now(UTC)
    if arguments.what == "server":
        certificate = renew_server(folder, read_keys(folder).authority, arguments.host, now)
        say(
            f"The laptops' listener has a certificate until {certificate.not_valid_after_utc:%Y-%m-%d}. "
            "Start `visits serve` anew to use it."
        )
        return 0
    if arguments.what == "relay":
        certificate = make_relay(folder, read_keys(folder).authority, arguments.host, now)
        say(
            f"The relay has a certificate until {certificate.not_valid_after_utc:%Y-%m-%d}; nothing renews it by "
            f"itself, so write the day down. Take relay.key and relay.pem from {folder} to coturn (`pkey`, `cert`), "
            "and delete relay.key here; relay.pem may stay, and `visits serve` warns by it."
        )
        return 0
    issuer = arguments.issuer or f"visits at {arguments.host[0]}"
    keys = make_keys(folder, Names(issuer, arguments.use or _use_of(arguments.db), arguments.host), now)
    say(f"Keys are in {folder}. Keep a copy of it apart from the database's, and policy.key nowhere else if you can.")
    say(f"Authority: {fingerprint(keys.authority.der)}")
    return 0


def _use_of(database: Path) -> Use:
    """What every establishment in the database is for. Raises ServiceError where there is none yet, or both kinds."""
    with opened(database) as open_database:
        uses = open_database.read(_uses)
    if len(uses) != 1:
        raise ServiceError("say whether the keys are for the demo or for live use: --use demo, or --use live")
    return uses.pop()


def _uses(session: Session) -> set[Use]:
    return set(session.scalars(select(EstablishmentRow.use)))
