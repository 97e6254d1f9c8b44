"""A patient guard of a laptop with a platform, whose measures hold as long as a file of theirs says so.

Run as the guard is run, with the folder of those files besides: the product has no such door.
"""

import argparse
import asyncio
from pathlib import Path

from kiosk.guard import serve
from kiosk.lockdown.enforcement import Held
from kiosk.lockdown.folders import folders_from
from kiosk.lockdown.measure import OFTEN_S, Look, holds, lost
from kiosk.lockdown.own import own_from
from kiosk.lockdown.platform import Platform
from kiosk.policy.measures import OF_THE_SHELL, MeasureName, Severity
from tests.integration.guard.patient import PATIENCE

PLATFORM = "a laptop in a test"


class FileMeasure:
    """Holds unless a file of its name is there; the file's text is the severity."""

    threat = "a test writes a file"
    every_s = OFTEN_S

    def __init__(self, name: MeasureName, folder: Path) -> None:
        self.name, self._file = name, folder / name
        self.severity = Severity.BLOCK

    def apply(self) -> None:
        pass

    def look(self) -> Look:
        try:
            return lost("a file says so", Severity(self._file.read_text().strip()))
        except FileNotFoundError:
            return holds("no file says otherwise")


def main() -> None:
    parser = argparse.ArgumentParser()
    for folder in ("--lost", "--runtime", "--state"):
        parser.add_argument(folder, type=Path, required=True)
    parser.add_argument("--identity", type=Path)
    options = parser.parse_args()
    options.lost.mkdir(exist_ok=True)
    measures = [FileMeasure(name, options.lost) for name in MeasureName if name not in OF_THE_SHELL]
    held = Held(Platform(name=PLATFORM), measures)
    own = own_from(options.identity, None, on_laptop=True)
    with PATIENCE:
        asyncio.run(serve(folders_from(options.runtime, options.state), (), held, own))


if __name__ == "__main__":
    main()
