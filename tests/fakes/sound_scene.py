"""A voice over a made-up network, heard by the real playout: packets in, portions out, no clock but its own."""

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from kiosk.media.playout import PORTION, Heard, Playout
from kiosk.media.sound_format import SAMPLE_RATE
from kiosk.media.sound_packets import SoundPacket
from kiosk.media.tally import Samples

FRAME = SAMPLE_RATE // 50
PORTION_S = 0.01
SPOKEN, COPIED, GUESSED = 3_000, 2_000, 10


def concealed_share(heard: Heard) -> float:
    """Of all that was played since the first packet, the part that was made up, 0 to 1."""
    return heard.concealed / played if (played := heard.real + heard.concealed) else 0.0


class FakeEar:
    """Every sample says where it is from."""

    def __init__(self, frame: int = FRAME) -> None:
        self._spoken = np.full(frame, SPOKEN, np.int16)

    def decode(self, payload: bytes) -> Samples:
        return self._spoken

    def recover(self, payload: bytes, samples: int) -> Samples:
        return np.full(samples, COPIED, np.int16)

    def conceal(self, samples: int) -> Samples:
        return np.full(samples, GUESSED, np.int16)

    def forget(self) -> None:
        pass


@dataclass
class Sent:
    """One packet on its way; it never arrives if `delay_s` is None."""

    packet: SoundPacket
    at_s: float
    delay_s: float | None


@dataclass
class Scene:
    """`delay_s` says for each packet how long it takes, or None for lost. The sender's clock may run fast."""

    delay_s: Callable[[int], float | None]
    seconds: float = 30.0
    has_copies: bool = False
    fast_ppm: float = 0.0
    first_sequence: int = 65_000
    first_timestamp: int = (1 << 32) - 100_000
    source: Callable[[int], int] = lambda _number: 7
    leap: Callable[[int], int] = lambda _number: 0
    silent: Callable[[int], bool] = lambda _number: False  # nothing is sent, time goes on
    size: Callable[[int], int] = lambda _number: 40
    twice: bool = False
    frame: int = FRAME
    heard: list[Heard] = field(default_factory=list)  # every second
    delays_ms: list[float] = field(default_factory=list)
    real: int = 0

    def run(self) -> Heard:
        """Play it through; what became of it."""
        playout = Playout(FakeEar(self.frame), self._count)
        arrivals = self._arrivals()
        coming = next(arrivals, None)
        for tick in range(int(self.seconds / PORTION_S)):
            now = 100.0 + tick * PORTION_S
            while coming is not None and coming[0] <= now:
                playout.put(coming[2], coming[0])
                coming = next(arrivals, None)
            assert playout.take(now).size == PORTION
            if tick % 10 == 0:
                self.delays_ms.append(playout.heard.delay * 1000 / SAMPLE_RATE)
            if tick % 100 == 0:
                self.heard.append(playout.heard)
        return playout.heard

    def _count(self, samples: Samples) -> None:
        self.real += samples.size

    def _arrivals(self) -> Iterator[tuple[float, int, SoundPacket]]:
        """In the order of their coming."""
        waiting: list[tuple[float, int, SoundPacket]] = []
        frame_s = self.frame / SAMPLE_RATE
        for number in range(int(self.seconds / frame_s)):
            at = 100.0 + number * frame_s / (1 + self.fast_ppm / 1e6)
            while waiting and waiting[0][0] <= at:
                yield heapq.heappop(waiting)
            delay = None if self.silent(number) else self.delay_s(number)
            if delay is None:
                continue
            packet = SoundPacket(
                source=self.source(number),
                sequence=(self.first_sequence + number) % 65_536,
                timestamp=(self.first_timestamp + number * self.frame + self.leap(number)) % (1 << 32),
                payload=bytes(self.size(number)),
                samples=self.frame,
                has_copy=self.has_copies,
            )
            for again in range(2 if self.twice else 1):
                heapq.heappush(waiting, (at + delay + again * 0.005, 2 * number + again, packet))
        yield from sorted(waiting)


def steady(delay_s: float = 0.03) -> Callable[[int], float | None]:
    return lambda _number: delay_s


def losing(share: float, seed: int, delay_s: float = 0.03) -> Callable[[int], float | None]:
    chance = random.Random(seed)
    return lambda _number: None if chance.random() < share else delay_s


def in_bursts(share: float, length: int, seed: int) -> Callable[[int], float | None]:
    """Whole bursts are lost, that share of the time."""
    chance = random.Random(seed)
    lost: set[int] = set()

    def delay(number: int) -> float | None:
        if chance.random() < share / length:
            lost.update(range(number, number + length))
        return None if number in lost else 0.03

    return delay


def wandering(middle_s: float, by_s: float, seed: int) -> Callable[[int], float | None]:
    chance = random.Random(seed)
    return lambda _number: middle_s + chance.uniform(-by_s, by_s)
