"""`kiosk drift`: how this laptop differs from the one that IT accepted. It changes nothing, and tells the guard.

Ends with 0 where nothing differs, 1 where something does, and 2 where it cannot be said. A laptop that differs is
looked at and installed again; there is no way to accept it as it is.
"""

import argparse
import json
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.acceptance.drift import Difference, Subject, differences
from kiosk.acceptance.facts import Image
from kiosk.acceptance.looking import facts_of, inner_disk, privileged_sha256
from kiosk.acceptance.report import LONGEST_BYTES, PLACE, Report, report_in
from kiosk.certificates import read
from kiosk.commands.check import RUNTIME, WITHIN_S, ask, look
from kiosk.commands.enrol import IDENTITY
from kiosk.errors import KioskError, LockdownError, Unavailable, Untrusted
from kiosk.lockdown.identity_file import read_certificate
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.platform import Platform, find_platform
from kiosk.policy.measures import Finding

SOCKET: Final = "control.sock"


def main(arguments: Sequence[str]) -> None:
    """Print every difference. Raises KioskError where nothing can be said."""
    options = _parser().parse_args(arguments)
    machine = Machine()
    platform = find_platform(machine)
    if platform is None:
        raise LockdownError("This machine is no visit laptop: there is nothing that it could differ from.")
    control = options.runtime / SOCKET
    found = compared(machine, platform, (ask(control) or look()).rows)
    is_told = tell(control, found)
    sys.stdout.write((as_json(found) if options.json else as_text(found)) + "\n")
    if not is_told:
        sys.stderr.write("kiosk: The guard does not run, so this is not in the audit trail.\n")
    sys.exit(1 if found else 0)


def compared(machine: Machine, platform: Platform, rows: Sequence[Finding]) -> tuple[Difference, ...]:
    """This machine against its report; a report that is missing or not its own is a difference. Raises Unavailable."""
    try:
        report = _report(machine)
    except KioskError as error:
        return (Difference(Subject.REPORT, f"There is no acceptance report of this laptop's own: {error}."),)
    try:
        now = facts_of(machine, inner_disk(machine))
    except (OSError, Untrusted) as error:
        raise Unavailable(f"This laptop cannot be looked at: {error}. Run this as root.") from error
    built = Image(
        version=now.image.version,
        root_hash=now.image.root_hash,
        packages_sha256=platform.packages_sha256 or now.image.packages_sha256,
        privileged_sha256=privileged_sha256(platform.privileged),
    )
    return differences(report, now, built, rows)


def tell(control: Path, found: Sequence[Difference]) -> bool:
    """Have the guard record what differs, in words; whether it did."""
    subjects = [subject.value for subject in Subject if subject in {each.subject for each in found}]
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(WITHIN_S)
        try:
            line.connect(str(control))
            line.sendall(json.dumps({"type": "drift", "found": subjects}).encode() + b"\n")
            return bool(line.recv(64))
        except OSError:
            return False


def as_text(found: Sequence[Difference]) -> str:
    """For people."""
    if not found:
        return "This laptop is as it was accepted."
    lines = [f"- {each.subject}: {each.sentence}" for each in found]
    return "\n".join(["This laptop is not as it was accepted. Take it out of use, and install it again:", *lines])


def as_json(found: Sequence[Difference]) -> str:
    """For programs."""
    told = [{"subject": each.subject, "what": each.sentence} for each in found]
    return json.dumps({"as_accepted": not found, "differences": told}, indent=1)


def _report(machine: Machine) -> Report:
    """The report, signed by the key of this laptop's own certificate. Raises KioskError."""
    try:
        with machine.path(PLACE).open("rb") as file:
            text = file.read(LONGEST_BYTES + 1).decode("ascii", "replace")
    except OSError as error:
        raise Unavailable(f"{PLACE} cannot be read: {error.strerror}") from error
    return report_in(text, read(read_certificate(machine.path(IDENTITY))).public_key())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk drift", description="How this laptop differs from the one that was accepted.", allow_abbrev=False
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--runtime", type=Path, default=Path(RUNTIME), help="the guard's folder (%(default)s)")
    return parser
