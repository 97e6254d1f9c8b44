"""The guard of a laptop whose measures look at this machine, at their full cost, and hold unless a file says otherwise.

Run as the guard is run, with the folder of those files besides.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Final

from kiosk.guard import serve
from kiosk.lockdown.catalogue import measures, watches
from kiosk.lockdown.enforcement import Held
from kiosk.lockdown.folders import folders_from
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Look, Measure, finding, holds, lost
from kiosk.lockdown.own import own_from
from kiosk.lockdown.platform import Platform

PLATFORM: Final = Platform(name="a laptop in a benchmark")


class Weighed:
    """Looks as `real` does, forgets what it found, and goes by the file. Nothing is applied to this machine."""

    def __init__(self, real: Measure, folder: Path) -> None:
        self._real, self._file = real, folder / real.name
        self.name, self.threat, self.severity, self.every_s = real.name, real.threat, real.severity, real.every_s

    def apply(self) -> None:
        """Leave this machine as it is."""

    def look(self) -> Look:
        """At the machine, then at the file."""
        finding(self._real)
        return lost("a file says so") if self._file.exists() else holds("no file says otherwise")


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="bench.weighed")
    for folder in ("--lost", "--runtime", "--state"):
        parser.add_argument(folder, type=Path, required=True)
    parser.add_argument("--identity", type=Path)
    options = parser.parse_args()
    options.lost.mkdir(exist_ok=True)
    machine = Machine()
    weighed = [Weighed(real, options.lost) for real in measures(machine, PLATFORM)]
    held = Held(PLATFORM, weighed, watches)
    own = own_from(options.identity, None, on_laptop=True)
    asyncio.run(serve(folders_from(options.runtime, options.state), (), held, own))


if __name__ == "__main__":
    main()
