"""The camera, by OpenCV's interface; what it does with a camera that is not as it should be."""

import array
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from av import VideoFrame

from kiosk.lockdown import device_nodes
from kiosk.media.camera import Camera
from kiosk.media.camera_trouble import CameraTrouble
from kiosk.media.cameras import capabilities, find_camera, is_handed_out
from kiosk.media.i420 import Pixels
from kiosk.scenes import CameraFault

LOST: Pixels = np.zeros((0, 0, 3), np.uint8)


class FakeCapture:
    """Gives the pictures it was given, then stops."""

    def __init__(self, pictures: list[Pixels], *, opened: bool = True, has: tuple[str, ...] = ("MJPG", "YUYV")) -> None:
        self._codes = [cv2.VideoWriter.fourcc(*name) for name in has]
        self._pictures = pictures
        self._opened = opened
        self.settings: dict[int, float] = {}
        self.released = False

    def isOpened(self) -> bool:  # noqa: N802 (OpenCV's name)
        return self._opened

    def set(self, propId: int, value: float) -> bool:  # noqa: N803 (OpenCV's name)
        if propId == cv2.CAP_PROP_FOURCC and value not in self._codes:
            return False
        self.settings[propId] = value
        return True

    def get(self, propId: int) -> float:  # noqa: N803 (OpenCV's name)
        return self.settings.get(propId, 0.0)

    def read(self) -> tuple[bool, Pixels]:
        pixels = self._pictures.pop(0) if self._pictures else LOST
        return pixels is not LOST, pixels

    def release(self) -> None:
        self.released = True


def grey(height: int = 720, width: int = 1280) -> Pixels:
    return np.full((height, width, 3), 90, np.uint8)


def opened(capture: FakeCapture, why: CameraFault | None = None) -> Camera:
    """A camera of which the kernel says this, once it gives no pictures."""
    return Camera("/dev/video0", lambda _node: capture, lambda _node: why if capture.released else None)


def first(camera: Camera) -> VideoFrame:
    """The first picture that comes, in whatever format."""
    while (frame := camera.read()) is None:
        pass
    return frame


def trouble(deed: Callable[[], object]) -> CameraFault:
    with pytest.raises(CameraTrouble) as raised:
        deed()
    return raised.value.fault


def test_a_camera_is_asked_for_720p_at_thirty_frames() -> None:
    capture = FakeCapture([grey()])
    frame = opened(capture).read()
    assert frame is not None
    assert (frame.width, frame.height, frame.format.name) == (1280, 720, "yuv420p")
    wanted = (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS)
    assert [capture.settings[setting] for setting in wanted] == [1280, 720, 30]


def test_a_camera_of_odd_size_is_used_too() -> None:
    frame = opened(FakeCapture([grey(481, 641)])).read()
    assert frame is not None
    assert (frame.width, frame.height) == (640, 480)


def test_a_camera_larger_than_720p_is_made_smaller() -> None:
    frame = opened(FakeCapture([grey(1944, 2592)])).read()
    assert frame is not None
    assert (frame.width, frame.height) == (960, 720)


def test_a_camera_that_cannot_be_opened_is_let_go_of_and_says_why() -> None:
    capture = FakeCapture([], opened=False)
    assert trouble(lambda: opened(capture, CameraFault.BUSY)) is CameraFault.BUSY
    assert capture.released
    assert trouble(lambda: opened(FakeCapture([], opened=False))) is CameraFault.UNUSABLE


def test_one_that_gives_no_motion_jpeg_is_asked_for_plain_pictures() -> None:
    capture = FakeCapture([LOST, grey(480, 640)])
    frame = first(opened(capture))
    assert (frame.width, frame.height) == (640, 480)
    assert capture.settings[cv2.CAP_PROP_FOURCC] == cv2.VideoWriter.fourcc(*"YUYV")


def test_one_that_has_only_plain_pictures_is_asked_for_fewer_pixels_and_another_for_what_it_likes() -> None:
    plain = FakeCapture([grey(480, 640)], has=("YUYV",))
    assert first(opened(plain))
    assert plain.settings[cv2.CAP_PROP_FRAME_WIDTH] == 640
    other = FakeCapture([grey()], has=("NV12",))
    assert first(opened(other))
    assert other.settings[cv2.CAP_PROP_FRAME_WIDTH] == 1280


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(np.full((720, 1280), 90, np.uint8), id="grey only, as of an infrared camera"),
        pytest.param(np.full((720, 1280, 2), 90, np.uint8), id="undecoded"),
        pytest.param(np.full((720, 1280, 3), 900, np.uint16), id="sixteen bits"),
        pytest.param(np.full((90, 120, 3), 90, np.uint8), id="a stamp"),
    ],
)
def test_what_is_no_picture_in_any_format_is_refused(odd: Pixels) -> None:
    capture = FakeCapture([odd, odd, odd])
    assert trouble(lambda: first(opened(capture))) is CameraFault.UNUSABLE
    assert capture.released
    assert first(opened(FakeCapture([odd, odd, grey()])))


def test_one_that_changes_into_something_else_is_let_go_of() -> None:
    capture = FakeCapture([grey(), np.full((720, 1280), 90, np.uint8)])
    camera = opened(capture)
    camera.read()
    assert trouble(camera.read) is CameraFault.UNUSABLE
    assert capture.released


def test_no_picture_in_any_format_is_silence_or_what_the_kernel_says() -> None:
    assert trouble(lambda: first(opened(FakeCapture([])))) is CameraFault.SILENT
    assert trouble(lambda: first(opened(FakeCapture([]), CameraFault.BUSY))) is CameraFault.BUSY


def test_whoever_reads_a_silent_camera_may_stop_after_each_of_its_waits() -> None:
    waits: list[None] = []

    class Silent(FakeCapture):
        def read(self) -> tuple[bool, Pixels]:
            waits.append(None)
            return super().read()

    camera = opened(Silent([]))
    assert not waits
    assert camera.read() is None
    assert len(waits) == 1


def test_a_damaged_picture_is_left_out_and_three_in_a_row_are_an_end() -> None:
    capture = FakeCapture([grey(), LOST, LOST, grey(), LOST, LOST, LOST])
    camera = opened(capture, CameraFault.UNPLUGGED)
    assert [camera.read() is not None for _ in range(4)] == [True, False, False, True]
    assert [camera.read() for _ in range(2)] == [None, None]
    assert not capture.released
    assert trouble(camera.read) is CameraFault.UNPLUGGED
    assert capture.released


def test_a_file_that_is_no_camera_is_not_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "video0").write_text("no camera")
    assert find_camera(None, tmp_path) is None
    assert find_camera(str(tmp_path / "video0")) is None
    assert find_camera(str(tmp_path / "nothing")) is None


def test_a_node_that_gives_only_data_about_pictures_is_no_camera() -> None:
    answer = array.array("I", bytes(104))
    answer[21], answer[22] = 0x84A0_0001, 0x04A0_0000  # the device can capture; this node cannot
    assert not capabilities(answer) & 1
    answer[21] = 0x0000_0001
    assert capabilities(answer) & 1


def test_a_camera_that_is_handed_out_for_a_call_counts_as_found_before_it_is_there() -> None:
    assert is_handed_out(device_nodes.CAMERA)  # where the guard makes it
    assert find_camera(device_nodes.CAMERA) == device_nodes.CAMERA
    assert not Path(device_nodes.CAMERA).exists()
    assert not is_handed_out("/dev/video0")
