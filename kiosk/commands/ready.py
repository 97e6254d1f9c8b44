"""`kiosk ready`: the laptop checks itself now, through the guard, and says what is ready and what to do.

Nothing leaves the machine and nothing is kept but the rows; it never runs while a call is on.
"""

import argparse
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from contract.strict import Malformed, parse
from kiosk.errors import Refused, Unavailable
from kiosk.lockdown.ready_desk import ReadyAnswer, Shown

RUNTIME: Final = "/run/visit-kiosk"
WITHIN_S: Final = 150.0  # longer than any policy lets a check take
LONGEST_BYTES: Final = 16 * 1024
ANSWER: Final[TypeAdapter[ReadyAnswer]] = TypeAdapter(ReadyAnswer)


def main(arguments: Sequence[str]) -> None:
    """Print the table; status 0 where calls work (green or amber), 1 where one would fail. Raises KioskError."""
    options = _parser().parse_args(arguments)
    shown = ask(options.runtime / "control.sock")
    sys.stdout.write((shown.as_json() if options.json else shown.table()) + "\n")
    sys.exit(0 if shown.is_ready else 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk ready", description="Check whether this laptop is ready for a call.")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument(
        "--runtime",
        type=Path,
        default=Path(os.environ.get("RUNTIME_DIRECTORY", RUNTIME)),
        help=f"the guard's folder (default: {RUNTIME})",
    )
    return parser


def ask(path: Path) -> Shown:
    """Have the guard that listens at `path` check the laptop. Raises Unavailable or Refused, with one sentence."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(WITHIN_S)
        try:
            line.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise Unavailable("No guard runs on this laptop, so nothing can be checked. Start it first.") from error
        except OSError as error:
            raise Unavailable("The guard cannot be asked. Run this as root, or as the guard's own user.") from error
        try:
            line.sendall(b'{"type":"ready"}\n')
            with line.makefile("rb") as answers:
                answer = parse(answers.readline(LONGEST_BYTES), ANSWER, LONGEST_BYTES)
        except (OSError, Malformed) as error:
            raise Unavailable("The guard does not answer. Run this as root, or as the guard's own user.") from error
    if answer.readiness is None:
        raise Refused(answer.refused)
    return Shown(answer.readiness)
