"""`python -m installer.station`: started by the stick's own unit, as root. It builds, and decides nothing.

Ends with 0 once the laptop is accepted or updated, 3 where it starts again, 4 where it waits for an answer, and
5 where it stopped. The stick's unit takes anything else, such as Python's own 1 and 2, for an end without a word, and
has that said on the screen.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from installer.station.enrols import ByTheProduct
from installer.station.firmware import write_variable
from installer.station.install import Ended, run, said
from installer.station.lasting import lasting_folder
from installer.station.ready import Bench
from installer.station.screen import Screen
from installer.station.stick import mount_stick
from kiosk.acceptance.report import Report
from kiosk.commands.check import look
from kiosk.commands.slips import application
from kiosk.lockdown.machine import Machine
from kiosk.slips.acceptance import acceptance_page
from kiosk.ui.fonts import load_fonts

STICK: Final = "/run/visit-install/stick"
REPORTS: Final = "/run/visit-install/reports"
TOOLS_WITHIN_S: Final = 300.0
POWER_OFF: Final = ("/usr/bin/systemctl", "poweroff")
STATUS: Final = MappingProxyType(
    {Ended.ACCEPTED: 0, Ended.UPDATED: 0, Ended.STOPPED: 5, Ended.STARTS_AGAIN: 3, Ended.WAITS: 4}
)


def main() -> None:
    """Install, say how it went, and wait for a key."""
    parser = argparse.ArgumentParser(prog="python -m installer.station", description="Install this laptop.")
    parser.add_argument("--stick", type=Path, default=Path(STICK), help="where to mount the stick (%(default)s)")
    parser.add_argument(
        "--wait", action="store_true", help="leave the last words on the screen until Enter is pressed, then switch off"
    )
    options = parser.parse_args()
    machine, screen = Machine(tools_within_s=TOOLS_WITHIN_S), Screen(_say)
    ended = said(screen, lambda: run(_bench(machine, screen, options.stick)))
    if options.wait and ended is not Ended.STARTS_AGAIN:
        _say("Press Enter to switch off.")
        sys.stdin.readline()
        machine.run(*POWER_OFF)
    sys.exit(STATUS[ended])


def _bench(machine: Machine, screen: Screen, stick: Path) -> Bench:
    """With the stick mounted. Raises Stopped."""
    mount_stick(machine, stick)
    return Bench(
        machine=machine,
        stick=stick,
        reports=lasting_folder(machine, stick, Path(REPORTS)),
        screen=screen,
        enrols=ByTheProduct(machine),
        rows=lambda: tuple(look().rows),
        page=_page,
        write_variable=write_variable,
        now=lambda: datetime.now(UTC),
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _page(report: Report) -> bytes:
    application()
    load_fonts()
    return acceptance_page(report)


if __name__ == "__main__":
    main()
