"""How long each step of joining took, from the asking to the first picture; counts milliseconds and keeps no media."""

import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final


class Step(StrEnum):
    """The steps of joining, in order. Each is said as the time since the one before it that was reached."""

    DEVICES = "devices"  # camera, microphone and loudspeaker are open
    OFFER = "offer"  # a place at the relay is had, and the offer is made
    ANSWER = "answer"  # the far side has answered
    ICE = "ice"  # a way to it is found
    DTLS = "dtls"  # keys are agreed
    SOUND = "sound"  # its first sound is decoded
    PICTURE = "picture"  # its first picture is decoded


FIRST_MEDIA: Final = {"audio": Step.SOUND, "video": Step.PICTURE}


class Joining:
    """One connection's steps. Each counts once; the last two may come in any order, and are both since DTLS."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began = now()
        self._at: dict[Step, float] = {}

    def reached(self, step: Step) -> bool:
        """This step is done; whether that is news."""
        if step in self._at:
            return False
        self._at[step] = self._now()
        return True

    @property
    def is_complete(self) -> bool:
        """Whether sound and picture have come."""
        return Step.SOUND in self._at and Step.PICTURE in self._at

    def ms(self) -> Mapping[Step, int]:
        """Milliseconds of every step that was reached."""
        told, before = {}, self._began
        for step in Step:
            if (at := self._at.get(step)) is not None:
                told[step] = max(0, round(1000 * (at - before)))
                before = before if step in FIRST_MEDIA.values() else at
        return told
