"""What a machine's screen shows, from its pictures."""

from pathlib import Path

import cv2
import numpy as np

LEAST_BRIGHT = (
    100.0  # the mean of a whole picture, of 255: the screen's ground is 240, consoles and logos are next to nothing
)
LETTER = (32, 16)  # rows and columns of one, on the console of the image
MOST_DIFFERENT = 0.02  # of all pixels: the clock, a meter


def is_dark(picture: Path) -> bool:
    """Whether the laptop's own screen is not there: nothing is, or a console, or the firmware's logo."""
    return float(_read(picture).mean()) < LEAST_BRIGHT


def has_words(picture: Path) -> bool:
    """Whether letters stand on an otherwise dark screen, as on a console; the boot loader's logo is none."""
    bright = _read(picture) > 96
    return 200 < int(bright.sum()) < bright.size * 0.02


def reads(picture: Path, *lines: str) -> bool:
    """Whether these lines, and nothing else, stand on a console: by which places of it hold a letter."""
    bright = _read(picture) > 96
    high, wide = (size // cell for size, cell in zip(bright.shape, LETTER, strict=True))
    cells = bright[: high * LETTER[0], : wide * LETTER[1]].reshape(high, LETTER[0], wide, LETTER[1]).max(axis=(1, 3))
    seen = ["".join(" x"[int(cell)] for cell in row).rstrip() for row in cells]
    return [row for row in seen if row] == ["".join(" x"[letter != " "] for letter in line) for line in lines]


def shows_the_same(one: Path, other: Path) -> bool:
    """Whether two pictures differ by no more than a clock does."""
    first, second = _read(one), _read(other)
    return first.shape == second.shape and float(np.mean(np.abs(first - second) > 16)) < MOST_DIFFERENT


def _read(picture: Path) -> np.ndarray:
    found = cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE)
    assert found is not None, picture
    return found.astype(np.float32)
