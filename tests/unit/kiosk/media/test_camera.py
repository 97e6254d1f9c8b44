"""The camera, by OpenCV's interface; and what happens when it fails."""

import array
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from av import VideoFrame

from kiosk.errors import Unavailable
from kiosk.lockdown import device_nodes
from kiosk.media.camera import Camera
from kiosk.media.cameras import capabilities, find_camera, is_handed_out
from kiosk.media.i420 import Pixels
from kiosk.media.picture_feed import PictureFeed


class FakeCapture:
    """Gives the pictures it was given, then stops."""

    def __init__(self, pictures: list[Pixels], *, opened: bool = True) -> None:
        self._pictures = pictures
        self._opened = opened
        self.settings: dict[int, float] = {}
        self.released = False

    def isOpened(self) -> bool:  # noqa: N802 (OpenCV's name)
        return self._opened

    def set(self, propId: int, value: float) -> bool:  # noqa: N803 (OpenCV's name)
        self.settings[propId] = value
        return True

    def read(self) -> tuple[bool, Pixels]:
        return (True, self._pictures.pop(0)) if self._pictures else (False, np.zeros((0, 0, 3), np.uint8))

    def release(self) -> None:
        self.released = True


def grey(height: int = 720, width: int = 1280) -> Pixels:
    return np.full((height, width, 3), 90, np.uint8)


def test_a_camera_is_asked_for_720p_at_thirty_frames() -> None:
    capture = FakeCapture([grey()])
    frame = Camera("/dev/video0", lambda _node: capture).read()
    assert (frame.width, frame.height, frame.format.name) == (1280, 720, "yuv420p")
    wanted = (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS)
    assert [capture.settings[setting] for setting in wanted] == [1280, 720, 30]


def test_a_camera_of_odd_size_is_used_too() -> None:
    frame = Camera("/dev/video0", lambda _node: FakeCapture([grey(481, 641)])).read()
    assert (frame.width, frame.height) == (640, 480)


def test_a_camera_that_cannot_be_opened_is_let_go_of() -> None:
    capture = FakeCapture([], opened=False)
    with pytest.raises(Unavailable, match="could not be opened"):
        Camera("/dev/video0", lambda _node: capture)
    assert capture.released


def test_a_camera_that_is_unplugged_says_so_once_and_is_let_go_of() -> None:
    capture = FakeCapture([grey(), grey()])
    pictures: list[VideoFrame] = []
    failed: list[str] = []
    over = threading.Event()

    def fail(text: str) -> None:
        failed.append(text)
        over.set()

    feed = PictureFeed(lambda: Camera("/dev/video0", lambda _node: capture), pictures.append, fail)
    feed.start()
    assert over.wait(5)
    assert feed.join()
    assert (len(pictures), failed, capture.released) == (2, ["The camera stopped."], True)


def test_a_source_with_a_bug_fails_closed() -> None:
    failed: list[str] = []
    over = threading.Event()

    def fail(text: str) -> None:
        failed.append(text)
        over.set()

    def broken() -> Camera:
        raise ZeroDivisionError

    feed = PictureFeed(broken, lambda _frame: None, fail)
    feed.start()
    assert over.wait(5)
    assert feed.join()
    assert failed == ["The camera stopped."]


def test_a_stopped_feed_lets_nothing_more_through() -> None:
    stopped_at: list[int] = []
    pictures: list[VideoFrame] = []
    capture = FakeCapture([grey(48, 64) for _ in range(100)])

    def take(frame: VideoFrame) -> None:
        pictures.append(frame)
        feed.stop()
        stopped_at.append(len(pictures))
        taken.set()

    taken = threading.Event()
    feed = PictureFeed(lambda: Camera("/dev/video0", lambda _node: capture), take, lambda _text: None)
    feed.start()
    assert taken.wait(5)
    assert feed.join()
    assert (len(pictures), stopped_at, capture.released) == (1, [1], True)


def test_joining_a_feed_that_never_began_is_safe() -> None:
    assert PictureFeed(lambda: Camera("x"), lambda _f: None, lambda _t: None).join()


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
