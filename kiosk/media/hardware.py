"""Chooses who decodes: a chip only where a self-test here and now shows that it works and is cheaper, else software.

For sending there is no choice: PyAV cannot steer an encoder that is open, and its wheel has no VP8 encoder on a chip
but V4L2's. Nothing of a call is used: the test's pictures are drawn, and nothing is kept.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from threading import Thread
from typing import Final

import numpy as np
from aiortc.codecs.base import Decoder
from aiortc.codecs.vpx import vp8_depayload
from aiortc.jitterbuffer import JitterFrame
from av import FFmpegError, VideoFrame

from kiosk.media.cameras import is_codec
from kiosk.media.vp8_decoder import SOFTWARE, Vp8Decoder
from kiosk.media.vp8_encoder import steady_encoder

log = logging.getLogger(__name__)

NODES: Final[Mapping[str, str]] = {"vp8_qsv": "dri/renderD*", "vp8_v4l2m2m": "video*"}  # cameras are video* too
PICTURES: Final = 15
CHEAPER: Final = 0.8  # of software's processor time, or it is not worth its driver
ALIKE: Final = 2.0  # mean difference of brightness; VP8 names every bit (RFC 6386, 1), so a right one has none
LONGEST_S: Final = 1.0  # for all pictures of one decoder
LIMIT_S: Final = 4.0  # for everything: a driver may hang, and no device is looked for before


@dataclass(frozen=True, slots=True)
class Trial:
    """What a decoder did with the test's pictures."""

    cpu_s: float
    pictures: tuple[VideoFrame, ...]


def choose_decoder(
    dev: Path = Path("/dev"), make: Callable[[str], Decoder] = Vp8Decoder, width: int = 1280, height: int = 720
) -> str:
    """The name of the decoder to use. Takes no time where there is no chip that this process may open."""
    found = [name for name, nodes in NODES.items() if any(map(_may_decode, dev.glob(nodes)))]
    if not found:
        return SOFTWARE
    frames = list(_test_frames(width, height))
    measure = _trial(make, SOFTWARE, frames)
    if measure is None:
        return SOFTWARE
    trials = {name: _trial(make, name, frames) for name in found}
    good = {name: trial for name, trial in trials.items() if trial is not None and _is_better(trial, measure)}
    return min(good, key=lambda name: good[name].cpu_s, default=SOFTWARE)


async def decoder_in_time(choose: Callable[[], str] = choose_decoder, limit_s: float = LIMIT_S) -> str:
    """What `choose_decoder` says, or software after `limit_s`. What hangs is left behind; it keeps no process alive."""
    chosen: Future[str] = Future()
    Thread(target=_settle, args=(chosen, choose), name="media-decoder", daemon=True).start()
    try:
        async with asyncio.timeout(limit_s):
            return await asyncio.wrap_future(chosen)
    except TimeoutError:
        log.warning("a decoder hangs in its self-test: pictures are decoded in software")
        return SOFTWARE


def _settle(chosen: "Future[str]", choose: Callable[[], str]) -> None:
    chosen.set_running_or_notify_cancel()  # from now on nobody can cancel it before it is set
    try:
        chosen.set_result(choose())
    except Exception as error:  # it is raised where it is waited for
        chosen.set_exception(error)


def _may_decode(node: Path) -> bool:
    return is_codec(str(node)) if node.match("video*") else os.access(node, os.R_OK | os.W_OK)


def _is_better(trial: Trial, software: Trial) -> bool:
    if trial.cpu_s > CHEAPER * software.cpu_s or len(trial.pictures) < len(software.pictures):
        return False
    return all(_difference(a, b) <= ALIKE for a, b in zip(trial.pictures, software.pictures, strict=False))


def _trial(make: Callable[[str], Decoder], name: str, frames: list[JitterFrame]) -> Trial | None:
    """None for whatever does not work, or takes too long."""
    began, cpu = time.monotonic(), time.process_time()
    shown: list[VideoFrame] = []
    try:
        decoder = make(name)
        for frame in frames:
            shown += [picture for picture in decoder.decode(frame) if isinstance(picture, VideoFrame)]
            if time.monotonic() - began > LONGEST_S:
                return None
    except (FFmpegError, ValueError, OSError):
        return None
    return Trial(time.process_time() - cpu, tuple(shown))


def _difference(one: VideoFrame, other: VideoFrame) -> float:
    if (one.width, one.height) != (other.width, other.height):
        return 255.0
    pair = [frame.to_ndarray(format="gray").astype(np.int16) for frame in (one, other)]
    return float(np.abs(pair[0] - pair[1]).mean())


def _test_frames(width: int, height: int) -> Iterator[JitterFrame]:
    """Drawn pictures that move, encoded."""
    encoder = steady_encoder()
    across = np.add.outer(np.arange(height * 3 // 2), np.arange(width)) // 3
    for number in range(PICTURES):
        frame = VideoFrame.from_ndarray(((across + 4 * number) % 200 + 28).astype(np.uint8), format="yuv420p")
        frame.pts, frame.time_base = number * 3000, Fraction(1, 90_000)
        payloads, timestamp = encoder.encode(frame)
        yield JitterFrame(b"".join(vp8_depayload(payload) for payload in payloads), timestamp)
