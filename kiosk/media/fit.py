"""How large a picture may be drawn; arithmetic only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PictureSizes:
    """The boxes on the screen: the family's and the self-view's."""

    family: Size = Size(1280, 720)
    own: Size = Size(320, 180)


def fit(picture: Size, box: Size) -> Size:
    """The largest even size with the shape of `picture` inside `box`, and never less than 2x2."""
    scale = min(box.width / picture.width, box.height / picture.height)
    return Size(_even(picture.width * scale), _even(picture.height * scale))


def _even(length: float) -> int:
    return max(2, int(length + 1e-6) // 2 * 2)
