"""What stands in for a camera and a microphone is known beforehand, and costs little."""

import time

import numpy as np
import pytest

from demo.visitor_scene import BALLOON_RGB, LivingRoom, balloon_centre
from demo.visitor_voice import PITCH_HZ, phrases
from kiosk.media.pace import Pace
from kiosk.media.sound_format import BLOCK_SAMPLES, SAMPLE_RATE
from kiosk.media.synthetic_picture import DISC_RGB, HEIGHT, WIDTH, SyntheticPicture, disc_centre
from kiosk.media.synthetic_tone import TONE_HZ, tone_loop
from tests.integration.media.listening import level_of, share_at
from tests.integration.media.looking import centre_of


@pytest.mark.parametrize("number", [0, 1, 37, 150, 299, 300, 100_000])
def test_the_disc_stands_where_it_should(number: int) -> None:
    pixels = SyntheticPicture(Pace()).draw(number).to_ndarray(format="bgr24")
    disc = centre_of(pixels, DISC_RGB)
    assert disc is not None
    assert (disc[0] * WIDTH, disc[1] * HEIGHT) == pytest.approx(disc_centre(number), abs=2)
    assert disc[2] > 14_000


@pytest.mark.parametrize("number", [0, 61, 239, 100_000])
def test_the_balloon_stands_where_it_should(number: int) -> None:
    pixels = LivingRoom(Pace()).draw(number).to_ndarray(format="bgr24")
    balloon = centre_of(pixels, BALLOON_RGB)
    assert balloon is not None
    assert (balloon[0] * 1280, balloon[1] * 720) == pytest.approx(balloon_centre(number), abs=2)


def test_a_frame_leaves_no_trace_in_the_next() -> None:
    source = SyntheticPicture(Pace())
    for number in range(200, 240):
        source.draw(number)
    again = source.draw(7).to_ndarray()
    assert np.array_equal(again, SyntheticPicture(Pace()).draw(7).to_ndarray())


def test_the_drawn_people_move() -> None:
    room = LivingRoom(Pace())
    assert not np.array_equal(room.draw(0).to_ndarray(), room.draw(8).to_ndarray())


@pytest.mark.parametrize("source", [SyntheticPicture, LivingRoom])
def test_drawing_thirty_frames_takes_a_fraction_of_a_second(source: type[SyntheticPicture | LivingRoom]) -> None:
    drawn = source(Pace())
    before = time.thread_time()
    for number in range(30):
        drawn.draw(number)
    assert time.thread_time() - before < 0.3  # measured: 0.01 to 0.02


def test_the_tone_is_one_tone_at_twenty_decibels_below_full_scale() -> None:
    tone = tone_loop()
    assert tone.size % BLOCK_SAMPLES == 0
    assert share_at(tone, TONE_HZ) > 0.99
    assert level_of(tone) == pytest.approx(0.1, rel=0.03)


def test_the_tone_joins_up_without_a_click() -> None:
    tone = tone_loop().astype(np.int32)
    assert abs(tone[0] - tone[-1]) <= np.abs(np.diff(tone)).max()


def test_the_voice_has_syllables_and_pauses_and_many_pitches() -> None:
    voice = phrases()
    assert voice.size % BLOCK_SAMPLES == 0
    blocks = voice.reshape(-1, BLOCK_SAMPLES).astype(np.float64)
    levels = np.sqrt((blocks**2).mean(axis=1)) / 32768
    assert 0.15 < float((levels < 0.005).mean()) < 0.6  # pauses
    assert 0.04 < level_of(voice) < 0.12  # a comfortable conversation
    assert all(share_at(voice, PITCH_HZ * harmonic) < 0.5 for harmonic in (1, 2, 3))  # a voice, not a beep
    assert int(np.abs(voice).max()) < 32_000
    assert PITCH_HZ * 18 < SAMPLE_RATE / 2
