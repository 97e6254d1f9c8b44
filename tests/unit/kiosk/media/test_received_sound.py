"""The sound of one call, from packets to a loudspeaker: real Opus, any portion asked for, silence once it is shut."""

import numpy as np

from kiosk.media.opus_library import OpusVoice, has_copy, samples_in
from kiosk.media.received_sound import ReceivedSound
from kiosk.media.sound_format import BLOCK_SAMPLES, SAMPLE_RATE
from kiosk.media.sound_packets import SoundPacket
from kiosk.media.tally import Samples

HZ = 440


def tone(blocks: int) -> Samples:
    return (6_000 * np.sin(2 * np.pi * HZ * np.arange(blocks * BLOCK_SAMPLES) / SAMPLE_RATE)).astype(np.int16)


def packets(blocks: int) -> list[SoundPacket]:
    voice = OpusVoice(40_000)
    made = []
    for number, block in enumerate(tone(blocks).reshape(-1, BLOCK_SAMPLES)):
        payload = voice.encode(block)
        made.append(
            SoundPacket(1, number, number * BLOCK_SAMPLES, payload, samples_in(payload), has_copy=has_copy(payload))
        )
    return made


class Call:
    """A call whose clock is turned by hand."""

    def __init__(self) -> None:
        self.now_s = 50.0
        self.sound = ReceivedSound(lambda: self.now_s)

    def hear(self, blocks: int, ppm: float = 0.0) -> Samples:
        heard, due = [], 0.0
        for packet in packets(blocks):
            self.sound.put(packet)
            self.now_s += 0.02 * (1 + ppm / 1e6)
            due += 960 * (1 + ppm / 1e6)
            heard.append(self.sound.take(2 * int(due)))
            due -= int(due)
        return np.frombuffer(b"".join(heard), np.int16)


def purity(sound: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(sound.size))) ** 2
    at = round(HZ * sound.size / SAMPLE_RATE)
    return float(spectrum[at - 5 : at + 6].sum() / spectrum[1:].sum())


def test_what_was_said_is_played_and_counted() -> None:
    call = Call()
    heard = call.hear(100)
    assert purity(heard[48_000:]) > 0.99
    assert 1_900 < call.sound.tally.ms <= 2_000
    assert 0.12 < call.sound.tally.rms < 0.14
    assert call.sound.heard.concealed == 0


def test_a_tone_stays_a_tone_while_a_clocks_drift_is_worked_off() -> None:
    call = Call()
    heard = call.hear(400, ppm=-5_000)
    assert call.sound.heard.shortened > 0
    assert purity(heard[48_000:]) > 0.97


def test_any_portion_is_given_exactly_in_whole_samples() -> None:
    sound = Call().sound
    assert [len(sound.take(asked)) for asked in (0, 1, 2, 961, 962, 4_000)] == [0, 0, 2, 960, 962, 4_000]


def test_once_shut_there_is_silence_whatever_comes() -> None:
    call = Call()
    call.hear(20)
    call.sound.shut()
    call.sound.shut()
    heard = call.hear(20)
    assert heard.size
    assert not heard.any()
