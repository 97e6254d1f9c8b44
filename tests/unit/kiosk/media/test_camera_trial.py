"""A look through the camera for the self-test: light and movement, or which fault."""

from functools import partial

import numpy as np
import pytest
from av import VideoFrame

from kiosk.media import camera_trial
from kiosk.media.camera import Camera
from kiosk.media.camera_trial import CameraSeen, look_through
from kiosk.media.camera_trouble import CameraTrouble
from kiosk.media.pace import Pace
from kiosk.media.synthetic_picture import SyntheticPicture
from kiosk.scenes import CameraFault


@pytest.fixture(autouse=True)
def _briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_trial, "LOOK_FOR_S", 0.2)
    monkeypatch.setattr(camera_trial, "LIMIT_S", 0.4)


class Busy:
    """Never opens."""

    def __init__(self) -> None:
        raise CameraTrouble(CameraFault.BUSY)

    def read(self) -> VideoFrame:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class Stamp:
    """Gives pictures of no size to speak of."""

    def __init__(self) -> None:
        self._pace = Pace()

    def read(self) -> VideoFrame:
        self._pace.next()
        return VideoFrame.from_ndarray(np.full((96, 64), 90, np.uint8), format="yuv420p")

    def close(self) -> None:
        pass


async def test_a_picture_that_moves_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_trial, "LIMIT_S", 5.0)  # it ends sooner, but a busy machine may draw late
    seen = await look_through(lambda: SyntheticPicture(Pace()))
    assert (seen.fault, seen.width, seen.height, seen.is_shut) == (None, 1280, 720, True)
    assert seen.pictures > 1


@pytest.mark.parametrize(("source", "fault"), [(Busy, CameraFault.BUSY), (Stamp, CameraFault.UNUSABLE)])
async def test_one_that_does_not_work_is_named(source: type[Busy] | type[Stamp], fault: CameraFault) -> None:
    assert await look_through(source) == CameraSeen(fault, 0, 0, 0, 0.0, is_shut=True)


async def test_a_node_that_is_not_there_is_an_unplugged_camera() -> None:
    assert (await look_through(partial(Camera, "/dev/no-such-camera"))).fault is CameraFault.UNPLUGGED


async def test_a_device_that_is_no_camera_is_of_no_use() -> None:
    assert (await look_through(partial(Camera, "/dev/null"))).fault is CameraFault.UNUSABLE


async def test_a_source_with_a_bug_is_of_no_use_either(caplog: pytest.LogCaptureFixture) -> None:
    def bug() -> SyntheticPicture:
        raise ZeroDivisionError

    assert (await look_through(bug)).fault is CameraFault.UNUSABLE
    caplog.clear()
