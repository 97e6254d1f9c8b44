"""What is wrong with a camera is said once, at once, and taken back only when it lasts."""

import asyncio

from kiosk.media.camera_watch import CameraWatch
from kiosk.scenes import CameraFault


class Watched:
    """A watch with a clock, a camera and somebody who listens."""

    def __init__(self) -> None:
        self.fault: CameraFault | None = None
        self.now_s = 0.0
        self.said: list[CameraFault | None] = []
        self.watch = CameraWatch(lambda: self.fault, self.said.append, lambda: self.now_s)

    def sees(self, fault: CameraFault | None, seconds: float = 0.1) -> None:
        self.fault = fault
        for _ in range(round(seconds * 10)):
            self.watch.look()
            self.now_s += 0.1


def test_a_fault_is_said_at_once_and_once() -> None:
    watched = Watched()
    watched.sees(None, 3)
    assert watched.said == []
    watched.sees(CameraFault.BUSY, 3)
    assert watched.said == [CameraFault.BUSY]
    watched.sees(CameraFault.UNPLUGGED)
    assert watched.said == [CameraFault.BUSY, CameraFault.UNPLUGGED]


def test_words_do_not_flicker_with_a_camera_that_comes_and_goes() -> None:
    watched = Watched()
    for _ in range(10):
        watched.sees(CameraFault.SILENT, 0.3)
        watched.sees(None, 0.4)
    assert watched.said == [CameraFault.SILENT]
    watched.sees(None, 0.6)
    assert watched.said == [CameraFault.SILENT, None]


async def test_of_a_camera_that_is_shut_nothing_is_wrong() -> None:
    watched = Watched()
    watched.fault = CameraFault.COVERED
    looking = asyncio.create_task(watched.watch.run())
    await asyncio.sleep(0)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    assert watched.said == [CameraFault.COVERED, None]
