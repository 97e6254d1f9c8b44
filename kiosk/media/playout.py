"""Received sound from packets to samples: waits as long as it must, fills what is missing, keeps up. Pure; no clock.

The way of NetEQ, without its code: the loudspeaker's clock asks; whatever comes is played, concealed or left out.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np

from kiosk.errors import Untrusted
from kiosk.media.arrivals import MOST, Arrivals
from kiosk.media.sound_format import SAMPLE_RATE
from kiosk.media.sound_line import Line
from kiosk.media.sound_packets import Placed, Shelf, SoundPacket
from kiosk.media.steering import Steering, Turn
from kiosk.media.stretching import NEEDED, joined, lengthened, period_of, shortened
from kiosk.media.tally import Samples

_MS: Final = SAMPLE_RATE // 1000
PORTION: Final = 10 * _MS
_PORTIONS_NEEDED: Final = NEEDED // PORTION
_FIRST_WAIT: Final = 40 * _MS
_STEP: Final = SAMPLE_RATE * 5 // 2000  # what Opus conceals comes in whole 2.5 ms
_FADES_FROM: Final = 80 * _MS
_SILENT_FROM: Final = 240 * _MS  # a guess that goes on longer is a drone
_SEAM: Final = 5 * _MS
_SAID_SILENCE: Final = 2  # bytes: a packet so short says that silence follows (RFC 7587, 3.1.3)
_MOST_MISSING: Final = 50


class Ear(Protocol):
    """A decoder of one stream."""

    def decode(self, payload: bytes) -> Samples:
        """What a packet holds. Raises Untrusted."""

    def recover(self, payload: bytes, samples: int) -> Samples:
        """The `samples` before this packet, out of the copy in it. Raises Untrusted."""

    def conceal(self, samples: int) -> Samples:
        """`samples` that never came, guessed from those before."""

    def forget(self) -> None:
        """Begin again."""


@dataclass(slots=True)
class Heard:
    """What became of one stream, in samples and packets since it began. `delay` is the wait before playing, now."""

    real: int = 0
    recovered: int = 0  # of these: out of the copy in the packet after
    concealed: int = 0
    shortened: int = 0
    lengthened: int = 0
    skipped: int = 0
    late: int = 0
    delay: float = 0.0


class Playout:
    """One received voice. `on_real` gets what was really said, as it is decoded. Not for two threads at once."""

    def __init__(self, ear: Ear, on_real: Callable[[Samples], None]) -> None:
        self._ear, self._on_real = ear, on_real
        self._line = Line()
        self._heard = Heard()
        silence = np.zeros(PORTION, np.int16)
        self._past = deque([silence] * _PORTIONS_NEEDED, maxlen=_PORTIONS_NEEDED)  # what was played last
        self._shelf, self._arrivals, self._steering = Shelf(), Arrivals(), Steering()
        self._ready: Samples = np.zeros(0, np.int16)  # decoded and not yet played
        self._starts_at: float | None = None
        self._taken = 0  # samples so far: the loudspeaker's own clock
        self._next: int | None = None  # the time of the first sample that is not decoded yet
        self._hidden = 0  # samples made up since then, in the place of what should be there
        self._has_seam = False
        self._said_silence = False

    @property
    def heard(self) -> Heard:
        """What became of it so far."""
        delay = self._steering.lateness - self._arrivals.shortest_way if self._next is not None else 0.0
        return replace(self._heard, delay=max(0.0, delay))

    def put(self, packet: SoundPacket, now_s: float) -> None:
        """A packet that has just come."""
        now = now_s * SAMPLE_RATE
        place = self._line.place(packet, now)
        if place is None:
            return
        if place.anew or self._arrivals.has_moved:
            self._begin_anew()
        if self._shelf.has_seen(place.at):
            return
        self._arrivals.arrived(place.at, now, packet.samples, has_copy=packet.has_copy)
        placed = Placed(place.at, packet)
        if self._next is not None and placed.end <= self._next:
            self._heard.late += 1
            return
        self._shelf.add(placed)
        if self._starts_at is None:
            self._starts_at = now + _FIRST_WAIT

    def take(self, now_s: float) -> Samples:
        """The next PORTION samples, whatever came; silence before the first packet."""
        now = now_s * SAMPLE_RATE
        if not self._has_begun(now):
            return self._played(np.zeros(PORTION, np.int16))
        self._steer(now)
        self._taken += PORTION
        while self._ready.size < PORTION:
            self._ready = np.concatenate([self._ready, self._more()])
        portion, self._ready = self._ready[:PORTION], self._ready[PORTION:]
        return self._played(portion)

    def _played(self, portion: Samples) -> Samples:
        self._past.append(portion)
        return portion

    def _begin_anew(self) -> None:
        self._ear.forget()
        self._shelf, self._arrivals, self._steering = Shelf(), Arrivals(), Steering()
        self._ready = self._ready[:0]
        self._starts_at = self._next = None
        self._hidden, self._said_silence = 0, False
        self._has_seam = True

    def _has_begun(self, now: float) -> bool:
        first = self._shelf.first()
        if self._next is None and first is not None and self._starts_at is not None and now >= self._starts_at:
            self._next = first.at
        return self._next is not None

    @property
    def _due(self) -> int:
        """The time of the sample to be made next."""
        assert self._next is not None
        return self._next + self._hidden

    # ---- keeping up ----

    def _steer(self, now: float) -> None:
        self._steering.look(now - (self._due - self._ready.size))
        match self._steering.turn(self._arrivals.target, self._taken):
            case Turn.SKIP:
                self._skip(round(self._steering.lateness - self._arrivals.target))
            case Turn.SHORTEN if self._has_ready(NEEDED):
                self._shorten()
            case Turn.LENGTHEN:
                self._lengthen()

    def _skip(self, by: int) -> None:
        to = self._due - self._ready.size + by
        self._ready, self._next, self._hidden = self._ready[:0], to, 0
        self._shelf.drop_before(to)
        self._steering.moved(-by)
        self._has_seam = True
        self._heard.skipped += by

    def _has_ready(self, samples: int) -> bool:
        """Whether so much is there to be worked on, decoded ahead if need be."""
        while self._ready.size < samples:
            first = self._shelf.first()
            if first is None or self._hidden or first.at > self._due:
                return False
            self._ready = np.concatenate([self._ready, self._play(first)])
        return True

    def _shorten(self) -> None:
        period = period_of(self._ready)
        self._steering.changed(self._taken)
        if self._steering.accepts(period, self._arrivals.target):
            self._ready = shortened(self._ready, period.samples)
            self._steering.moved(-period.samples)
            self._heard.shortened += period.samples

    def _lengthen(self) -> None:
        past = np.concatenate(list(self._past))
        period = period_of(past)
        self._steering.changed(self._taken)
        if self._has_ready(period.samples) and self._steering.accepts(period, self._arrivals.target):
            self._ready = lengthened(past, self._ready, period.samples)
            self._steering.moved(period.samples)
            self._heard.lengthened += period.samples

    # ---- the next piece ----

    def _more(self) -> Samples:
        first = self._shelf.first()
        if first is None:
            return self._conceal(PORTION)
        early = first.at - self._due
        if early <= 0:
            return self._play(first)
        before_copy = early - first.packet.samples if first.packet.has_copy else early
        return self._recover(first, early) if before_copy <= 0 else self._conceal(min(PORTION, before_copy))

    def _play(self, first: Placed) -> Samples:
        """Decode what is due; late sound is played whole as long as the wait stays bounded: no word is left out."""
        self._shelf.drop(first)
        try:
            sound = self._ear.decode(first.packet.payload)
        except Untrusted:
            return self._ready[:0]  # as if it had never come
        self._note_missing(first)
        late = self._due - first.at
        grown = self._steering.lateness + late - self._arrivals.shortest_way
        self._next, was_hidden = first.end, self._hidden
        if late and grown > MOST:
            self._hidden = max(0, late - sound.size)
            sound = sound[late:]
        else:
            self._hidden = 0
            self._steering.moved(late)
        self._said_silence = len(first.packet.payload) <= _SAID_SILENCE
        return self._real(sound, has_seam=was_hidden > 0)

    def _recover(self, first: Placed, early: int) -> Samples:
        """The `early` samples before `first`, which is there already, out of the copy in it."""
        assert self._next is not None
        was_hidden = self._hidden
        try:
            sound = self._ear.recover(first.packet.payload, first.packet.samples)[-early:]
        except Untrusted:
            return self._conceal(min(PORTION, early))
        self._note_missing(first)
        self._next, self._hidden = first.at, 0
        self._heard.recovered += sound.size
        return self._real(sound, has_seam=was_hidden > 0)

    def _real(self, sound: Samples, *, has_seam: bool) -> Samples:
        if not sound.size:
            return sound
        self._on_real(sound)
        self._heard.real += sound.size
        if has_seam or self._has_seam:
            sound = joined(int((self._ready if self._ready.size else self._past[-1])[-1]), sound, _SEAM)
        self._has_seam = False
        return sound

    def _note_missing(self, first: Placed) -> None:
        assert self._next is not None
        if not self._said_silence:
            for _packet in range(min(_MOST_MISSING, (first.at - self._next) // first.packet.samples)):
                self._arrivals.was_due(missing=True)
        self._arrivals.was_due(missing=False)

    def _conceal(self, samples: int) -> Samples:
        """Guess; after a while more and more softly, and then nothing. Silence that was announced is no guess."""
        run = self._hidden
        self._hidden += samples
        if not self._said_silence:
            self._heard.concealed += samples
        if run >= _SILENT_FROM and not self._said_silence:
            return np.zeros(samples, np.int16)
        sound = self._ear.conceal(-(-samples // _STEP) * _STEP)[:samples]
        if run + samples <= _FADES_FROM or self._said_silence:
            return sound
        places = run + np.arange(samples, dtype=np.float32)
        gain = np.clip((_SILENT_FROM - places) / (_SILENT_FROM - _FADES_FROM), 0.0, 1.0)
        faded: Samples = (sound * gain).astype(np.int16)
        return faded
