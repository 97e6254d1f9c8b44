"""Who decodes is chosen by what it does with pictures that are known. Here is no chip: fakes stand in."""

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiortc.codecs.base import Decoder
from aiortc.jitterbuffer import JitterFrame
from av import FFmpegError

from kiosk.media import cameras
from kiosk.media.hardware import LONGEST_S, PICTURES, choose_decoder, decoder_in_time
from kiosk.media.vp8_decoder import SOFTWARE, Vp8Decoder


class Chip(Decoder):
    """Decodes rightly, wrongly, slowly or not at all."""

    def __init__(self, *, does: str) -> None:
        self._does, self._inner = does, Vp8Decoder()

    def decode(self, encoded_frame: JitterFrame) -> list[Any]:
        if self._does == "breaks":
            raise FFmpegError(1, "no such chip")
        frames = self._inner.decode(encoded_frame)
        if self._does == "shows something else":
            return [frame.reformat(width=640, height=360) for frame in frames]
        return [] if self._does == "shows nothing" else frames


@pytest.fixture
def dev(tmp_path: Path) -> Path:
    (tmp_path / "dri").mkdir()
    (tmp_path / "dri" / "renderD128").touch()
    return tmp_path


def chosen(dev: Path, does: str) -> str:
    return choose_decoder(dev, lambda name: Vp8Decoder() if name == SOFTWARE else Chip(does=does), 320, 180)


def with_costs(monkeypatch: pytest.MonkeyPatch, software: float, chip: float) -> None:
    clock = iter([0.0, software, 0.0, chip])
    monkeypatch.setattr(time, "process_time", lambda: next(clock))


def test_without_a_chip_nothing_is_tried(tmp_path: Path) -> None:
    def never(name: str) -> Decoder:
        raise AssertionError(name)

    assert choose_decoder(tmp_path, never) == SOFTWARE


def test_a_chip_that_works_and_is_cheaper_is_used(dev: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_costs(monkeypatch, software=1.0, chip=0.3)
    assert chosen(dev, "works") == "vp8_qsv"


def test_a_chip_that_is_hardly_cheaper_is_not(dev: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_costs(monkeypatch, software=1.0, chip=0.9)
    assert chosen(dev, "works") == SOFTWARE


@pytest.mark.parametrize("does", ["breaks", "shows nothing", "shows something else"])
def test_a_chip_that_does_not_work_is_not(dev: Path, does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_costs(monkeypatch, software=1.0, chip=0.1)
    assert chosen(dev, does) == SOFTWARE


def test_a_decoder_that_ffmpeg_does_not_know_is_none(dev: Path) -> None:
    known = {SOFTWARE: SOFTWARE}
    assert choose_decoder(dev, lambda name: Vp8Decoder(known.get(name, "vp8_nobody")), 320, 180) == SOFTWARE


def test_a_slow_chip_is_given_up_at_the_first_picture_that_is_too_late(
    dev: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chip = Chip(does="works")
    asked: list[JitterFrame] = []
    now = [0.0]

    def slowly(encoded_frame: JitterFrame) -> list[Any]:
        asked.append(encoded_frame)
        now[0] += LONGEST_S / 3
        return []

    monkeypatch.setattr(chip, "decode", slowly)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    assert choose_decoder(dev, lambda name: Vp8Decoder() if name == SOFTWARE else chip, 320, 180) == SOFTWARE
    assert len(asked) == 4 < PICTURES


@pytest.mark.parametrize(("can", "tried"), [(0x0420_0001, False), (0x0420_4000, True), (0x0420_8000, True)])
def test_a_camera_is_no_decoder(tmp_path: Path, can: int, tried: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "video0").touch()
    monkeypatch.setattr(cameras, "_asked", lambda _node: can)
    made: list[str] = []

    def make(name: str) -> Decoder:
        made.append(name)
        return Vp8Decoder() if name == SOFTWARE else Chip(does="breaks")

    assert choose_decoder(tmp_path, make, 320, 180) == SOFTWARE
    assert ("vp8_v4l2m2m" in made) is tried


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    """Set when the test is over, and then the thread that waits for it is gone too."""
    over = threading.Event()
    yield over
    over.set()
    for thread in threading.enumerate():
        if thread.name == "media-decoder":
            thread.join(5)


async def test_a_driver_that_hangs_holds_up_nothing(hanging: threading.Event, caplog: pytest.LogCaptureFixture) -> None:
    def choose() -> str:
        hanging.wait()
        return "vp8_qsv"

    assert await decoder_in_time(choose, limit_s=0.05) == SOFTWARE
    assert "in software" in caplog.text
    caplog.clear()


async def test_what_is_chosen_in_time_is_used(hanging: threading.Event) -> None:
    assert await decoder_in_time(lambda: "vp8_qsv") == "vp8_qsv"


async def test_a_choice_that_fails_says_so(hanging: threading.Event) -> None:
    def choose() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await decoder_in_time(choose)


@pytest.mark.parametrize("rounds", range(6))
async def test_whoever_stops_waiting_is_let_go_at_whatever_moment_the_choice_falls(rounds: int) -> None:
    """asyncio.wait_for loses such a wish in Python 3.11, and the room could not be closed any more."""
    waiting = asyncio.create_task(decoder_in_time(lambda: "vp8_qsv"))
    await asyncio.sleep(0)
    for thread in threading.enumerate():
        if thread.name == "media-decoder":
            thread.join()
    for _ in range(rounds):
        await asyncio.sleep(0)
    if waiting.cancel():
        with pytest.raises(asyncio.CancelledError):
            await waiting
    else:
        assert waiting.result() == "vp8_qsv"
