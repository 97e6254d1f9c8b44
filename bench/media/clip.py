"""The source clip: a seeded moving picture with a time code, and seeded syllables of sound."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from bench.media import syllables, timecode

WIDTH: Final = 1280
HEIGHT: Final = 720
FPS: Final = 30
FRAMES: Final = 150  # five seconds, and then again without a seam
FRAME_BYTES: Final = WIDTH * HEIGHT * 3 // 2
_HEADER: Final = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FPS}:1 Ip A1:1 C420jpeg\n".encode()
_FRAME: Final = b"FRAME\n"
_GRAIN: Final = 1.0  # levels of sensor noise
_GRAINS: Final = 7  # pictures of it, so that none comes twice in a row
Plane = npt.NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]  # Y, Cb, Cr
Wide = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Clip:
    """Both files of one clip, as Chromium's fake devices and the laptop's stand-ins read them."""

    picture: Path
    sound: Path
    symbols: tuple[int, ...]

    def luma(self, number: int) -> Plane:
        """The brightness of frame `number`."""
        with self.picture.open("rb") as file:
            file.seek(frame_at(number))
            return np.frombuffer(file.read(WIDTH * HEIGHT), np.uint8).reshape(HEIGHT, WIDTH)


def frame_at(number: int) -> int:
    """Where in the file the pixels of frame `number` begin."""
    return len(_HEADER) + (number % FRAMES) * (len(_FRAME) + FRAME_BYTES) + len(_FRAME)


def make(which: str, folder: Path) -> Clip:
    """Write the clip: `which` is a seed for a drawn one, or a 1280x720 .y4m (C420) whose pictures are used instead."""
    folder.mkdir(parents=True, exist_ok=True)
    seed = int(which) if which.isdecimal() else 1
    source = _drawn(seed) if which.isdecimal() else _filmed(Path(which))
    picture = folder / "clip.y4m"
    with picture.open("wb") as file:
        file.write(_HEADER)
        for number, (luma, blue, red) in enumerate(source):
            timecode.write(luma, number)
            file.write(_FRAME)
            for plane in (luma, blue, red):
                file.write(plane.tobytes())
    symbols = syllables.sequence(seed)
    return Clip(picture, syllables.write(folder / "clip.wav", symbols), symbols)


def _filmed(path: Path) -> Iterator[Planes]:
    with path.open("rb") as file:
        words = file.readline().split()
        if words[:3] != [b"YUV4MPEG2", b"W%d" % WIDTH, b"H%d" % HEIGHT]:
            raise ValueError(f"{path} is not a .y4m of {WIDTH}x{HEIGHT}")
        for _ in range(FRAMES):
            if not file.readline().startswith(b"FRAME"):
                raise ValueError(f"{path} has less than {FRAMES} frames")
            yield planes(file.read(FRAME_BYTES))


def planes(data: bytes) -> Planes:
    """Y, Cb and Cr of one frame, as copies that can be drawn on."""
    flat = np.frombuffer(data, np.uint8).copy()
    luma, quarter, half = WIDTH * HEIGHT, WIDTH * HEIGHT // 4, (HEIGHT // 2, WIDTH // 2)
    return (
        flat[:luma].reshape(HEIGHT, WIDTH),
        flat[luma : luma + quarter].reshape(half),
        flat[luma + quarter :].reshape(half),
    )


def _drawn(seed: int) -> Iterator[Planes]:
    """A room with somebody in it who sways, nods and talks; after FRAMES frames they are where they were."""
    chance = np.random.default_rng(seed)
    room = _furnished(chance, _texture(chance, 50, 140, (96, 24, 6, 2)), 400)
    face = _striped(_texture(chance, 120, 210, (48, 12, 3)))
    blue, red = (_texture(chance, 116, 140, (90, 24))[::2, ::2] for _ in range(2))
    grains = [chance.normal(0, _GRAIN, (HEIGHT, WIDTH)).astype(np.float32) for _ in range(_GRAINS)]
    for number in range(FRAMES):
        turn = 2 * np.pi * number / FRAMES
        shift = np.array([[1, 0, 90 * np.sin(turn)], [0, 1, 30 * np.sin(3 * turn)]], np.float32)
        centre = (int(640 + shift[0, 2]), int(400 + shift[1, 2]))
        mask = np.zeros((HEIGHT, WIDTH), np.float32)
        cv2.ellipse(mask, centre, (150, 210), 8 * np.sin(2 * turn), 0, 360, 1, -1, cv2.LINE_AA)
        cv2.ellipse(mask, (centre[0], 760), (340, 220), 0, 0, 360, 1, -1, cv2.LINE_AA)
        moved = cv2.warpAffine(face, shift, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
        picture = room * (1 - mask) + moved * mask
        mouth = (60, int(8 + 24 * abs(np.sin(9 * turn))))
        cv2.ellipse(picture, (centre[0], centre[1] + 90), mouth, 0, 0, 360, 50, -1, cv2.LINE_AA)
        for side in (-60, 60):
            cv2.circle(picture, (centre[0] + side, centre[1] - 50), 22, 40, -1, cv2.LINE_AA)
        luma = np.clip(picture + grains[number % _GRAINS], 16, 235).astype(np.uint8)
        small = cv2.resize(mask, (WIDTH // 2, HEIGHT // 2))
        yield luma, (blue - 12 * small).astype(np.uint8), (red + 22 * small).astype(np.uint8)


def _furnished(chance: np.random.Generator, wall: Wide, things: int) -> Wide:
    """Things with hard edges, as on shelves: what is lost first when a picture gets small or coarse."""
    for _ in range(things):
        left, top = int(chance.integers(0, WIDTH)), int(chance.integers(0, HEIGHT))
        width, height = (int(side) for side in chance.integers(2, 40, 2))
        cv2.rectangle(wall, (left, top), (left + width, top + height), float(chance.uniform(30, 200)), -1)
    return wall


def _striped(cloth: Wide) -> Wide:
    """Fine stripes below the chin, and a few hairs above the eyes."""
    cloth[560::6] -= 45
    cloth[561::6] -= 45
    cloth[:330:9] -= 25
    return cloth


def _texture(chance: np.random.Generator, low: float, high: float, sizes: tuple[int, ...]) -> Wide:
    """Soft blotches of several sizes between two levels."""
    total = np.zeros((HEIGHT, WIDTH), np.float32)
    for size in sizes:
        coarse = chance.random((HEIGHT // size + 2, WIDTH // size + 2)).astype(np.float32)
        total += cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) * size**0.6
    total -= total.min()
    scaled: Wide = low + total * ((high - low) / total.max())
    return scaled
