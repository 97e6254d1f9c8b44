"""The pieces of a renewal: when a line counts as silent, whose turn it is to be heard and to send, how long it took."""

import asyncio

import pytest
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame
from av.frame import Frame

from kiosk.media.joining import Joining, Step
from kiosk.media.lending import Lending
from kiosk.media.silence import LOOK_EVERY_S, Silence
from kiosk.media.turns import Turns


def looks(*packets: int) -> list[bool]:
    silence = Silence()
    return [silence.look(count, number * LOOK_EVERY_S) for number, count in enumerate(packets)]


def test_a_second_without_a_packet_is_silence_on_a_line_that_was_steady() -> None:
    steady = [5 * number for number in range(11)]
    seen = looks(*steady, *[steady[-1]] * 12)
    assert not any(seen[:-2])
    assert seen[-1]


def test_a_line_on_which_little_comes_is_never_called_silent() -> None:
    assert not any(looks(1, 2, 3, *[3] * 40))


def test_what_comes_again_ends_the_silence() -> None:
    steady = [5 * number for number in range(11)]
    seen = looks(*steady, *[50] * 13, 55, 60)
    assert (seen[-3], seen[-2:]) == (True, [False, False])


def test_of_each_kind_the_newest_that_has_brought_something_is_taken() -> None:
    turns = Turns()
    assert turns.passes("audio", 0)
    assert turns.passes("audio", 1)
    assert not turns.passes("audio", 0)
    assert turns.passes("video", 0)  # the new one has brought no picture yet


class Numbers(MediaStreamTrack):
    """A track whose frames are numbered by their pts."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self.given = 0

    async def recv(self) -> Frame:
        frame = AudioFrame(samples=960)
        frame.pts, self.given = self.given, self.given + 1
        return frame


async def test_what_is_lent_goes_to_one_at_a_time_and_a_connection_that_ends_stops_nothing() -> None:
    lending = Lending(Numbers())
    old, new = lending.lend(), lending.lend()
    lending.give_to(old)
    assert (await old.recv()).pts == 0
    waiting = asyncio.create_task(old.recv())
    lending.give_to(new)
    old.stop()
    with pytest.raises(MediaStreamError):
        await waiting
    assert (await new.recv()).pts == 1
    assert lending.source.readyState == "live"


def test_each_step_is_told_as_the_time_since_the_one_before() -> None:
    moments = iter([0.0, 0.1, 0.3, 0.35, 0.5, 0.6])
    joining = Joining(lambda: next(moments))
    for step in (Step.OFFER, Step.ANSWER, Step.DTLS, Step.PICTURE, Step.SOUND):
        assert not joining.is_complete
        assert joining.reached(step)
    assert joining.is_complete
    assert not joining.reached(Step.SOUND)
    assert joining.ms() == {Step.OFFER: 100, Step.ANSWER: 200, Step.DTLS: 50, Step.SOUND: 250, Step.PICTURE: 150}
