"""A picture is measured by its first bytes, before anything is decoded; what breaks a decoder ends the session."""

import struct
from typing import Any

import pytest
from aiortc.codecs.base import Decoder
from aiortc.jitterbuffer import JitterFrame
from av import InvalidDataError
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.decoders import GuardedDecoder, Refusal, vp8_size


def key_frame(width: int, height: int) -> bytes:
    return b"\x10\x00\x00\x9d\x01\x2a" + struct.pack("<HH", width, height) + bytes(20)


class Fake(Decoder):
    """Decodes, or breaks."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.decoded = error, 0

    def decode(self, encoded_frame: JitterFrame) -> list[Any]:
        self.decoded += 1
        if self.error is not None:
            raise self.error
        return []


@pytest.mark.parametrize(("width", "height", "passes"), [(1280, 720, True), (1080, 1920, True), (7680, 4320, False)])
def test_a_picture_larger_than_a_call_needs_never_gets_to_the_decoder(width: int, height: int, passes: bool) -> None:
    inner = Fake()
    made = GuardedDecoder(inner, is_vp8=True).decode(JitterFrame(key_frame(width, height), 0))
    assert inner.decoded == passes
    assert made == ([] if passes else [Refusal("a picture of 7680x4320")])


def test_the_scaling_bits_are_no_part_of_the_size() -> None:
    assert vp8_size(key_frame(1280 | 0x4000, 720 | 0xC000)) == (1280, 720)


@pytest.mark.parametrize("data", [b"", b"\x10", b"\x11" + key_frame(9000, 9000)[1:], key_frame(9000, 9000)[:9]])
def test_what_is_no_key_frame_names_no_size(data: bytes) -> None:
    assert vp8_size(data) == (0, 0)


@given(st.binary(max_size=40))
def test_any_bytes_are_measured(data: bytes) -> None:
    width, height = vp8_size(data)
    assert 0 <= width < 0x4000
    assert 0 <= height < 0x4000


def test_sound_is_not_measured_as_a_picture() -> None:
    inner = Fake()
    GuardedDecoder(inner, is_vp8=False).decode(JitterFrame(key_frame(9000, 9000), 0))
    assert inner.decoded == 1


def test_one_broken_picture_is_aiortcs_to_ask_for_again() -> None:
    with pytest.raises(InvalidDataError):
        GuardedDecoder(Fake(InvalidDataError(1, "broken")), is_vp8=True).decode(JitterFrame(b"", 0))


def test_a_decoder_that_breaks_ends_the_session_and_not_its_thread() -> None:
    made = GuardedDecoder(Fake(ValueError("what")), is_vp8=True).decode(JitterFrame(b"", 0))
    assert made == [Refusal("what arrives cannot be decoded: ValueError")]
