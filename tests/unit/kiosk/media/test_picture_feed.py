"""A picture source on its own thread: it comes back by itself, and what is wrong with it is known all the while."""

import asyncio
import threading
from collections.abc import Sequence

import numpy as np
from av import VideoFrame

from kiosk.media.camera_trouble import CameraTrouble
from kiosk.media.picture_feed import PictureFeed
from kiosk.scenes import CameraFault

LIMIT_S = 5.0
DAMAGED = None
Event = VideoFrame | CameraFault | None


def picture(number: int, *, dark: bool = False) -> VideoFrame:
    """A picture of its own for each number."""
    planes = np.full((180, 160), 18 if dark else 120, np.uint8)
    planes[:120] += np.random.default_rng(number).integers(0, 3, (120, 160), np.uint8)
    return VideoFrame.from_ndarray(planes, format="yuv420p")


class Device:
    """A camera that does this at each opening; at the end of it all the feed is stopped. Each picture takes a while."""

    def __init__(self, *openings: Sequence[Event], step_s: float = 0.1) -> None:
        self._openings = [list(opening) for opening in openings]
        self._step_s = step_s
        self.now_s = 100.0
        self.opened = self.closed = 0
        self.faults: list[CameraFault | None] = []  # after each picture and each trouble, in their order
        self.pauses: list[float] = []
        self.passed: list[VideoFrame] = []
        self.broken: list[str] = []
        self._over = threading.Event()
        self.feed = PictureFeed(self._open, self.passed.append, self.broken.append, lambda: self.now_s, self._pause)

    def _open(self) -> "Device":
        self.opened += 1
        self._course = self._openings.pop(0) if self._openings else []
        if not self._course:
            self._end()
        elif isinstance(self._course[0], CameraFault):
            raise CameraTrouble(self._course[0])
        return self

    def _end(self) -> None:
        self.feed.stop()
        self._over.set()

    def read(self) -> VideoFrame | None:
        self.faults.append(self.feed.fault())
        self.now_s += self._step_s
        if not self._course:
            self._end()
        event = self._course.pop(0) if self._course else DAMAGED
        if isinstance(event, CameraFault):
            raise CameraTrouble(event)
        return event

    def close(self) -> None:
        self.closed += 1

    def _pause(self, seconds: float) -> None:
        self.faults.append(self.feed.fault())
        self.pauses.append(seconds)
        self.now_s += seconds

    def run(self) -> "Device":
        """Until it has nothing more to do."""
        self.feed.start()
        assert self._over.wait(LIMIT_S)
        assert asyncio.run(self.feed.shut())
        return self


def test_one_that_is_unplugged_is_opened_again_when_it_is_back() -> None:
    gone = CameraFault.UNPLUGGED
    device = Device([picture(1), picture(2), gone], [gone], [gone], [picture(3), picture(4)]).run()
    assert len(device.passed) == 4
    assert device.pauses[:3] == [0.25, 0.25, 0.25]  # it is looked for quickly
    assert device.faults[3:6] == [gone, gone, gone]
    assert (device.faults[6], device.faults[7]) == (gone, None)  # until the first picture, and no longer
    assert not device.broken


def test_one_that_is_busy_is_tried_less_and_less_often() -> None:
    device = Device(*([CameraFault.BUSY] for _ in range(6)), [picture(1), CameraFault.BUSY], [CameraFault.BUSY]).run()
    assert device.pauses[:6] == [0.25, 0.5, 1.0, 2.0, 2.0, 2.0]
    assert device.pauses[6] == 0.25  # it had worked in between
    assert set(device.faults[:7]) == {CameraFault.BUSY}


def test_what_was_opened_is_closed_each_time() -> None:
    device = Device([picture(1), CameraFault.SILENT], [picture(2), CameraFault.SILENT]).run()
    assert (device.opened, device.closed) == (3, 3)


def test_a_stuck_one_is_opened_again_once_and_said_and_its_pictures_are_not_passed_on() -> None:
    still = picture(7)
    device = Device([picture(1), *[still] * 40], [still] * 40).run()
    assert device.opened == 2
    assert len(device.passed) == 1 + 16  # up to the moment it was known
    assert device.pauses[0] == 0.25
    assert set(device.faults[18:50]) == {CameraFault.FROZEN}


def test_one_that_is_stuck_for_long_is_tried_every_ten_seconds() -> None:
    still = picture(7)
    device = Device(*([still] * 200 for _ in range(4))).run()
    assert device.opened == 1 + 4
    assert 31 < device.now_s - 100 < 34  # after 2 s, and then three times
    assert len(device.passed) == 16


def test_one_that_was_stuck_and_moves_again_is_well() -> None:
    device = Device([*[picture(7)] * 20], [picture(8), picture(9)]).run()
    assert device.faults[-2] is None
    assert len(device.passed) == 16 + 2


def test_a_covered_one_is_said_and_its_pictures_go_on() -> None:
    device = Device([picture(n, dark=True) for n in range(20)]).run()
    assert len(device.passed) == 20
    assert device.faults[19] is CameraFault.COVERED


def test_damaged_pictures_are_left_out() -> None:
    assert len(Device([picture(1), DAMAGED, picture(2)]).run().passed) == 2


def test_one_that_says_nothing_holds_up_nobody_who_asks() -> None:
    let_go, asked = threading.Event(), threading.Event()
    at = [0.0]

    class Silent:
        def read(self) -> VideoFrame | None:
            asked.set()
            let_go.wait(LIMIT_S)
            return None

        def close(self) -> None:
            pass

    feed = PictureFeed(Silent, lambda _frame: None, lambda _text: None, lambda: at[0])
    feed.start()
    assert asked.wait(LIMIT_S)
    assert feed.fault() is None
    at[0] = 1.6
    assert feed.fault() is CameraFault.SILENT
    assert not asyncio.run(feed.shut())  # and it is said that it could not be shut
    let_go.set()
    feed._thread.join(LIMIT_S)
    assert asyncio.run(feed.shut())


def test_a_source_with_a_bug_fails_closed() -> None:
    over = threading.Event()
    broken: list[str] = []

    def bug() -> Device:
        raise ZeroDivisionError

    def told(text: str) -> None:
        broken.append(text)
        over.set()

    feed = PictureFeed(bug, lambda _frame: None, told)
    feed.start()
    assert over.wait(LIMIT_S)
    assert asyncio.run(feed.shut())
    assert broken == ["The camera stopped."]


def test_a_stopped_feed_lets_nothing_more_through() -> None:
    passed: list[VideoFrame] = []
    device = Device([])
    device._course = [picture(n) for n in range(100)]

    def take(frame: VideoFrame) -> None:
        passed.append(frame)
        feed.stop()
        taken.set()

    taken = threading.Event()
    feed = PictureFeed(lambda: device, take, lambda _text: None)
    device.feed = feed
    feed.start()
    assert taken.wait(LIMIT_S)
    assert asyncio.run(feed.shut())
    assert (len(passed), device.closed) == (1, 1)


def test_joining_a_feed_that_never_began_is_safe() -> None:
    feed = PictureFeed(Device, lambda _frame: None, lambda _text: None)
    assert feed.fault() is None
    assert asyncio.run(feed.shut())
