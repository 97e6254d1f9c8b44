"""The encoder that is steered as it runs, on the libvpx that is here."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from aiortc.codecs.vpx import Vp8Decoder, Vp8Encoder, vp8_depayload
from aiortc.jitterbuffer import JitterFrame
from av import VideoFrame

from kiosk.errors import Unavailable
from kiosk.media import vp8_encoder
from kiosk.media.decoders import vp8_size
from kiosk.media.ladder import LEAST_BPS, MOST_BPS
from kiosk.media.vp8_encoder import SteadyVp8Encoder, steady_encoder
from kiosk.media.vpx_library import VpxLibrary, load_libvpx
from kiosk.media.vpx_session import VpxSession, VpxSettings

SEED = 20260101


def picture(number: int, width: int = 320, height: int = 180) -> VideoFrame:
    """A grainy picture in which everything moves, so that bits are needed."""
    blocks = np.random.default_rng(SEED).integers(40, 215, (height // 4 + 1, width // 4 + 64), np.uint8)
    at = 2 * (number % 60)
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    planes[:height] = np.kron(blocks, np.ones((4, 4), np.uint8))[:height, at : at + width]
    planes[:height] += np.random.default_rng(number).integers(0, 20, (height, width), np.uint8)
    frame = VideoFrame.from_ndarray(planes, format="yuv420p")
    frame.pts, frame.time_base = number * 3000, Fraction(1, 90_000)
    return frame


def encoded(encoder: Vp8Encoder | SteadyVp8Encoder, number: int, *size: int, key: bool = False) -> bytes:
    payloads, _ = encoder.encode(picture(number, *size), key)
    return b"".join(vp8_depayload(payload) for payload in payloads)


def is_key(data: bytes) -> bool:
    return vp8_size(data) != (0, 0)


def kbps(frames: list[bytes]) -> float:
    return 8 * sum(map(len, frames)) * 30 / len(frames) / 1000


def test_the_library_beside_pyav_is_the_one_that_is_known() -> None:
    assert load_libvpx().release.startswith("v1.16.")


@pytest.mark.slow
def test_the_rate_falls_and_rises_without_any_key_frame() -> None:
    encoder = SteadyVp8Encoder(load_libvpx())
    rates = []
    keys = 0
    for part, target in enumerate((800_000, 300_000, 1_200_000)):
        encoder.target_bitrate = target
        frames = [encoded(encoder, 60 * part + number) for number in range(60)]
        rates.append(kbps(frames[20:]))
        keys += sum(map(is_key, frames))
    assert keys == 1
    assert rates[1] < 0.6 * rates[0] < 0.6 * rates[2]
    assert 200 < rates[1] < 400


def test_aiortcs_own_encoder_sends_a_key_frame_at_every_change() -> None:
    """Why there is another: remove ours once this fails and aiortc's takes a new rate as it runs."""
    encoder = Vp8Encoder()
    keys = []
    for target in (800_000, 300_000, 1_200_000):
        encoder.target_bitrate = target
        keys += [is_key(encoded(encoder, number)) for number in range(10)]
    assert sum(keys) == 3


def test_a_new_size_costs_one_key_frame_of_that_size() -> None:
    encoder = SteadyVp8Encoder(load_libvpx())
    sizes = [(640, 360)] * 5 + [(320, 180)] * 5 + [(1280, 720)] * 5
    seen = [vp8_size(encoded(encoder, number, *size)) for number, size in enumerate(sizes)]
    assert [size for size in seen if size != (0, 0)] == [(640, 360), (320, 180), (1280, 720)]


def test_a_picture_larger_than_expected_opens_it_anew_once() -> None:
    encoder = SteadyVp8Encoder(load_libvpx())
    seen = [vp8_size(encoded(encoder, number, 1920, 1080)) for number in range(3)]
    assert seen == [(1920, 1080), (0, 0), (0, 0)]


def test_a_key_frame_comes_with_the_very_picture_it_is_asked_for() -> None:
    encoder = SteadyVp8Encoder(load_libvpx())
    seen = [is_key(encoded(encoder, number, key=number == 7)) for number in range(12)]
    assert [number for number, key in enumerate(seen) if key] == [0, 7]


def test_what_it_makes_is_decoded_and_looks_like_the_picture() -> None:
    encoder, decoder = SteadyVp8Encoder(load_libvpx()), Vp8Decoder()
    encoder.target_bitrate = MOST_BPS
    for number in range(30):
        frames = decoder.decode(JitterFrame(encoded(encoder, number), number * 3000))
    assert isinstance(frames[0], VideoFrame)
    shown = frames[0].to_ndarray()[:180].astype(int)
    assert np.abs(shown - picture(29).to_ndarray()[:180].astype(int)).mean() < 12


def test_a_clock_that_stands_still_or_runs_back_ends_nothing() -> None:
    encoder = SteadyVp8Encoder(load_libvpx())
    for number in (5, 5, 3, 0, 900_000, 1):
        assert encoded(encoder, number)


@pytest.mark.parametrize(("asked", "given"), [(0, LEAST_BPS), (1_000_000, 1_000_000), (10**12, MOST_BPS)])
def test_it_aims_within_the_bounds_of_the_ladder(asked: int, given: int) -> None:
    encoder = SteadyVp8Encoder(load_libvpx())
    encoder.target_bitrate = asked
    assert encoder.target_bitrate == given


def test_a_library_of_another_abi_is_refused_in_words() -> None:
    with pytest.raises(Unavailable, match="libvpx"):
        VpxSession(load_libvpx(), 320, 180, 100, VpxSettings(), abi=38)


def test_a_file_that_is_no_libvpx_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "libvpx.so.12"
    other.write_bytes(b"nothing")
    with pytest.raises(Unavailable, match="libvpx cannot be used"):
        VpxLibrary(other)


def test_without_the_known_library_aiortcs_encoder_is_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(vp8_encoder, "load_libvpx", _none)
    assert isinstance(steady_encoder(), Vp8Encoder)
    assert "aiortc's own encoder" in caplog.text


def _none() -> VpxLibrary:
    raise Unavailable("There is no libvpx beside PyAV.")


def test_closing_is_safe_twice() -> None:
    session = VpxSession(load_libvpx(), 320, 180, 100, VpxSettings())
    session.close()
    session.close()
