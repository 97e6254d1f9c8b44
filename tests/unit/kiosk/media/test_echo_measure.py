"""What counts as a proof that echo is cancelled: known echo paths, delays, noise, and cancellers that are none."""

import numpy as np
import numpy.typing as npt
import pytest

from kiosk.media.echo_measure import Echo, EchoFound, Heard, judge, probe
from kiosk.media.sound_format import SAMPLE_RATE

QUIET = SAMPLE_RATE // 2
TAIL = SAMPLE_RATE // 2
PIECE, SILENCE = SAMPLE_RATE // 2, SAMPLE_RATE * 6 // 100
KNOWN, STRANGER = probe(1.5, seed=1), probe(1.5, seed=2)
Wide = npt.NDArray[np.float64]


class Room:
    """A loudspeaker heard by a microphone: late, weaker, with an answer of the walls, in noise."""

    def __init__(self, *, delay_ms: float = 40, coupling_db: float = -6, noise_db: float = -70, seed: int = 3) -> None:
        self._random = np.random.default_rng(seed)
        self._delay, self._noise = int(delay_ms * SAMPLE_RATE / 1000), 10 ** (noise_db / 20) * 32768
        walls = self._random.standard_normal(1500) * np.exp(-np.arange(1500) / 300) * 0.2
        walls[0] = 1
        self._answer = walls / np.sqrt(np.sum(walls**2)) * 10 ** (coupling_db / 20)

    def echo(self, played: npt.NDArray[np.int16]) -> Wide:
        whole = np.zeros(QUIET + self._delay + played.size + TAIL)
        size = 1 << (played.size + self._answer.size).bit_length()
        heard = np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(self._answer, size), size)
        whole[QUIET + self._delay :][: heard.size] += heard[: whole.size - QUIET - self._delay]
        return whole

    def noise(self, like: Wide) -> Wide:
        return self._random.standard_normal(like.size) * self._noise


def pcm(wide: Wide) -> npt.NDArray[np.int16]:
    return np.clip(wide, -32768, 32767).astype(np.int16)


def tear(wide: Wide) -> Wide:
    """After each 0.5 s of it comes a silence of 60 ms, and as much of the end is gone."""
    pieces = np.split(wide, range(PIECE, wide.size, PIECE))
    return np.concatenate([part for piece in pieces for part in (piece, np.zeros(SILENCE))])[: wide.size]


def found(room: Room, *, cancels_db: float = 0.0, gain_db: float = 0.0, torn: bool = False) -> EchoFound:
    """With a canceller that takes so much off what it knows, and `gain_db` to everything."""
    gain, left = 10 ** (gain_db / 20), 10 ** (-cancels_db / 20)
    heard = []
    for played, factor in ((KNOWN, left), (STRANGER, 1.0)):
        echo = tear(room.echo(played)) if torn else room.echo(played)
        noise = room.noise(echo)
        heard.append(Heard(pcm(echo + noise), pcm((echo * factor + noise) * gain), QUIET))
    return judge(heard[0], KNOWN, heard[1], STRANGER)


@pytest.mark.parametrize("cancels_db", [0, 20, 40])
@pytest.mark.parametrize("delay_ms", [0, 300])
def test_the_attenuation_is_measured_to_a_decibel(cancels_db: float, delay_ms: float) -> None:
    measured = found(Room(delay_ms=delay_ms), cancels_db=cancels_db)
    assert measured.attenuation_db == pytest.approx(cancels_db, abs=1.5)
    assert measured.coupling_db == pytest.approx(-6, abs=2)
    assert measured.echo is (Echo.PROVED if cancels_db > 25 else Echo.NOT_CANCELLED)


@pytest.mark.parametrize("noise_db", [-60, -45])
def test_noise_in_the_room_neither_proves_nor_hides_it(noise_db: float) -> None:
    room = Room(noise_db=noise_db)
    assert found(room, cancels_db=20).echo is Echo.NOT_CANCELLED
    assert found(room, cancels_db=10).attenuation_db == pytest.approx(10, abs=2)


def test_in_a_room_with_some_noise_a_good_canceller_is_proved() -> None:
    assert found(Room(noise_db=-55), cancels_db=35).echo is Echo.PROVED


def test_no_canceller_takes_nothing_away() -> None:
    measured = found(Room())
    assert measured.echo is Echo.NOT_CANCELLED
    assert measured.attenuation_db == pytest.approx(0, abs=0.5)
    assert measured.needs_headset


def test_what_mutes_everything_is_not_proved() -> None:
    measured = found(Room(), gain_db=-200)
    assert measured.echo is Echo.MUTED
    assert measured.needs_headset


def test_turning_everything_down_cancels_nothing() -> None:
    measured = found(Room(), gain_db=-12)
    assert measured.echo is Echo.NOT_CANCELLED
    assert measured.attenuation_db == pytest.approx(0, abs=1)


def test_gain_after_a_good_canceller_is_no_echo() -> None:
    assert found(Room(), cancels_db=35, gain_db=9).echo is Echo.PROVED


def test_a_headset_lets_nothing_back() -> None:
    measured = found(Room(coupling_db=-200))
    assert measured.echo is Echo.NOT_HEARD
    assert not measured.needs_headset


def test_a_silent_microphone_proves_nothing() -> None:
    measured = found(Room(coupling_db=-200, noise_db=-200))
    assert measured.echo is Echo.NOT_HEARD


@pytest.mark.parametrize("cancels_db", [0, 40])
def test_what_a_machine_that_pauses_tears_apart_is_heard_all_the_same(cancels_db: float) -> None:
    measured = found(Room(), cancels_db=cancels_db, torn=True)
    assert measured.attenuation_db == pytest.approx(cancels_db, abs=2)
    assert measured.coupling_db == pytest.approx(-6, abs=3)


@pytest.mark.parametrize("seed", range(10, 20))
def test_noise_is_no_piece_of_the_known_sound(seed: int) -> None:
    assert found(Room(coupling_db=-200, noise_db=-30, seed=seed), torn=True).echo is Echo.NOT_HEARD


def test_the_probe_is_quiet_and_each_is_another() -> None:
    assert 0.04 < float(np.sqrt(np.mean((KNOWN / 32768.0) ** 2))) < 0.06
    assert abs(float(np.corrcoef(KNOWN, STRANGER)[0, 1])) < 0.1
