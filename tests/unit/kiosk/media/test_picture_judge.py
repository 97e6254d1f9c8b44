"""A camera judged by its pictures: made ones, whose light, noise and time are known."""

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.i420 import Plane
from kiosk.media.pace import Pace
from kiosk.media.picture_judge import NOTHING, Glance, Glancer, Judgement, luma_of
from kiosk.media.synthetic_picture import SyntheticPicture
from kiosk.scenes import CameraFault

PER_SECOND = 30
WIDTH, HEIGHT = 240, 135
Scene = Callable[[np.random.Generator], Plane]
Levels = npt.NDArray[np.float64]


def noisy(level: Levels | float, noise: float) -> Scene:
    """A scene of this brightness through a sensor with noise of this deviation."""

    def picture(chance: np.random.Generator) -> Plane:
        seen = np.full((HEIGHT, WIDTH), level) + chance.normal(0, noise, (HEIGHT, WIDTH))
        return np.clip(seen, 16, 235).astype(np.uint8)

    return picture


def with_face(ground: float, face: float) -> Levels:
    """A room of one brightness and an oval in it of another."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    inside = ((x - WIDTH / 2) / (WIDTH / 8)) ** 2 + ((y - HEIGHT / 2) / (HEIGHT / 3)) ** 2 < 1
    return np.where(inside, float(face), float(ground))


def falling_off(middle: float, edge: float) -> Levels:
    """Brighter in the middle, as a lens draws a wall."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    far = np.hypot((x - WIDTH / 2) / WIDTH, (y - HEIGHT / 2) / HEIGHT) / np.hypot(0.5, 0.5)
    return np.asarray(middle + (edge - middle) * far, np.float64)


def seen(pictures: Iterable[Plane], *, began: float = 0.0) -> Judgement:
    """What is known after these, 30 a second."""
    glancer, known = Glancer(), Judgement(opened_at=began)
    for number, picture in enumerate(pictures):
        known = known.saw(glancer.glance(picture), began + number / PER_SECOND)
    return known


def fault_of(scene: Scene, seconds: float = 2.0) -> CameraFault | None:
    """What is said of a camera that has looked at this for so long."""
    chance = np.random.default_rng(7)
    known = seen(scene(chance) for _ in range(int(seconds * PER_SECOND)))
    assert known.newest_at is not None
    return known.fault(known.newest_at)


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(noisy(with_face(110, 160), 2), id="a room by day"),
        pytest.param(noisy(with_face(26, 58), 9), id="a dim room at night, lit by the screen"),
        pytest.param(noisy(with_face(20, 46), 12), id="a dark room with a face in the screen's light"),
        pytest.param(noisy(126, 1), id="a plain wall, evenly lit"),
        pytest.param(noisy(falling_off(105, 85), 1.5), id="a plain wall, through a lens"),
        pytest.param(noisy(falling_off(90, 78), 6), id="a plain grey wall in little light"),
        pytest.param(noisy(235, 1), id="much too bright"),
    ],
)
def test_what_a_working_camera_sees_is_no_fault(scene: Scene) -> None:
    assert fault_of(scene) is None


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(noisy(16, 0), id="a shutter that gives black"),
        pytest.param(noisy(22, 8), id="black tape, and all the gain there is"),
        pytest.param(noisy(falling_off(60, 50), 4), id="a finger, and light through it"),
        pytest.param(noisy(falling_off(24, 36), 3), id="a sleeve, and light from the edge"),
    ],
)
def test_a_covered_lens_is_covered(scene: Scene) -> None:
    assert fault_of(scene) is CameraFault.COVERED


def test_a_hand_that_passes_covers_nothing() -> None:
    assert fault_of(noisy(16, 0.5), seconds=0.9) is None


def test_a_lens_that_is_uncovered_is_well_with_the_first_picture() -> None:
    chance = np.random.default_rng(1)
    dark, light = noisy(18, 2), noisy(with_face(60, 110), 2)
    known = seen([*(dark(chance) for _ in range(60)), light(chance)])
    assert known.fault(2.0) is None


