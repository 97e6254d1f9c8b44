"""Which of the listed sound devices to use: the one in use by default, echo-cancelled where that is to be had. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

NOTHING: Final = "auto_null"  # what a sound server makes up where there is no device, and the laptop's own null source
_CANCELS: Final = re.compile(r"echo[ ._-]?cancel", re.IGNORECASE)
_OF: Final = " (echo cancelled with "  # as PulseAudio describes it: microphone, these words, loudspeaker


@dataclass(frozen=True, slots=True)
class Listed:
    """One device as a sound server lists it. `name` is unique in its list; `description` is for people."""

    name: str
    description: str
    is_default: bool = False

    @property
    def cancels_echo(self) -> bool:
        """Whether it is an end of an echo canceller: PulseAudio's module or PipeWire's, by either's own words."""
        return _CANCELS.search(self.name) is not None or _CANCELS.search(self.description) is not None

    @property
    def is_real(self) -> bool:
        """Whether sound comes from it or gets anywhere."""
        return not self.name.startswith(NOTHING) and not self.cancels_echo


@dataclass(frozen=True, slots=True)
class Choice:
    """The devices to use, by name, each None where there is none, and the raw ones behind them."""

    microphone: str | None = None
    speaker: str | None = None
    raw_microphone: str | None = None
    raw_speaker: str | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether an echo canceller stands between; whether it works is for `echo_proof` to show."""
        return self.microphone != self.raw_microphone and self.speaker != self.raw_speaker


def choose(inputs: Sequence[Listed], outputs: Sequence[Listed]) -> Choice:
    """A canceller counts only with both its ends, and only where it has not been left on another device.

    A headset that has become the default is used as it is: nothing it plays reaches its own microphone.
    """
    hears, plays = _real(inputs), _real(outputs)
    raw = Choice(_name(hears), _name(plays), _name(hears), _name(plays))
    if hears is None or plays is None:
        return raw
    source, sink = _end(inputs, hears), _end(outputs, plays)
    if source is None or sink is None:
        return raw
    return Choice(source.name, sink.name, hears.name, plays.name)


def _real(listed: Sequence[Listed]) -> Listed | None:
    """The default, where that is a device; else the one that the default canceller is made of; else the first."""
    real = [each for each in listed if each.is_real]
    default = next((each for each in listed if each.is_default), None)
    if default is None or default in real:
        return default or next(iter(real), None)
    return next((each for each in real if _is_made_of(default, each)), next(iter(real), None))


def _end(listed: Sequence[Listed], real: Listed) -> Listed | None:
    ends = [each for each in listed if each.cancels_echo]
    fitting = [each for each in ends if _is_made_of(each, real)]
    unsaid = [each for each in ends if _OF not in each.description]  # PipeWire's: it follows the default by itself
    return next(iter((*fitting, *unsaid)), None)


def _is_made_of(canceller: Listed, real: Listed) -> bool:
    return canceller.description.startswith(real.description + _OF)


def _name(listed: Listed | None) -> str | None:
    return None if listed is None else listed.name
