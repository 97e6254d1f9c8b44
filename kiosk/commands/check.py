"""`kiosk check`: every measure of the lockdown, what was found of it, and whether a real call would be allowed.

It asks the guard, which watches them; where no guard runs it looks by itself and changes nothing.
"""

import argparse
import json
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from contract.strict import Malformed, parse
from kiosk.errors import Unavailable
from kiosk.lockdown.catalogue import measures
from kiosk.lockdown.check import Checked, Verdicts, of_answer
from kiosk.lockdown.clock import boot_ms
from kiosk.lockdown.findings import Findings
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.platform import find_platform

RUNTIME: Final = "/run/visit-kiosk"
WITHIN_S: Final = 5.0
LONGEST_BYTES: Final = 64 * 1024
CHECKED: Final[TypeAdapter[Checked]] = TypeAdapter(Checked)


def main(arguments: Sequence[str]) -> None:
    """Print the table; status 0 only when a real call would be allowed. Raises KioskError with one sentence."""
    parser = argparse.ArgumentParser(prog="kiosk check", description="Whether this laptop is locked down, and how.")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument(
        "--runtime",
        type=Path,
        default=Path(os.environ.get("RUNTIME_DIRECTORY", RUNTIME)),
        help=f"the guard's folder (default: {RUNTIME})",
    )
    options = parser.parse_args(arguments)
    verdicts = ask(options.runtime / "control.sock") or look()
    sys.stdout.write((verdicts.as_json() if options.json else verdicts.table()) + "\n")
    sys.exit(0 if verdicts.allows_calls else 1)


def ask(path: Path) -> Verdicts | None:
    """What the guard that listens at `path` last found; None where none listens. Raises Unavailable."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(WITHIN_S)
        try:
            line.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        except OSError as error:
            raise Unavailable("The guard cannot be asked. Run this as root, or as the guard's own user.") from error
        try:
            line.sendall(json.dumps({"type": "check"}).encode() + b"\n")
            with line.makefile("rb") as answers:
                answer = answers.readline(LONGEST_BYTES)
            return of_answer(parse(answer, CHECKED, LONGEST_BYTES))
        except (OSError, Malformed) as error:
            raise Unavailable("The guard does not answer. Run this as root, or as the guard's own user.") from error


def look() -> Verdicts:
    """What is found here without a guard: nothing of the shell's, so no real call would be allowed."""
    machine = Machine()
    platform = find_platform(machine)
    known = measures(machine, platform)
    findings = Findings(known, boot_ms)
    findings.found(finding(measure) for measure in known)
    return Verdicts(None if platform is None else platform.name, findings.rows())
