"""The `kiosk` command: `kiosk run` is the laptop's screen."""

import argparse
import sys
from collections.abc import Sequence

from kiosk.errors import KioskError


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; what goes wrong on purpose is one sentence and status 2."""
    parser = argparse.ArgumentParser(prog="kiosk", description="The visit laptop.")
    parser.add_argument("command", choices=["run"], help="run: the laptop's screen (see `kiosk run --help`)")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    try:
        from kiosk import app  # noqa: PLC0415 - Qt is loaded by the command that needs it

        app.run(options.rest)
    except KioskError as error:
        sys.exit(f"kiosk: {error}")


if __name__ == "__main__":
    main()
