"""A call between the media room and a plain aiortc peer: what each sends is recognised by content on the other side."""

from itertools import pairwise

import pytest

from contract.words import Purpose
from kiosk.media import call_devices
from kiosk.media.facts import DevicesFound, Measured, OfferMade
from kiosk.media.pace import Pace
from kiosk.media.synthetic_picture import DISC_RGB, disc_centre
from kiosk.media.synthetic_tone import TONE_HZ as LAPTOP_TONE_HZ
from tests.integration.media import visitor as far
from tests.integration.media.laptop import painted, started
from tests.integration.media.listening import clearest_share_at, level_of
from tests.integration.media.looking import centre_of, pixels_of
from tests.integration.media.visitor import GreenSquare, Tone

pytestmark = pytest.mark.slow


async def test_each_side_sees_the_others_moving_picture() -> None:
    async with started() as laptop:
        found = await laptop.next(DevicesFound)
        assert not found.camera
        visitor = laptop.invite(GreenSquare(), Tone())
        laptop.connect("session-1")
        laptop.room.answer("session-1", await visitor.answer((await laptop.next(OfferMade)).sdp))

        seen = [centre_of(pixels_of(await painted(laptop.family)), far.SQUARE_RGB) for _ in range(20)]
        places = [place for place in seen if place is not None]
        await visitor.saw_enough.wait()
        first, last = visitor.pictures[0].to_ndarray(format="bgr24"), visitor.pictures[-1].to_ndarray(format="bgr24")

    assert len(places) >= 18
    assert all(abs(y - 0.5) < 0.02 for _x, y, _size in places)
    assert sum(after[0] > before[0] for before, after in pairwise(places)) >= 16
    assert all(shape[1] * 9 == shape[0] * 16 for shape in (first.shape, last.shape))
    for pixels in (first, last):
        disc = centre_of(pixels, DISC_RGB)
        assert disc is not None
        assert any(
            abs(disc[0] - x / 1280) < 0.02 and abs(disc[1] - y / 720) < 0.02 for x, y in map(disc_centre, range(300))
        )


async def test_each_side_hears_the_others_tone() -> None:
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare(), Tone(level=0.2))
        laptop.connect("session-1")
        laptop.room.answer("session-1", await visitor.answer((await laptop.next(OfferMade)).sdp))
        await visitor.heard_enough.wait()
        heard = visitor.sound()
        measured = await laptop.measured(lambda m: m.received_audio_ms >= 1500)

    assert clearest_share_at(heard, LAPTOP_TONE_HZ) > 0.95
    assert 0.09 < level_of(heard) < 0.12  # 20 dB below full scale
    assert 0.12 < measured.received_audio_rms < 0.16  # 0.2 at its peak
    assert 0.08 < measured.sent_audio_rms < 0.12


async def test_what_is_measured_is_what_was_sent_and_received() -> None:
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare(640, 360), Tone())
        laptop.connect("session-1")
        laptop.room.answer("session-1", await visitor.answer((await laptop.next(OfferMade)).sdp))
        measured = await laptop.measured(lambda m: m.rtt_ms is not None and m.sent_video_height == 720)

    assert (measured.received_video_width, measured.received_video_height) == (640, 360)
    assert (measured.sent_video_width, measured.sent_video_height) == (1280, 720)
    assert measured.loss_percent < 5
    assert measured.session == "session-1"


class Beginning(Pace):
    """The first ten beats again and again: the disc stays near its first place, however late somebody looks."""

    def next(self) -> int:
        return super().next() % 10


async def test_the_self_view_is_the_sent_picture_in_a_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_devices, "Pace", Beginning)
    async with started() as laptop:
        laptop.connect("session-1")
        await laptop.next(OfferMade)
        picture = await painted(laptop.own)
        disc = centre_of(pixels_of(picture), DISC_RGB)

    assert (picture.width, picture.height) == (320, 180)
    assert disc is not None
    x, _y = disc_centre(0)
    assert abs(disc[0] - (1 - x / 1280)) < 0.05


async def test_a_preview_sends_nothing_and_opens_nothing() -> None:
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare())
        laptop.connect("session-1", Purpose.PREVIEW, synthetic=False)
        offer = (await laptop.next(OfferMade)).sdp
        laptop.room.answer("session-1", await visitor.answer(offer))
        picture = await painted(laptop.family)
        measured = await laptop.measured(lambda m: m.received_video_frames > 15)
        kinds = visitor.kinds
        own = laptop.own.take()

    assert offer.count("m=") == 1
    assert "a=recvonly" in offer
    assert "ssrc" not in offer or "a=sendrecv" not in offer
    assert centre_of(pixels_of(picture), far.SQUARE_RGB)
    assert own is None
    assert kinds == []
    assert (measured.sent_video_frames, measured.sent_audio_ms, measured.received_audio_ms) == (0, 0, 0)


async def test_a_new_session_replaces_the_one_before() -> None:
    async with started() as laptop:
        first, second = laptop.invite(GreenSquare(), Tone()), laptop.invite(GreenSquare(), Tone())
        laptop.connect("session-1")
        laptop.room.answer("session-1", await first.answer((await laptop.next(OfferMade)).sdp))
        await laptop.measured(lambda m: m.received_video_frames > 5)
        laptop.connect("session-2")
        offer = await laptop.next(OfferMade)
        laptop.room.answer("session-2", await second.answer(offer.sdp))
        measured = await laptop.measured(lambda m: m.received_video_frames > 5)
        later = [fact for fact in laptop.facts_so_far() if isinstance(fact, Measured)]

    assert offer.session == measured.session == "session-2"
    assert all(fact.session == "session-2" for fact in later)
