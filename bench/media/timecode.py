"""A number in a picture that a machine can read off any screen, also after hard compression. Arithmetic only.

Sixteen bits side by side: ten of the number, six of a check. Each bit is two cells, one above the other: the brighter
one says which it is, so that no level has to be known.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]

CELL: Final = 24  # pixels of a 1280x720 picture; six remain at 320x180
BITS: Final = 16
MOST: Final = 1024
LEFT: Final = 64
TOP: Final = 64
WIDTH: Final = BITS * CELL
HEIGHT: Final = 2 * CELL
_BRIGHT: Final = 220
_DARK: Final = 30
_SURE: Final = 24  # levels between the two cells of a bit; less is not read
_POLYNOMIAL: Final = 0b1000011  # x^6 + x + 1: any two wrong bits of sixteen are noticed


def write(luma: Luma, number: int) -> None:
    """Draw `number` (0 to MOST - 1) into a 1280x720 picture."""
    bits = _bits(number)
    for index, bit in enumerate(bits):
        left = LEFT + index * CELL
        luma[TOP : TOP + CELL, left : left + CELL] = _BRIGHT if bit else _DARK
        luma[TOP + CELL : TOP + HEIGHT, left : left + CELL] = _DARK if bit else _BRIGHT


def read(block: Luma) -> int | None:
    """The number in `block`, which is the drawn block at any scale; None where it cannot be read surely."""
    height, width = block.shape
    rows = (_middle(0, height / 2), _middle(height / 2, height))
    bits = []
    for index in range(BITS):
        columns = _middle(index * width / BITS, (index + 1) * width / BITS)
        upper, lower = (float(block[rows[half], columns].mean()) for half in (0, 1))
        if abs(upper - lower) < _SURE:
            return None
        bits.append(upper > lower)
    return number_of(bits)


def number_of(bits: Sequence[bool]) -> int | None:
    """The number these bits say; None where the check is wrong."""
    number = int("".join("01"[bool(bit)] for bit in bits[:10]), 2)
    return number if _bits(number) == [bool(bit) for bit in bits] else None


def _middle(begin: float, end: float) -> slice:
    """The middle half of a cell, one pixel at least: its edges are smeared."""
    quarter = (end - begin) / 4
    first = int(begin + quarter)
    return slice(first, max(first + 1, int(end - quarter)))


def _bits(number: int) -> list[bool]:
    if not 0 <= number < MOST:
        raise ValueError(f"{number} is not within 0 to {MOST - 1}")
    word = number << 6 | _check(number)
    return [bool(word >> shift & 1) for shift in range(BITS - 1, -1, -1)]


def _check(number: int) -> int:
    """A cyclic check of six bits, never all zero beside a number that is."""
    rest = (number ^ 0b1010011010) << 6
    for shift in range(15, 5, -1):
        if rest >> shift & 1:
            rest ^= _POLYNOMIAL << (shift - 6)
    return rest
