"""Looks at painted pictures: their pixels, and where a known colour is."""

from typing import Any

import numpy as np
import numpy.typing as npt

from kiosk.latest import Picture

Pixels = npt.NDArray[np.uint8]


def pixels_of(picture: Picture) -> Pixels:
    """Height x width x (blue, green, red)."""
    rows = np.frombuffer(picture.data, np.uint8)[: picture.stride * picture.height]
    return rows.reshape(picture.height, picture.stride)[:, : picture.width * 4].reshape(
        picture.height, picture.width, 4
    )[:, :, :3]


def centre_of(pixels: npt.NDArray[Any], rgb: tuple[int, int, int], within: int = 40) -> tuple[float, float, int] | None:
    """The middle of everything near this colour, as parts of width and height, and how many pixels it has."""
    pixels = pixels.astype(np.int16)
    near = (np.abs(pixels - np.array(rgb[::-1])) < within).all(axis=2)
    rows, columns = np.nonzero(near)
    if rows.size == 0:
        return None
    return float(columns.mean() / pixels.shape[1]), float(rows.mean() / pixels.shape[0]), int(rows.size)
