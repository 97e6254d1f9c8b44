"""Starts the watched shell, confined as the product's is; the demo adds its own folders and variables, and no more."""

import argparse
import sys
import time
from pathlib import Path
from typing import Final

from kiosk.confined import Adds, confine

HERE: Final = Path(__file__).resolve().parent
VARIABLES: Final = ("VISIT_DEMO_OFFICER", "VISIT_DEMO_PIN")


def main() -> None:
    """Run the watched shell; arguments not known here are the product's own."""
    parser = argparse.ArgumentParser(prog="demo shell", add_help=False, allow_abbrev=False)
    parser.add_argument("--events", type=Path, required=True)
    parser.add_argument("--screenshots", type=Path)
    parser.add_argument("--no-officer", action="store_true")
    options, rest = parser.parse_known_args()
    options.events.touch()
    if options.screenshots is not None:
        options.screenshots.mkdir(parents=True, exist_ok=True)
    writable = tuple(place for place in (options.events, options.screenshots) if place is not None)
    confined = confine("demo.shell", sys.argv[1:], Adds((HERE,), writable, VARIABLES))
    from demo.watched_shell import WatchedShell  # noqa: PLC0415 - what it loads may start threads
    from kiosk import app  # noqa: PLC0415

    WatchedShell.imported_at = time.monotonic()
    WatchedShell.events, WatchedShell.album_folder = options.events, options.screenshots
    WatchedShell.play_officer = not options.no_officer
    app.run(rest, WatchedShell, confined.for_the_shell(), confined.credentials)


if __name__ == "__main__":
    main()
