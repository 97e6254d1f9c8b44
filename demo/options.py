"""What `make demo ARGS="..."` understands."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HEADLESS_TALK_S: Final = 30
WINDOW_TALK_S: Final = 180
PICTURES: Final = Path("demo/out")


@dataclass(frozen=True)
class Options:
    """One run of the demo."""

    visitor: str
    headless: bool
    seconds: int
    screenshots: Path | None
    report: Path | None
    state: Path | None


def has_display() -> bool:
    """Whether there is a screen to open a window on."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def options_from(arguments: Sequence[str] | None) -> Options:
    """Read the command line; without a display the demo is headless, and says so."""
    parser = argparse.ArgumentParser(prog="make demo", description="A whole visit on one machine.")
    parser.add_argument("--visitor", choices=["built-in", "browser"], default="built-in", help="who plays the family")
    parser.add_argument("--headless", action="store_true", help="needs no display and no devices")
    parser.add_argument("--seconds", type=_talk, metavar="N", help="talk time of the call")
    parser.add_argument("--screenshots", type=Path, metavar="DIR", help="write a PNG of every scene shown")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write what was measured, as JSON")
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep the laptop's state there: trail, key, journal")
    given = parser.parse_args(arguments)
    headless, screenshots = given.headless, given.screenshots
    if not headless and not has_display():
        print("There is no display here, so the call runs headless and its pictures are saved.")
        headless, screenshots = True, screenshots or PICTURES
    seconds = given.seconds or (HEADLESS_TALK_S if headless else WINDOW_TALK_S)
    return Options(given.visitor, headless, seconds, screenshots, given.report, given.state)


def _talk(text: str) -> int:
    """The talk time: whole seconds, as long as a booking may be."""
    seconds = int(text)
    if not 1 <= seconds <= 7200:
        raise argparse.ArgumentTypeError("the talk time is 1 to 7200 seconds")
    return seconds
