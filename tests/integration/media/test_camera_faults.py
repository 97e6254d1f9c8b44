"""A camera that fails in a call with a real peer: it is said, the sound goes on, and it comes back by itself."""

import asyncio
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from kiosk.media import call_devices
from kiosk.media.camera import Camera
from kiosk.media.cameras import HANDED_OUT
from kiosk.media.facts import CameraNow, Measured, OfferMade
from kiosk.media.i420 import Pixels
from kiosk.scenes import CameraFault
from tests.integration.media.laptop import Laptop, painted, started
from tests.integration.media.looking import pixels_of
from tests.integration.media.visitor import GreenSquare, Tone

pytestmark = pytest.mark.slow
NODE = str(HANDED_OUT / "camera")  # which no machine of ours has: OpenCV and the kernel both say so
SAID_LATE_S = 2.0 + 0.5  # of a machine that does much else
HELD_S = 20.0


class Plug:
    """A camera that can be unplugged and stuck, in OpenCV's words."""

    def __init__(self) -> None:
        self.fault: CameraFault | None = None
        self._chance = np.random.default_rng(1)
        self._still: Pixels | None = None

    def isOpened(self) -> bool:  # noqa: N802 (OpenCV's name)
        return self.fault is not CameraFault.UNPLUGGED

    def set(self, propId: int, value: float) -> bool:  # noqa: N803 (OpenCV's name)
        return True

    def get(self, propId: int) -> float:  # noqa: N803 (OpenCV's name)
        return 0.0

    def read(self) -> tuple[bool, Pixels]:
        time.sleep(1 / 30)  # a camera's own pace, on its own thread
        if self.fault is CameraFault.UNPLUGGED:
            return False, np.zeros((0, 0, 3), np.uint8)
        if self.fault is CameraFault.FROZEN and self._still is not None:
            return True, self._still
        self._still = 120 + self._chance.integers(0, 3, (180, 320, 3), np.uint8)
        return True, self._still

    def release(self) -> None:
        pass

    def camera(self, node: str) -> Camera:
        return Camera(node, lambda _node: self, lambda _node: self.fault)


async def said(laptop: Laptop, wanted: CameraFault | None, *before: CameraFault) -> float:
    """Wait until this is said of the camera: the seconds that took. A process that paused calls it silent meanwhile."""
    began, passed_over = time.monotonic(), {CameraFault.SILENT, None, *before}
    while (found := (await laptop.next(CameraNow)).fault) is not wanted:
        assert found in passed_over
    return time.monotonic() - began


async def sent_since(laptop: Laptop, before: Measured) -> Measured:
    """What was sent, once more sound was."""
    return await laptop.measured(lambda now: now.sent_audio_ms >= before.sent_audio_ms + 400)


def more_pictures_than(before: Measured) -> Callable[[Measured], bool]:
    return lambda now: now.sent_video_frames > before.sent_video_frames + 10


async def test_a_camera_that_fails_is_said_within_two_seconds_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    plug = Plug()
    monkeypatch.setattr(call_devices, "Camera", plug.camera)
    async with started(NODE) as laptop:
        visitor = laptop.invite(GreenSquare(320, 180), Tone())
        laptop.connect("session-1")
        laptop.room.answer("session-1", await visitor.answer((await laptop.next(OfferMade)).sdp))
        await laptop.measured(lambda now: now.sent_video_frames > 10 and now.sent_audio_ms > 500)

        for fault in (CameraFault.UNPLUGGED, CameraFault.FROZEN):
            took_s: list[float] = []
            while not took_s or (min(took_s) >= SAID_LATE_S and len(took_s) < 3):  # the machine may be busy once
                plug.fault = fault
                took_s.append(await said(laptop, fault))
                last = await laptop.next(Measured)
                now = await sent_since(laptop, last)
                assert now.sent_video_frames <= last.sent_video_frames + 3  # and sound went on all the same
                plug.fault = None
                await said(laptop, None, fault)
                await laptop.measured(more_pictures_than(now))
            assert min(took_s) < SAID_LATE_S

        plug.fault = CameraFault.UNPLUGGED
        await said(laptop, CameraFault.UNPLUGGED)
        assert pixels_of(await painted(laptop.own)).std(axis=(0, 1)).max() == 0  # no old face stands there


async def test_without_its_camera_a_call_has_sound_and_says_so() -> None:
    async with started(NODE) as laptop:
        laptop.connect("session-1")
        await said(laptop, CameraFault.UNPLUGGED)
        await laptop.measured(lambda now: now.session == "session-1")
        laptop.room.disconnect()
        await said(laptop, None, CameraFault.UNPLUGGED)


async def test_a_camera_that_says_nothing_holds_up_neither_words_nor_hanging_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    let_go = threading.Event()

    class Silent(Plug):
        def read(self) -> tuple[bool, Pixels]:
            let_go.wait(HELD_S)
            return super().read()

    monkeypatch.setattr(call_devices, "Camera", Silent().camera)
    async with started(NODE) as laptop:
        laptop.connect("session-1")
        await said(laptop, CameraFault.SILENT)
        laptop.room.disconnect()
        assert await said(laptop, None) < HELD_S / 2
        let_go.set()
        await asyncio.sleep(0)
