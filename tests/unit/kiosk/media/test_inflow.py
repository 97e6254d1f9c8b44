"""What arrives is handed on with the time at which it is due."""

import asyncio
from fractions import Fraction
from typing import cast

import pytest
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import VideoFrame

from kiosk.errors import Unavailable
from kiosk.media.evenness import MOST_S
from kiosk.media.family_view import FamilyView
from kiosk.media.inflow import Inflow
from kiosk.media.tally import Direction

FPS = 30


class Noted:
    """Of each picture that is shown, how much later than now it is due."""

    def __init__(self) -> None:
        self.waits_s: list[float] = []

    def show(self, _frame: VideoFrame, _number: int, due_s: float) -> None:
        self.waits_s.append(due_s - asyncio.get_running_loop().time())


class Track(MediaStreamTrack):
    """Pictures of these times, all at once."""

    kind = "video"

    def __init__(self, times_s: list[float | None]) -> None:
        super().__init__()
        self._left = times_s

    async def recv(self) -> VideoFrame:
        if not self._left:
            raise MediaStreamError
        frame, at = VideoFrame(16, 16, "yuv420p"), self._left.pop(0)
        if at is not None:
            frame.pts, frame.time_base = round(at * 90_000), Fraction(1, 90_000)
        return frame


async def shown(times_s: list[float | None]) -> list[float]:
    view = Noted()
    inflow = Inflow(Direction(), cast(FamilyView, view), None, lambda _kind: True)
    with pytest.raises(Unavailable):
        await inflow.read(Track(times_s))
    return view.waits_s


async def test_a_picture_that_is_ahead_of_the_others_waits_and_never_long() -> None:
    ahead = await shown([*(float(number // 100) for number in range(400)), 3600.0])
    assert len(ahead) == 401
    assert all(wait <= MOST_S for wait in ahead)


async def test_a_picture_without_a_time_is_due_at_once() -> None:
    assert all(wait <= 0 for wait in await shown([None] * 100))
