"""What the bare codec costs: VP8 encodes and decodes the clip as the product has it, and nothing else is done."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import av
import numpy as np
from av import Packet
from av.video.codeccontext import VideoCodecContext

from bench.media.clip import FPS, FRAME_BYTES, FRAMES, HEIGHT, WIDTH, Clip, frame_at
from kiosk.media.ladder import MOST_BPS
from kiosk.media.vp8_decoder import SOFTWARE
from kiosk.media.vpx_library import load_libvpx
from kiosk.media.vpx_session import CLOCK, VpxSession, VpxSettings

LIBVPX: Final = "libvpx"  # the library that encodes, decoding too; the product's is `SOFTWARE`


@dataclass(frozen=True)
class BareCodec:
    """Processor time of 720p30 at the ladder's most, one way each, as a share of one core in percent."""

    encoding: float
    decoding: float  # by the product's decoder
    decoding_libvpx: float


def bare_codec(clip: Clip) -> BareCodec:
    """Encode with the product's encoder and settings, then decode what came of it with both decoders."""
    frames = [_frame(clip, number) for number in range(FRAMES)]
    session = VpxSession(load_libvpx(), WIDTH, HEIGHT, MOST_BPS // 1000, VpxSettings())
    encoded: list[bytes] = []

    def encode() -> None:
        for number, frame in enumerate(frames):
            found = session.encode(frame, number * CLOCK // FPS, CLOCK // FPS, key=number == 0)
            encoded.extend([] if found is None else [found])

    try:
        encoding = _percent(encode)
    finally:
        session.close()
    return BareCodec(encoding, *(_percent(lambda name=name: _decode(name, encoded)) for name in (SOFTWARE, LIBVPX)))  # type: ignore[misc]  # mypy cannot infer a lambda with a default


def _percent(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return 100 * (time.process_time() - began) / (FRAMES / FPS)


def _decode(name: str, encoded: Sequence[bytes]) -> None:
    decoder = cast(VideoCodecContext, av.CodecContext.create(name, "r"))
    decoder.thread_count = 1
    for data in encoded:
        decoder.decode(Packet(data))


def _frame(clip: Clip, number: int) -> av.VideoFrame:
    with clip.picture.open("rb") as file:
        file.seek(frame_at(number))
        pixels = np.frombuffer(file.read(FRAME_BYTES), np.uint8).reshape(HEIGHT * 3 // 2, WIDTH)
    return av.VideoFrame.from_ndarray(pixels, format="yuv420p")
