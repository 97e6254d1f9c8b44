"""The number in a picture: read again at any scale, after hard compression, and never wrongly."""

from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

from bench.media import timecode
from bench.media.timecode import HEIGHT, LEFT, MOST, TOP, WIDTH, Luma

PICTURES = 15


def picture(number: int) -> Luma:
    rough = np.random.default_rng(number % 4).integers(60, 190, (90, 160), np.uint8)
    luma = np.asarray(cv2.resize(rough, (1280, 720)), np.uint8)
    timecode.write(luma, number)
    return luma


def block(luma: Luma, scale: float = 1.0) -> Luma:
    edges = [round(side * scale) for side in (TOP, TOP + HEIGHT, LEFT, LEFT + WIDTH)]
    return luma[edges[0] : edges[1], edges[2] : edges[3]]


def test_every_number_is_read_as_it_was_written() -> None:
    luma = np.zeros((720, 1280), np.uint8)
    for number in range(MOST):
        timecode.write(luma, number)
        assert timecode.read(block(luma)) == number


@pytest.mark.parametrize("number", [-1, MOST])
def test_a_number_that_does_not_fit_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="is not within"):
        timecode.write(np.zeros((720, 1280), np.uint8), number)


@pytest.mark.parametrize("width", [320, 480, 640, 960, 1102])
def test_it_is_read_at_every_size_of_the_ladder_and_of_the_screen(width: int) -> None:
    small = cv2.resize(picture(77), (width, width * 9 // 16), interpolation=cv2.INTER_AREA)
    assert timecode.read(block(np.asarray(small, np.uint8), width / 1280)) == 77


def test_a_grey_picture_has_no_number() -> None:
    assert timecode.read(np.full((HEIGHT, WIDTH), 128, np.uint8)) is None


def test_any_one_or_two_wrong_bits_are_noticed() -> None:
    bits = [bool(0b0001001101 << 6 >> shift & 1) for shift in range(15, -1, -1)]
    right = next(known for word in range(64) if timecode.number_of(known := [*bits[:10], *_six(word)]) is not None)
    for first in range(16):
        for second in range(first, 16):
            wrong = [bit != (index in (first, second)) for index, bit in enumerate(right)]
            assert timecode.number_of(wrong) is None


def _six(word: int) -> list[bool]:
    return [bool(word >> shift & 1) for shift in range(5, -1, -1)]


@pytest.mark.slow
@pytest.mark.parametrize(("width", "bitrate"), [(640, 150_000), (320, 80_000)])
def test_it_outlives_vp8_at_the_lowest_rates(width: int, bitrate: int) -> None:
    """Each picture is read rightly or not at all, and nearly all are."""
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, width * 9 // 16, "yuv420p"
    encoder.framerate, encoder.time_base = Fraction(30), Fraction(1, 30)
    encoder.bit_rate, encoder.qmin, encoder.qmax = bitrate, 2, 56
    encoder.options = {"deadline": "realtime", "cpu-used": "-6", "lag-in-frames": "0"}
    decoder = av.CodecContext.create("vp8", "r")
    scale, wrong, right = width / 1280, 0, 0
    for number in range(PICTURES):
        small = cv2.resize(picture(number), (width, width * 9 // 16), interpolation=cv2.INTER_AREA)
        frame = av.VideoFrame.from_ndarray(np.asarray(small, np.uint8), format="gray").reformat(format="yuv420p")
        frame.pts = number
        for packet in encoder.encode(frame):
            for shown in decoder.decode(packet):
                read = timecode.read(block(np.asarray(shown.reformat(format="gray").to_ndarray(), np.uint8), scale))
                right += read == number
                wrong += read not in (None, number)
    assert wrong == 0
    assert right >= PICTURES - 2
