"""Knows the family's clip again on the laptop's screen."""

import numpy as np

from tests.e2e.kit.clips import nearest_colour
from tests.e2e.kit.screen import Seen


def colour_on(screen: Seen) -> str | None:
    """Which of the clip's colours fills the family's picture, or None when the picture is not there."""
    return nearest_colour(np.median(screen.picture()[150:400, 500:900].reshape(-1, 3), axis=0))


def another_colour(screen: Seen, before: str) -> str | None:
    """The colour on the screen, once it is not `before`."""
    colour = colour_on(screen)
    return None if colour == before else colour