def test_the_same_picture_again_and_again_is_frozen_within_two_seconds() -> None:
    picture = noisy(with_face(80, 140), 2)(np.random.default_rng(3))
    assert seen([picture] * 46).fault(45 / PER_SECOND) is None
    assert seen([picture] * 47).fault(46 / PER_SECOND) is CameraFault.FROZEN


def test_a_camera_that_repeats_each_picture_is_not_frozen() -> None:
    chance = np.random.default_rng(3)
    scene = noisy(with_face(80, 140), 1)
    pictures = [picture for _ in range(20) for picture in [scene(chance)] * 5]
    assert seen(pictures).fault(99 / PER_SECOND) is None


def test_one_pixel_in_a_hundred_that_flickers_is_a_living_sensor() -> None:
    still = noisy(with_face(80, 140), 0)(np.random.default_rng(3))
    chance = np.random.default_rng(4)

    def alive() -> Plane:
        picture = still.copy()
        picture.reshape(-1)[chance.integers(0, picture.size, picture.size // 100)] ^= 1
        return picture

    assert seen(alive() for _ in range(90)).fault(89 / PER_SECOND) is None


def test_no_picture_for_a_second_and_a_half_is_silence_and_the_next_one_ends_it() -> None:
    known = seen(noisy(100, 2)(np.random.default_rng(n)) for n in range(3))
    assert known.fault(1.5) is None
    assert known.fault(1.6) is CameraFault.SILENT
    assert known.saw(Glance(640, 360, 90, 110, is_same=False), 4.0).fault(4.0) is None


def test_a_camera_that_was_opened_and_gives_nothing_is_silent() -> None:
    assert Judgement(opened_at=10.0).fault(11.4) is None
    assert Judgement(opened_at=10.0).fault(11.6) is CameraFault.SILENT


def test_one_that_is_opened_again_and_gives_the_same_picture_is_frozen_still() -> None:
    picture = noisy(with_face(80, 140), 2)(np.random.default_rng(3))
    glancer, known = Glancer(), Judgement(opened_at=0.0)
    for at in (0.0, 0.8, 1.6):
        known = known.saw(glancer.glance(picture), at)
    assert known.fault(1.6) is CameraFault.FROZEN
    known = known.reopened(1.7)
    assert known.fault(1.7) is None
    assert known.saw(glancer.glance(picture), 1.8).fault(1.8) is CameraFault.FROZEN


def test_a_picture_the_size_of_a_stamp_is_of_no_use() -> None:
    glance = Glancer().glance(np.full((96, 128), 100, np.uint8))
    assert Judgement(0.0).saw(glance, 0.1).fault(0.1) is CameraFault.UNUSABLE


def test_the_drawn_picture_of_a_demo_is_well() -> None:
    drawn = SyntheticPicture(Pace())
    known = seen(luma_of(drawn.draw(number)) for number in range(60))
    assert known.fault(59 / PER_SECOND) is None


glances = st.builds(
    Glance,
    st.just(640),
    st.just(360),
    st.floats(16, 100),
    st.floats(16, 235),
    is_same=st.booleans(),
)


@given(st.lists(st.tuples(glances, st.floats(0.001, 3.0)), max_size=60), st.floats(0, 5))
def test_whatever_comes_a_fault_has_its_reason_in_time(course: list[tuple[Glance, float]], later: float) -> None:
    known, at = Judgement(opened_at=0.0), 0.0
    for glance, gap in course:
        at += gap
        known = known.saw(glance, at)
    fault = known.fault(at + later)
    newest = course[-1][0] if course else NOTHING
    assert (fault is CameraFault.SILENT) == (at + later - (known.newest_at or 0.0) > 1.5)
    if fault is CameraFault.COVERED:
        assert not newest.has_light
    if fault is CameraFault.FROZEN:
        assert newest.is_same
    if newest.has_light and not newest.is_same:
        assert fault in (None, CameraFault.SILENT)


@given(st.integers(120, 400), st.integers(160, 600), st.integers(16, 235))
def test_any_size_is_looked_at_as_a_whole(height: int, width: int, level: int) -> None:
    luma = np.full((height, width), level, np.uint8)
    glancer = Glancer()
    assert glancer.glance(luma) == Glance(width, height, level, level, is_same=False)
    assert glancer.glance(luma).is_same
