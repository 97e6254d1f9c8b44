"""What a camera's pictures show: light and movement, or what is the matter with them."""

import numpy as np
import pytest
from av import VideoFrame

from kiosk.media.pace import Pace
from kiosk.media.sight import Luma, Sight, sample
from kiosk.media.synthetic_picture import SyntheticPicture
from kiosk.policy.readiness import Trouble

RANDOM = np.random.default_rng(3)


def picture(light: float, noise: float = 1.5, shapes: float = 40.0) -> Luma:
    """A sample of a room at this brightness (0 to 255), through a sensor with this noise."""
    room = light + shapes * np.sin(np.linspace(0, 9, 160))[None, :]
    seen = room + RANDOM.normal(0, noise, (90, 160))
    return np.asarray(np.clip(seen, 16, 235), np.uint8)


def judged(*pictures: Luma, per_s: float = 30) -> tuple[Trouble | None, str]:
    sight = Sight()
    for number, luma in enumerate(pictures):
        sight.see(luma, number / per_s)
    found = sight.judge()
    return found.trouble, found.found


def test_a_lit_room_is_seen_with_its_numbers() -> None:
    trouble, found = judged(*(picture(120) for _ in range(30)))
    assert trouble is None
    assert found.startswith("light 51%, ")
    assert found.endswith("30 pictures a second")


def test_a_dim_room_still_has_shapes_in_it() -> None:
    assert judged(*(picture(18, shapes=25) for _ in range(30)))[0] is None


def test_a_covered_camera_is_dark() -> None:
    assert judged(*(picture(16, noise=0.8, shapes=0) for _ in range(30)))[0] is Trouble.CAMERA_DARK


def test_pictures_that_are_the_same_to_the_last_bit_stand_still() -> None:
    assert judged(*[picture(120)] * 30)[0] is Trouble.CAMERA_FROZEN


def test_a_slow_camera_is_said() -> None:
    assert judged(*(picture(120) for _ in range(12)), per_s=7)[0] is Trouble.CAMERA_SLOW


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_few_pictures_are_none(count: int) -> None:
    assert judged(*(picture(120) for _ in range(count))) == (Trouble.CAMERA_SHUT, f"{count} pictures")


def test_a_camera_that_changes_its_size_is_not_compared_across_it() -> None:
    assert judged(*(picture(120)[: 90 - n] for n in range(10)))[0] is Trouble.CAMERA_FROZEN


def test_a_sample_is_every_eighth_pixel_and_a_copy() -> None:
    frame = SyntheticPicture(Pace(30)).draw(0)
    taken = sample(frame)
    assert taken.shape == (90, 160)
    assert taken.flags.owndata


@pytest.mark.parametrize(("width", "height"), [(640, 360), (642, 362), (8, 8)])
def test_padding_in_a_frame_is_no_part_of_the_picture(width: int, height: int) -> None:
    frame = VideoFrame.from_ndarray(np.full((height * 3 // 2, width), 200, np.uint8), format="yuv420p")
    assert set(np.unique(sample(frame))) == {200}
