"""What a staff number and a PIN look like, for laptop and service alike; it keeps no PIN and compares none."""

import re
from itertools import pairwise
from typing import Final

STAFF_NUMBER: Final = r"^[A-Z0-9]{1,16}$"
LEAST_DIGITS: Final = 6
MOST_DIGITS: Final = 12
PIN: Final = rf"[0-9]{{{LEAST_DIGITS},{MOST_DIGITS}}}"


class NotThat(ValueError):
    """A staff number or a PIN that will not do; the text is one sentence for whoever typed it."""


def staff_number(untrusted: str) -> str:
    """The number as it is written down: capitals, no spaces around it. Raises NotThat for anything else."""
    number = untrusted.strip().upper()
    if not untrusted.isascii() or not re.fullmatch(STAFF_NUMBER, number):
        raise NotThat("A staff number is 1 to 16 letters and digits.")
    return number


def check_looks_like_a_pin(untrusted: str) -> None:
    """Raises NotThat for what cannot be anybody's PIN; says nothing about whose it is."""
    if not re.fullmatch(PIN, untrusted):
        raise NotThat("A PIN is six to twelve digits.")


def check_acceptable(pin: str, number: str) -> None:
    """Raises NotThat for a new PIN that is guessed first: one digit repeated, a straight run, the staff number."""
    check_looks_like_a_pin(pin)
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if steps == {0}:
        raise NotThat("That PIN is one digit repeated. Choose another.")
    if steps in ({1}, {9}):  # 9 is one down; a run goes on from 9 to 0
        raise NotThat("That PIN is digits in a row. Choose another.")
    if pin in number or (len(number) >= 4 and number in pin):
        raise NotThat("That PIN has the staff number in it. Choose another.")
