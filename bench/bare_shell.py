"""The watched shell without its confinement: the peer that the confined one is measured against. Never on a laptop."""

import argparse
import os
import time
from pathlib import Path

from demo.watched_shell import WatchedShell
from kiosk import app
from kiosk.confined import credentials_for


def main() -> None:
    """Run it; arguments not known here are the product's own."""
    parser = argparse.ArgumentParser(prog="bench bare shell", add_help=False, allow_abbrev=False)
    parser.add_argument("--events", type=Path, required=True)
    options, rest = parser.parse_known_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # as the confined one finds, without a display
    WatchedShell.imported_at = time.monotonic()
    WatchedShell.events = options.events
    app.run(rest, WatchedShell, credentials=credentials_for(rest, on_laptop=False))


if __name__ == "__main__":
    main()
