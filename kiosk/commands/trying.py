"""`kiosk try`: guard and shell of a desktop's user, for a look at them; DEMO stands on every screen. It needs no root.

It changes nothing of the machine, and is refused on a laptop.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from kiosk.commands.desktop import OwnFolders, own_folders
from kiosk.errors import Refused, Unavailable
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.platform import find_platform

PYTHON: Final = (sys.executable, "-I", "-m")


def main(arguments: Sequence[str] | None = None) -> None:
    """Become the guard, which starts the shell; Ctrl+C ends both. Raises KioskError with one sentence."""
    options = _parser().parse_args(arguments)
    if find_platform(Machine()) is not None:
        raise Refused("This is a laptop for visits: its screen starts by itself.")
    own = own_folders(os.environ)
    command = guard_command(own, screen(os.environ), options)
    sys.stdout.write(_told(own))
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - this very interpreter, no shell


def guard_command(own: OwnFolders, compositor: Sequence[str], options: argparse.Namespace) -> list[str]:
    """The guard of this user, and after it how it starts the shell."""
    who = ["--identity", str(own.identity), *(["--vault", str(options.vault)] if options.vault else [])]
    window = [] if options.full_screen or compositor else ["--windowed"]
    guard = [*PYTHON, "kiosk.guard", "--runtime", str(own.runtime), "--state", str(own.state), *who]
    return [*guard, "--", *compositor, *PYTHON, "kiosk", "run", *who, *window]


def screen(environment: Mapping[str, str]) -> list[str]:
    """What the shell is started in: nothing on a Wayland desktop, cage on an X11 one, as it draws by Wayland alone.

    Raises Unavailable where it cannot be shown.
    """
    if environment.get("WAYLAND_DISPLAY"):
        return []
    if not environment.get("DISPLAY"):
        raise Unavailable("There is no desktop here to show the laptop's screen on. Start this inside one.")
    cage = shutil.which("cage")
    if cage is None:
        raise Unavailable("On an X11 desktop the laptop's screen needs cage. Install it: apt install cage")
    return [cage, "--"]


def _told(own: OwnFolders) -> str:
    enrolled = "" if own.identity.exists() else "To point it at a service: kiosk enrol --service URL --code CODE\n"
    return f"{enrolled}To end a call: kiosk end --runtime {own.runtime}\nCtrl+C ends guard and screen.\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kiosk try", description="Guard and screen on this desktop, to try them out.", allow_abbrev=False
    )
    parser.add_argument("--full-screen", action="store_true", help="the whole screen instead of a window")
    parser.add_argument("--vault", type=Path, help="a demo's folder of secrets, for a desktop without a keyring")
    return parser
