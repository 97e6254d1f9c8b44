"""`visits officer`: who may use an establishment's laptops, and their PINs; every laptop is told by its next list."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from contract.pins import NotThat, staff_number
from contract.roster import LONGEST_NAME, Right
from visits.cli.account import account
from visits.cli.new_pin import add_pin_arguments, new_pin, verifier
from visits.cli.opened import opened
from visits.cli.say import say
from visits.domain.officers import OfficerEvent, OfficerListed
from visits.store import officers as stored
from visits.store.database import Database
from visits.store.officers import Done, NewOfficer, establishment_named

DAY: Final = "%d %B %Y"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--db", type=Path, required=True, metavar="FILE", help="the SQLite file")
    common.add_argument("--establishment", metavar="NAME", help="which, where there is more than one")
    one = argparse.ArgumentParser(add_help=False, parents=[common])
    one.add_argument("number", metavar="NUMBER", type=_number, help="the officer's staff number")
    what = parser.add_subparsers(dest="what", required=True)
    add = what.add_parser("add", parents=[one], allow_abbrev=False, help="a new officer; the PIN is asked for")
    add.add_argument("--name", required=True, type=_name, help="as it is shown to staff")
    add.add_argument("--manager", action="store_true", help="may also manage laptops")
    add_pin_arguments(add)
    add_pin_arguments(
        what.add_parser("reset", parents=[one], allow_abbrev=False, help="a new PIN; the old one stops working")
    )
    what.add_parser("disable", parents=[one], help="the officer's PIN opens nothing on any laptop")
    what.add_parser("enable", parents=[one], help="take a disabled officer back")
    listed = what.add_parser("list", parents=[common], help="every officer, or what happened to them")
    listed.add_argument("--history", action="store_true", help="who was added, disabled or reset when, and by whom")
    listed.add_argument("--json", action="store_true", help="for programs")


def act(arguments: argparse.Namespace) -> int:
    """Do it. Connected laptops know within seconds, the others when they connect."""
    with opened(arguments.db) as database:
        place = database.read(establishment_named, arguments.establishment)
        match arguments.what:
            case "add":
                _add(database, place, arguments)
            case "reset":
                _reset(database, place, arguments)
            case "disable":
                database.write(stored.disable_officer, place, arguments.number, _done())
                say(f"{arguments.number} can no longer use a laptop.")
            case "enable":
                database.write(stored.enable_officer, place, arguments.number, _done())
                say(f"{arguments.number} can use laptops again, with the PIN from before.")
            case _:
                _list(database, place, arguments)
    return 0


def _add(database: Database, place: int, arguments: argparse.Namespace) -> None:
    number: str = arguments.number
    database.read(stored.check_new, place, number)  # before anybody thinks of a PIN
    pin = new_pin(arguments, number)
    new = NewOfficer(number, arguments.name, arguments.manager, verifier(pin))
    database.write(stored.add_officer, place, new, _done())
    _say_pin(arguments, pin, f"{number} can use laptops.")


def _reset(database: Database, place: int, arguments: argparse.Namespace) -> None:
    number: str = arguments.number
    database.read(_check_known, place, number)
    pin = new_pin(arguments, number)
    database.write(stored.reset_pin, place, number, verifier(pin), _done())
    _say_pin(arguments, pin, f"{number} has a new PIN.")


def _say_pin(arguments: argparse.Namespace, pin: str, done: str) -> None:
    """Only a PIN that was made here is said, since nobody knows it yet."""
    say(f"{done} The PIN is {pin}. It cannot be shown again." if arguments.generate else done)


def _check_known(session: Session, place: int, number: str) -> None:
    stored.officer_row(session, place, number)


def _done() -> Done:
    return Done(datetime.now(UTC), account())


def _list(database: Database, place: int, arguments: argparse.Namespace) -> None:
    if arguments.history:
        events = database.read(stored.history, place)
        facts, lines = [_event_facts(event) for event in events], [_event_line(event) for event in events]
    else:
        known = database.read(stored.officers, place)
        facts, lines = [_facts(officer) for officer in known], [_line(officer) for officer in known]
    if arguments.json:
        say(json.dumps(facts, indent=1))
        return
    for line in lines or ["There is no officer yet."]:
        say(line)


def _facts(officer: OfficerListed) -> dict[str, object]:
    """What may be known of an officer; never the verifier."""
    return {
        "number": officer.number,
        "name": officer.name,
        "rights": sorted(officer.rights),
        "added_at": officer.added_at.isoformat(),
        "pin_set_at": officer.pin_set_at.isoformat(),
        "disabled_at": None if officer.disabled_at is None else officer.disabled_at.isoformat(),
    }


def _line(officer: OfficerListed) -> str:
    role = "manager" if Right.MANAGE in officer.rights else "officer"
    state = "" if officer.disabled_at is None else f", disabled {officer.disabled_at:{DAY}}"
    return f"{officer.number:<16}  {officer.name} ({role}, added {officer.added_at:{DAY}}{state})"


def _event_facts(event: OfficerEvent) -> dict[str, object]:
    return {"number": event.number, "happened": event.happened, "at": event.at.isoformat(), "by": event.by}


def _event_line(event: OfficerEvent) -> str:
    return f"{event.at:%Y-%m-%d %H:%M} UTC  {event.number:<16}  {event.happened.replace('_', ' ')} by {event.by}"


def _number(text: str) -> str:
    try:
        return staff_number(text)
    except NotThat as why:
        raise argparse.ArgumentTypeError(str(why)) from None


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > LONGEST_NAME:
        raise argparse.ArgumentTypeError(f"expected a name of 1 to {LONGEST_NAME} letters on one line")
    return text
