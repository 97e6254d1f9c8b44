"""Who decodes is chosen by what it does with pictures that are known. Here is no chip: fakes stand in."""

import time
from pathlib import Path
from typing import Any

import pytest
from aiortc.codecs.base import Decoder
from aiortc.jitterbuffer import JitterFrame
from av import FFmpegError

from kiosk.media.hardware import choose_decoder
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
