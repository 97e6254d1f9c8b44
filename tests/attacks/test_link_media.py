"""The line between the two loses every third packet, and is cut: the session stays, and all comes back by itself.

Tier U: the laptop's real media room and a plain aiortc visitor, over a real lossy UDP line.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from kiosk.media.facts import Measured, OfferMade, SessionFailed
from tests.fakes.lossy_line import LossyLine, address_in
from tests.integration.media.conftest import _application_first
from tests.integration.media.laptop import Laptop, started
from tests.integration.media.visitor import GreenSquare, Tone

__all__ = ["_application_first"]
pytestmark = pytest.mark.slow


@asynccontextmanager
async def talking() -> AsyncIterator[tuple[Laptop, LossyLine]]:
    """A laptop and a visitor who receive each other over the line."""
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare(640, 360), Tone())
        laptop.connect("session-1")
        offer = (await laptop.next(OfferMade)).sdp
        async with LossyLine.strung(address_in(offer)) as line:
            laptop.room.answer("session-1", line.to_laptop(await visitor.answer(line.to_visitor(offer))))
            await laptop.measured(lambda now: now.received_audio_ms > 500 and now.received_video_frames > 10)
            assert line.carried > 0
            yield laptop, line
            assert not [fact for fact in laptop.facts_so_far() if isinstance(fact, SessionFailed)]


async def after(laptop: Laptop, looks: int) -> Measured:
    """The measurement so many half seconds from now."""
    return [await laptop.next(Measured) for _ in range(looks)][-1]


@dataclass(frozen=True)
class Span:
    """What came of five seconds; `lost` is a share of the packets, `aiortc_ms` what its own way makes of that line."""

    lost: float
    frames: int
    heard_ms: int
    aiortc_ms: float
    concealed_ms: int
    loss_percent: float

    @property
    def most_is_heard(self) -> bool:
        """2,300 to 3,400 ms where laptop, line and visitor share one process."""
        return self.heard_ms > 2_000 and self.heard_ms > 1.5 * self.aiortc_ms


async def five_seconds(laptop: Laptop, line: LossyLine) -> Span:
    """The next ones."""
    before = await after(laptop, 1)
    lost, carried, there = line.lost, line.carried, laptop.visitors[0].heard_ms
    now = await after(laptop, 10)
    return Span(
        lost=(line.lost - lost) / (line.carried - carried),
        frames=now.received_video_frames - before.received_video_frames,
        heard_ms=now.received_audio_ms - before.received_audio_ms,
        aiortc_ms=laptop.visitors[0].heard_ms - there,
        concealed_ms=now.concealed_audio_ms - before.concealed_audio_ms,
        loss_percent=now.loss_percent,
    )


@pytest.mark.attack("link-loss")
async def test_with_30_percent_loss_the_picture_comes_most_of_the_sound_and_it_is_measured() -> None:
    async with talking() as (laptop, line):
        await after(laptop, 1)
        line.loss = 0.3
        spans = [await five_seconds(laptop, line)]
        while not spans[-1].most_is_heard and len(spans) < 3:  # a machine that stalled skips sound, but not each time
            spans.append(await five_seconds(laptop, line))
        span = spans[-1]
        assert 0.2 < span.lost < 0.4
        # Lost packets are asked for again: five pictures a second at the very least; 60 to 140 of 150 in ten runs here.
        assert span.frames > 25
        assert span.most_is_heard, spans  # those of sound are not
        assert span.concealed_ms > 500
        assert span.loss_percent > 10
        line.loss = 0
        clear = await after(laptop, 1)
        await laptop.measured(lambda later: later.received_audio_ms > clear.received_audio_ms + 1_000)


@pytest.mark.attack("link-cut")
async def test_a_cut_of_5_s_is_nothing_and_then_all_is_back_in_the_same_session() -> None:
    async with talking() as (laptop, line):
        line.loss = 1.0
        at_the_cut = await after(laptop, 2)  # what was on its way has come
        at_its_end = await after(laptop, 8)
        assert at_its_end.received_audio_ms == at_the_cut.received_audio_ms
        line.loss = 0
        await laptop.measured(lambda now: now.received_audio_ms > at_its_end.received_audio_ms + 500)
        await laptop.measured(lambda now: now.received_video_frames > at_its_end.received_video_frames + 15)
