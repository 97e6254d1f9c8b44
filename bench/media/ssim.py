"""How alike two pictures look: the structural similarity index of their brightness. Arithmetic only.

Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to structural similarity", IEEE
Transactions on Image Processing 13 (4), 2004, equation 13, with its constants (K1 0.01, K2 0.03, L 255) and its window
(Gaussian, 11x11, sigma 1.5).
"""

from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

_C1: Final = (0.01 * 255) ** 2
_C2: Final = (0.03 * 255) ** 2
Wide = npt.NDArray[np.float32]


def ssim(one: npt.NDArray[np.generic], other: npt.NDArray[np.generic]) -> float:
    """1 for the same picture, less for others. Raises ValueError for pictures of different sizes."""
    if one.shape != other.shape:
        raise ValueError(f"{one.shape} and {other.shape} cannot be compared")
    a, b = one.astype(np.float32), other.astype(np.float32)
    mean_a, mean_b = _blur(a), _blur(b)
    spread_a, spread_b = _blur(a * a) - mean_a**2, _blur(b * b) - mean_b**2
    together = _blur(a * b) - mean_a * mean_b
    likeness = (2 * mean_a * mean_b + _C1) * (2 * together + _C2)
    likeness /= (mean_a**2 + mean_b**2 + _C1) * (spread_a + spread_b + _C2)
    return float(likeness[5:-5, 5:-5].mean())  # where the window lies wholly inside


def _blur(picture: Wide) -> Wide:
    return cast(Wide, cv2.GaussianBlur(picture, (11, 11), 1.5))
