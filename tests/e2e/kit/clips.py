"""What the family's fake camera and microphone see and hear: made here, so that it can be known again."""

import wave
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

WIDTH: Final = 640
HEIGHT: Final = 360
FPS: Final = 10  # a browser that draws by software has two cores to share with a laptop
SECONDS_EACH: Final = 1.0
COLOURS: Final = {  # name: (red, green, blue), and the Y, Cb, Cr that Chromium's camera is fed
    "red": ((220, 40, 40), (96, 99, 211)),
    "green": ((40, 200, 60), (129, 91, 69)),
    "blue": ((40, 60, 220), (73, 202, 108)),
    "yellow": ((225, 215, 40), (197, 38, 143)),
}
RATE: Final = 48_000


def write_picture(path: Path, width: int = WIDTH, height: int = HEIGHT, fps: int = FPS) -> Path:
    """A .y4m clip that turns red, green, blue and yellow, a second each, with a white square that walks across."""
    frames_each = int(fps * SECONDS_EACH)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C420jpeg\n".encode())
        for index, (_rgb, (luma, blue, red)) in enumerate(COLOURS.values()):
            for number in range(frames_each):
                y = np.full((height, width), luma, np.uint8)
                left = (index * frames_each + number) * (width - 40) // (len(COLOURS) * frames_each)
                y[-60:-20, left : left + 40] = 235
                quarter = (height // 2, width // 2)
                file.write(b"FRAME\n")
                for plane in (y, np.full(quarter, blue, np.uint8), np.full(quarter, red, np.uint8)):
                    file.write(plane.tobytes())
    return path


def write_tone(path: Path, hertz: float, seconds: float = 6.0) -> Path:
    """A .wav of a tone in syllables of 0.3 s with silence between, so that no browser's filter learns it as noise."""
    at = np.arange(int(seconds * RATE)) / RATE
    envelope = np.sqrt(np.clip(np.sin(np.pi * (at % 1.2) / 0.3), 0, 1)) * (at % 1.2 < 0.3)
    samples = (0.4 * 32767 * envelope * np.sin(2 * np.pi * hertz * at)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


def nearest_colour(rgb: npt.NDArray[np.floating]) -> str | None:
    """Which of the clip's colours this is, or None when it is none of them."""
    distances = {name: float(np.abs(rgb - np.array(colour)).max()) for name, (colour, _yuv) in COLOURS.items()}
    name = min(distances, key=lambda known: distances[known])
    return name if distances[name] < 50 else None


def share_at(samples: npt.NDArray[np.int16], hertz: float) -> float:
    """How much of the sound's energy lies within 40 Hz of `hertz`, 0 to 1."""
    spectrum = np.abs(np.fft.rfft(samples.astype(np.float64) * np.hanning(samples.size))) ** 2
    frequencies = np.fft.rfftfreq(samples.size, 1 / RATE)
    near = np.abs(frequencies - hertz) <= 40
    audible = frequencies > 60
    return float(spectrum[near].sum() / max(1.0, spectrum[audible].sum()))
