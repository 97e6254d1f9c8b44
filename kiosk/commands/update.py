"""`kiosk update`: puts a newer release beside what runs, to be tried at the next restart, if the guard says so."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from contract.version import numbers_of
from kiosk.errors import Refused, Unavailable
from kiosk.lockdown.machine import Machine
from kiosk.update.asking import Guard
from kiosk.update.bundle import Bundle, bundle_at
from kiosk.update.course import Course, Wish
from kiosk.update.fetched import FetchedBundle
from kiosk.update.here import Here

BY_ITSELF: Final = "--by-itself"


def main(arguments: Sequence[str], machine: Machine | None = None) -> None:
    """Update this laptop. Raises KioskError with one sentence; what runs goes on, and starts again."""
    options = _parser().parse_args(arguments)
    here = Here(machine or Machine())
    guard = Guard(here.runtime)
    wish = Wish(by_itself=options.by_itself, named=options.to, only_look=options.check)
    try:
        bundle = _bundle(options.place, guard)
        course = Course(here.place(), here.keys(), guard, here.runtime)
        _say(course.run(bundle, wish, lambda step: _say(f"{step} ...")))
    except (Refused, Unavailable) as error:
        if not options.by_itself:
            raise
        _say(str(error))  # it is tried again: no failure of a unit
    except OSError as error:
        raise Unavailable(f"The update cannot be written: {error.strerror or error}.") from error


def _bundle(place: str | None, guard: Guard) -> Bundle:
    """From where it was said or, where nothing was, from the site's own copy or the service."""
    if place is None:
        return FetchedBundle(guard.may_update().site_cache)
    if place.startswith(("http://", "https://")):
        return FetchedBundle(place)
    return bundle_at(Path(place))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk update", description="Update this laptop's software.")
    parser.add_argument(
        "--from",
        dest="place",
        metavar="PLACE",
        help="a folder or file with a release, or the address of one (default: the site's copy, or the service)",
    )
    parser.add_argument("--to", metavar="VERSION", type=_version, help="this version and no other, also an older one")
    parser.add_argument("--check", action="store_true", help="only say what there is")
    parser.add_argument(BY_ITSELF, action="store_true", help="for the timer: upward only, and restart")
    return parser


def _version(typed: str) -> str:
    try:
        numbers_of(typed)
    except ValueError as error:
        raise argparse.ArgumentTypeError("a version is numbers with dots between") from error
    return typed


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()
