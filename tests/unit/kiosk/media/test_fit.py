"""How large a picture may be drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.fit import Size, fit

SIDES = st.integers(2, 8000)
SIZES = st.builds(Size, SIDES, SIDES)


@pytest.mark.parametrize(
    ("picture", "box", "expected"),
    [
        (Size(1280, 720), Size(1366, 768), Size(1364, 768)),
        (Size(1280, 720), Size(1280, 720), Size(1280, 720)),
        (Size(640, 480), Size(1280, 720), Size(960, 720)),
        (Size(720, 1280), Size(1280, 720), Size(404, 720)),
        (Size(1280, 720), Size(1, 1), Size(2, 2)),
    ],
)
def test_a_picture_fills_its_box_and_keeps_its_shape(picture: Size, box: Size, expected: Size) -> None:
    assert fit(picture, box) == expected


@given(SIZES, SIZES)
def test_a_fitted_picture_is_even_and_never_leaves_its_box(picture: Size, box: Size) -> None:
    size = fit(picture, box)
    assert size.width % 2 == size.height % 2 == 0
    assert 2 <= size.width <= max(2, box.width)
    assert 2 <= size.height <= max(2, box.height)
