"""`kiosk officer`: who may use a laptop that has no service; a PIN is never an argument, and never shown."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from contract.pins import staff_number
from contract.roster import Right
from kiosk.errors import Refused
from kiosk.lockdown.clock import SystemClock
from kiosk.lockdown.identity_file import find_identity
from kiosk.lockdown.officers import Officer, Officers
from kiosk.refusing import refused

DEFAULT_STATE: Final = "/var/lib/visit-kiosk"
IDENTITY: Final = "identity"  # in it, unless another folder is named
LONGEST_LINE: Final = 100


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command on the officers of this laptop. Raises KioskError with one sentence."""
    options = _parser().parse_args(arguments)
    if not options.state.is_dir():
        raise Refused(f"There is no folder {options.state}; say where this laptop keeps its state with --state.")
    _check_has_no_service(options.identity or options.state / IDENTITY)
    officers = Officers(options.state)
    match options.what:
        case "add":
            _add(officers, options)
        case "pin":
            _set_pin(officers, _number(options))
        case "disable":
            number = _number(options)
            officers.disable(number, SystemClock().wall())
            _say(f"{number} can no longer use this laptop.")
        case "enable":
            number = _number(options)
            officers.enable(number)
            _say(f"{number} can use this laptop again, with the PIN from before.")
        case _:
            _list(officers, as_json=options.json)


def _check_has_no_service(identity: Path) -> None:
    """Raises Refused on an enrolled laptop: there the list of the service counts, and this one would not."""
    if find_identity(identity) is not None:
        raise Refused("This laptop is enrolled, so its officers come from the service: use `visits officer` there.")


def _number(options: argparse.Namespace) -> str:
    with refused():
        return staff_number(options.number)


def _add(officers: Officers, options: argparse.Namespace) -> None:
    number = _number(options)
    officers.check_new(number)  # before anybody thinks of a PIN
    rights = frozenset({Right.RUN_CALLS, Right.MANAGE} if options.manager else {Right.RUN_CALLS})
    officers.add(number, options.name, rights, _new_pin(number), SystemClock().wall())
    _say(f"{number} can use this laptop.")


def _set_pin(officers: Officers, number: str) -> None:
    officers.check_known(number)
    officers.set_pin(number, _new_pin(number))
    _say(f"{number} has a new PIN.")


def _new_pin(number: str) -> str:
    """Asked twice and not shown on a terminal; else one line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(LONGEST_LINE).rstrip("\r\n")
    try:
        pin = getpass.getpass(f"New PIN for {number}, six to twelve digits: ")
        again = getpass.getpass("The same PIN again: ")
    except (KeyboardInterrupt, EOFError):
        raise Refused("No PIN was given. Nothing was changed.") from None
    if again != pin:
        raise Refused("The two PINs are not the same. Nothing was changed.")
    return pin


def _list(officers: Officers, *, as_json: bool) -> None:
    known = sorted(officers.read().values(), key=lambda officer: officer.number)
    if as_json:
        _say(json.dumps([_facts(officer) for officer in known], indent=1))
    elif not known:
        _say("No officer is set up on this laptop.")
    else:
        for officer in known:
            _say(_line(officer))


def _facts(officer: Officer) -> dict[str, object]:
    """What may be known of an officer; never the verifier."""
    disabled_at = None if officer.disabled_at is None else officer.disabled_at.isoformat()
    return {
        "number": officer.number,
        "name": officer.name,
        "rights": sorted(officer.rights),
        "added_at": officer.added_at.isoformat(),
        "disabled_at": disabled_at,
    }


def _line(officer: Officer) -> str:
    role = "manager" if Right.MANAGE in officer.rights else "officer"
    state = "" if officer.disabled_at is None else f", disabled {officer.disabled_at:%d %B %Y}"
    return f"{officer.number:<16}  {officer.name} ({role}, added {officer.added_at:%d %B %Y}{state})"


def _parser() -> argparse.ArgumentParser:
    folder = os.environ.get("STATE_DIRECTORY", "").partition(":")[0] or DEFAULT_STATE
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--state", type=Path, default=Path(folder), help="the guard's folder (%(default)s)")
    common.add_argument("--identity", type=Path, help="what `kiosk enrol` made (default: identity, in that folder)")
    one = argparse.ArgumentParser(add_help=False)
    one.add_argument("number", metavar="NUMBER", help="the officer's staff number")
    parser = argparse.ArgumentParser(prog="kiosk officer", description="The officers of this laptop and their PINs.")
    what = parser.add_subparsers(dest="what", required=True)
    add = what.add_parser("add", parents=[one, common], help="a new officer; the PIN is asked for")
    add.add_argument("--name", required=True, help="as it is shown to staff")
    add.add_argument("--manager", action="store_true", help="may also manage this laptop")
    what.add_parser("pin", parents=[one, common], help="a new PIN for an officer")
    what.add_parser("disable", parents=[one, common], help="this officer's PIN opens nothing from now on")
    what.add_parser("enable", parents=[one, common], help="take a disabled officer back")
    listed = what.add_parser("list", parents=[common], help="who is set up on this laptop")
    listed.add_argument("--json", action="store_true", help="for programs")
    return parser


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
