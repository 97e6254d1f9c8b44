"""Pictures for the screen: right in size, colour and side, without a needless copy, and the newest first."""

import asyncio
import gc
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from av import VideoFrame

from kiosk.latest import Latest, Picture
from kiosk.media.family_view import FamilyView, Scaler, Waiting, newest_due
from kiosk.media.fit import PictureSizes, Size
from kiosk.media.own_view import OwnView
from kiosk.media.plain_picture import plain_picture
from tests.integration.media.looking import pixels_of

SIZES = PictureSizes(Size(640, 480), Size(160, 120))


def halves(width: int = 320, height: int = 240) -> VideoFrame:
    """Red on the left, blue on the right."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2] = (0, 0, 200)
    pixels[:, width // 2 :] = (200, 0, 0)
    return VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p")


def test_a_received_picture_is_scaled_to_its_box() -> None:
    picture = Scaler().picture(halves(), SIZES.family, 3)
    assert (picture.width, picture.height, picture.number) == (640, 480, 3)
    assert (picture.frame_width, picture.frame_height) == (320, 240)
    pixels = pixels_of(picture)
    assert pixels[240, 40, 2] > 180 > 40 > pixels[240, 40, 0]
    assert pixels[240, 600, 0] > 180 > 40 > pixels[240, 600, 2]


@pytest.mark.slow
def test_a_picture_keeps_its_own_pixels_alive() -> None:
    scaler = Scaler()
    first = scaler.picture(halves(), SIZES.family, 1)
    before = pixels_of(first).copy()
    for number in range(20):
        scaler.picture(VideoFrame.from_ndarray(np.full((240, 320, 3), number, np.uint8)), SIZES.family, number)
    gc.collect()
    assert np.array_equal(pixels_of(first), before)


async def test_only_the_newest_of_many_pictures_is_painted() -> None:
    family: Latest[Picture] = Latest()
    painted = asyncio.Event()
    loop = asyncio.get_running_loop()
    family.on_new(painted.set)
    with ThreadPoolExecutor(1) as executor:
        view = FamilyView(family, lambda: SIZES, executor)
        running = loop.create_task(view.run())
        await asyncio.sleep(0)  # it begins with nothing to paint
        for number in range(1, 10):
            view.show(halves(), number)
        await painted.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    picture = family.take()
    assert picture is not None
    assert picture.number == 9


def queue(*due_s: float) -> deque[Waiting]:
    return deque(Waiting(halves(2, 2), number, due) for number, due in enumerate(due_s))


@pytest.mark.parametrize(
    ("due_s", "taken", "left"),
    [
        ((1.0, 2.0, 9.0), 1, [2]),
        ((9.0, 1.0, 9.5), 1, [2]),
        ((1.0, 2.0), 1, []),
        ((8.0, 9.0), None, [0, 1]),
        ((), None, []),
    ],
)
def test_of_the_pictures_that_are_due_the_newest_is_painted(
    due_s: tuple[float, ...], taken: int | None, left: list[int]
) -> None:
    waiting = queue(*due_s)
    due = newest_due(waiting, 3.0)
    assert (None if due is None else due.number, [each.number for each in waiting]) == (taken, left)


async def test_no_picture_is_painted_before_it_is_due_or_kept_when_painting_ends() -> None:
    family: Latest[Picture] = Latest()
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as executor:
        view = FamilyView(family, lambda: SIZES, executor)
        running = loop.create_task(view.run())
        await asyncio.sleep(0)
        view.show(halves(), 1, loop.time() + 3600)
        for _ in range(5):
            await asyncio.sleep(0)
        assert view._waiting
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert not view._waiting
    assert family.take() is None


def test_the_self_view_is_mirrored() -> None:
    own: Latest[Picture] = Latest()
    OwnView(own, lambda: SIZES).show(halves())
    picture = own.take()
    assert picture is not None
    assert (picture.width, picture.height, picture.stride) == (160, 120, 640)
    pixels = pixels_of(picture)
    assert pixels[60, 20, 0] > 150 > pixels[60, 20, 2]
    assert pixels[60, 140, 2] > 150 > pixels[60, 140, 0]


def test_the_self_view_shows_every_second_picture_of_thirty_a_second() -> None:
    own: Latest[Picture] = Latest()
    seconds = iter(number / 30 for number in range(30))
    view = OwnView(own, lambda: SIZES, now=lambda: next(seconds) + 100)
    shown = 0
    for _ in range(30):
        view.show(halves(32, 24))
        shown += own.take() is not None
    assert shown == 15


def test_without_a_camera_the_self_view_is_plain_and_no_old_picture_stands_there() -> None:
    own: Latest[Picture] = Latest()
    view = OwnView(own, lambda: SIZES)
    view.show(halves())
    view.blank()
    picture = own.take()
    assert picture is not None
    assert (picture.width, picture.height, picture.number) == (160, 90, 2)
    assert pixels_of(picture).std(axis=(0, 1)).max() == 0


def test_the_plain_picture_that_is_sent_is_dark_and_has_no_colour() -> None:
    pixels = plain_picture().to_ndarray(format="bgr24")
    assert pixels.shape == (720, 1280, 3)
    assert 20 < pixels.min() <= pixels.max() < 60
