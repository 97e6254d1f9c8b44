"""What the bare codec costs: libvpx's VP8 encodes and decodes the clip, as a call has it, and nothing else is done."""

import time
from fractions import Fraction
from typing import Final

import av
import numpy as np

from bench.media.clip import FPS, FRAME_BYTES, FRAMES, HEIGHT, WIDTH, Clip, frame_at

BITRATE: Final = 1_800_000
OPTIONS: Final = {  # FFmpeg's names for libvpx, with the settings of aiortc 1.16 (codecs/vpx.py), on one thread
    "deadline": "realtime",
    "cpu-used": "-6",
    "lag-in-frames": "0",
    "noise-sensitivity": "4",
    "overshoot-pct": "15",
    "partitions": "0",
    "static-thresh": "1",
    "undershoot-pct": "100",
    "bufsize": str(BITRATE),
    "minrate": str(BITRATE),
    "maxrate": str(BITRATE),
}


def bare_codec_percent(clip: Clip) -> float:
    """Processor time of encoding and decoding 720p30 at 1.8 Mbit/s, as a share of one core."""
    frames = [_frame(clip, number) for number in range(FRAMES)]
    encoder = _encoder()
    decoder = av.CodecContext.create("vp8", "r")
    began = time.process_time()
    for number, frame in enumerate(frames):
        frame.pts = number
        for packet in encoder.encode(frame):
            decoder.decode(packet)
    return 100 * (time.process_time() - began) / (FRAMES / FPS)


def _encoder() -> av.VideoCodecContext:
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.framerate, encoder.time_base = Fraction(FPS), Fraction(1, FPS)
    encoder.bit_rate, encoder.gop_size, encoder.qmin, encoder.qmax = BITRATE, 3000, 2, 56
    encoder.options, encoder.thread_count = OPTIONS, 1
    return encoder


def _frame(clip: Clip, number: int) -> av.VideoFrame:
    with clip.picture.open("rb") as file:
        file.seek(frame_at(number))
        pixels = np.frombuffer(file.read(FRAME_BYTES), np.uint8).reshape(HEIGHT * 3 // 2, WIDTH)
    return av.VideoFrame.from_ndarray(pixels, format="yuv420p")
