"""A new PIN from whoever sits at the terminal: typed twice and never shown, from a file for scripts, or made here."""

import argparse
import getpass
import secrets
import sys
from pathlib import Path
from typing import Final

from contract.pins import NotThat, check_acceptable
from contract.verifier import SALT_BYTES, Cost, verifier_of
from visits.errors import ServiceError

COST: Final = Cost()  # what one try costs on a laptop: 0.3 s or more
MADE_DIGITS: Final = 8
LONGEST_LINE: Final = 100
NOTHING_CHANGED: Final = "Nothing was changed."


def add_pin_arguments(parser: argparse.ArgumentParser) -> None:
    """How the PIN is given; never itself an argument, which everybody on this machine could read."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--pin-file", type=Path, metavar="FILE", help="read it from a file; - is standard input")
    how.add_argument("--generate", action="store_true", help="make a random one and print it, once")


def new_pin(arguments: argparse.Namespace, number: str) -> str:
    """The PIN. Raises ServiceError for one that is guessed first, or none."""
    pin = made_pin(number) if arguments.generate else _given(arguments.pin_file, number)
    try:
        check_acceptable(pin, number)
    except NotThat as why:
        raise ServiceError(f"{why} {NOTHING_CHANGED}") from None
    return pin


def made_pin(number: str) -> str:
    """A random PIN that is not one of those guessed first."""
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(MADE_DIGITS))
        try:
            check_acceptable(pin, number)
        except NotThat:
            continue
        return pin


def verifier(pin: str) -> str:
    """What is kept of it."""
    return verifier_of(pin, secrets.token_bytes(SALT_BYTES), COST)


def _given(file: Path | None, number: str) -> str:
    if file is not None and str(file) != "-":
        with file.open() as opened:
            return opened.readline(LONGEST_LINE).rstrip("\r\n")
    if file is not None or not sys.stdin.isatty():
        return sys.stdin.readline(LONGEST_LINE).rstrip("\r\n")
    try:
        pin = getpass.getpass(f"New PIN for {number}, six to twelve digits: ")
        again = getpass.getpass("The same PIN again: ")
    except (KeyboardInterrupt, EOFError):
        raise ServiceError(f"no PIN was given. {NOTHING_CHANGED}") from None
    if again != pin:
        raise ServiceError(f"the two PINs are not the same. {NOTHING_CHANGED}")
    return pin
