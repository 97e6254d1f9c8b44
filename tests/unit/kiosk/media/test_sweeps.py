"""The sound a laptop hears itself by: found in a room's noise, and not found where it is not."""

import numpy as np
import numpy.typing as npt
import pytest

from kiosk.media.sound_format import FULL_SCALE, SAMPLE_RATE
from kiosk.media.sweeps import LEVEL, PLAYED_S, Sweeps, listen_for, sweep

Sound = npt.NDArray[np.float64]
SECONDS = 2.4


def played() -> Sound:
    """All that the loudspeaker plays."""
    pcm = Sweeps().take(int(PLAYED_S * SAMPLE_RATE) * 2)
    return np.frombuffer(pcm, np.int16) / FULL_SCALE


def room(gain_db: float, noise_db: float, *, after_s: float = 0.3, echoes: int = 0) -> bytes:
    """What a microphone hears of it in a noisy room with hard walls."""
    random = np.random.default_rng(7)
    heard = random.normal(0, 10 ** (noise_db / 20), int(SECONDS * SAMPLE_RATE))
    for echo in range(echoes + 1):
        sound = played() * 10 ** (gain_db / 20) * 0.6**echo
        at = int((after_s + 0.013 * echo) * SAMPLE_RATE)
        heard[at : at + len(sound)] += sound[: len(heard) - at]
    return bytes((FULL_SCALE * np.clip(heard, -1, 1)).astype(np.int16).tobytes())


@pytest.mark.parametrize("gain_db", [0, -20, -40])
def test_it_is_heard_as_loud_as_it_comes_back(gain_db: float) -> None:
    heard = listen_for(room(gain_db, -80))
    assert heard.is_heard
    assert heard.level_db == pytest.approx(gain_db, abs=1)


def test_it_is_heard_through_noise_as_loud_as_itself() -> None:
    assert listen_for(room(-20, -43)).is_heard


def test_it_is_heard_between_hard_walls() -> None:
    assert listen_for(room(-20, -60, echoes=6)).is_heard


def test_half_of_it_is_enough() -> None:
    whole = room(-10, -60)
    assert listen_for(whole[: len(whole) // 2]).is_heard


@pytest.mark.parametrize("noise_db", [-100, -60, -20, -6])
def test_noise_alone_is_not_taken_for_it(noise_db: float) -> None:
    assert not listen_for(room(-300, noise_db)).is_heard


def test_neither_a_tone_nor_a_voice_like_sound_is_taken_for_it() -> None:
    at = np.arange(int(SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * 1000 * at)
    voice = sum(np.sin(2 * np.pi * 140 * n * at + 3 * np.sin(2 * np.pi * 5 * at)) / n for n in range(1, 25))
    for sound in (tone, voice / np.abs(voice).max()):
        assert not listen_for((0.5 * FULL_SCALE * sound).astype(np.int16).tobytes()).is_heard


@pytest.mark.parametrize("pcm", [b"", b"\0", b"\0\0" * 100, bytes(SAMPLE_RATE * 4)])
def test_silence_and_too_little_sound_are_nothing(pcm: bytes) -> None:
    heard = listen_for(pcm)
    assert heard.is_dead
    assert not heard.is_heard


def test_the_loudspeaker_gets_what_it_asks_for_and_then_silence() -> None:
    sweeps = Sweeps()
    assert len(sweeps.take(961)) == 960
    sweeps.take(int(PLAYED_S * SAMPLE_RATE) * 2)
    assert sweeps.take(960) == bytes(960)


def test_it_is_quiet_and_has_no_click_at_either_end() -> None:
    one = sweep()
    assert np.abs(one).max() <= LEVEL <= 0.1
    assert abs(one[0]) < 1e-6
    assert abs(one[-1]) < 0.01 * LEVEL
