"""A few words of the sound server's own protocol: which devices there are, and "cancel echo". Pure; plays nothing.

Qt 6.11 does not say when a device of PulseAudio's goes away, and keeps it on its list. The protocol is what libpulse
speaks (src/pulsecore/native-common.h and tagstruct.c); as version 12 every server still answers it, PipeWire's too,
and in that version what a device is said to be has no optional parts.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from kiosk.media.sound_choice import Listed

VERSION: Final = 12
LONGEST: Final = 1 << 20  # bytes of one message
MOST_DEVICES: Final = 256
_HEAD: Final = struct.Struct(">5I")  # length, channel, offset (twice 32 bits), flags
_CONTROL: Final = 0xFFFFFFFF
_NOBODY: Final = 0xFFFFFFFF
_COOKIE: Final = bytes(256)  # who we are the kernel tells the server
_A_NAME: Final = re.compile(r"[A-Za-z0-9._:-]{1,200}")
CANCELLER: Final = (  # noise and level are evened out by numbers: the microphone's own gain is left where it is
    "aec_method=webrtc rate=48000 channels=1"
    ' aec_args="analog_gain_control=0 digital_gain_control=1 noise_suppression=1 high_pass_filter=1"'
)
_SINKS_SOURCES_SERVER: Final = 0x0001 | 0x0002 | 0x0080


class Command(IntEnum):
    """What is said, by number."""

    ERROR = 0
    REPLY = 2
    AUTH = 8
    SET_CLIENT_NAME = 9
    GET_SERVER_INFO = 20
    GET_SINK_INFO_LIST = 22
    GET_SOURCE_INFO_LIST = 24
    SUBSCRIBE = 35
    LOAD_MODULE = 51
    SUBSCRIBE_EVENT = 66


@dataclass(frozen=True, slots=True)
class Defaults:
    """The names of what is used by default."""

    sink: str
    source: str


class Garbled(ValueError):
    """The server says what it cannot mean."""


def greeting() -> Iterator[tuple[Command, bytes]]:
    """What is said first, in this order."""
    yield Command.AUTH, _u32(VERSION) + b"x" + struct.pack(">I", len(_COOKIE)) + _COOKIE
    yield Command.SET_CLIENT_NAME, b"tvisit devices\0"
    yield Command.SUBSCRIBE, _u32(_SINKS_SOURCES_SERVER)


def canceller(microphone: str, speaker: str) -> bytes:
    """What to say with LOAD_MODULE for an echo canceller on these two. Raises Garbled for a name that is none."""
    if not (_A_NAME.fullmatch(microphone) and _A_NAME.fullmatch(speaker)):
        raise Garbled("a device whose name is none")
    arguments = f"{CANCELLER} source_master={microphone} sink_master={speaker}"
    return b"tmodule-echo-cancel\0t" + arguments.encode() + b"\0"


def message(command: Command, tag: int, body: bytes = b"") -> bytes:
    """One message, as it goes over the line."""
    said = _u32(command) + _u32(tag) + body
    return _HEAD.pack(len(said), _CONTROL, 0, 0, 0) + said


def cut(buffer: bytearray) -> bytes | None:
    """Take one whole message off the front of what has come, without its head. Raises Garbled."""
    if len(buffer) < _HEAD.size:
        return None
    length = _HEAD.unpack_from(buffer)[0]
    if length > LONGEST:
        raise Garbled(f"a message of {length} bytes")
    if len(buffer) < _HEAD.size + length:
        return None
    said = bytes(buffer[_HEAD.size : _HEAD.size + length])
    del buffer[: _HEAD.size + length]
    return said


class Reading:
    """Reads one message from front to back. Every method raises Garbled where something else stands."""

    def __init__(self, said: bytes) -> None:
        self._said, self._at = said, 0
        self.command, self.tag = self.number(), self.number()

    @property
    def is_at_end(self) -> bool:
        """Whether all has been read."""
        return self._at >= len(self._said)

    def number(self) -> int:
        """An unsigned number of 32 bits."""
        self._expect(b"L")
        return self._u32()

    def text(self) -> str:
        """A string, empty where there is none."""
        kind = self._take(1)
        if kind == b"N":
            return ""
        if kind != b"t":
            raise Garbled(f"{kind!r} is no text")
        end = self._said.find(b"\0", self._at)
        if end < 0:
            raise Garbled("a text without an end")
        return self._take(end + 1 - self._at)[:-1].decode(errors="replace")

    def defaults(self) -> Defaults:
        """The answer to GET_SERVER_INFO."""
        for _ in range(4):
            self.text()
        self._sample_spec()
        return Defaults(self.text(), self.text())

    def devices(self, default: str) -> list[Listed]:
        """The answer to GET_SINK_INFO_LIST or GET_SOURCE_INFO_LIST, without what listens to a loudspeaker."""
        found: list[Listed] = []
        for _ in range(MOST_DEVICES):
            if self.is_at_end:
                return found
            name, description, other = self._device()
            if other is None:
                found.append(Listed(name, description, name == default))
        raise Garbled("too many devices")

    def _device(self) -> tuple[str, str, str | None]:
        self.number()
        name, description = self.text(), self.text()
        self._sample_spec()
        self._expect(b"m")
        self._take(self._take(1)[0])
        self.number()
        self._expect(b"v")
        self._take(4 * self._take(1)[0])
        if self._take(1) not in (b"0", b"1"):
            raise Garbled("neither mute nor not")
        belongs_to, owner = self.number(), self.text()
        self._expect(b"U")
        self._take(8)
        self.text()
        self.number()
        is_monitor = belongs_to != _NOBODY and name == f"{owner}.monitor"
        return name, description, owner if is_monitor else None

    def _sample_spec(self) -> None:
        self._expect(b"a")
        self._take(6)

    def _expect(self, kind: bytes) -> None:
        if (found := self._take(1)) != kind:
            raise Garbled(f"{found!r} where {kind!r} should be")

    def _u32(self) -> int:
        value: int = struct.unpack(">I", self._take(4))[0]
        return value

    def _take(self, count: int) -> bytes:
        if self._at + count > len(self._said):
            raise Garbled("a message that is too short")
        self._at += count
        return self._said[self._at - count : self._at]


def _u32(value: int) -> bytes:
    return b"L" + struct.pack(">I", value)
