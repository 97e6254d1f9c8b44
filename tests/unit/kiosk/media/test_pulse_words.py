"""The sound server's words: what a real one says is read, and what none would say is refused in bounded time."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.pulse_words import LONGEST, Command, Defaults, Garbled, Reading, canceller, cut, greeting, message

NOBODY = 0xFFFFFFFF


def u32(value: int) -> bytes:
    return b"L" + struct.pack(">I", value)


def text(words: str | None) -> bytes:
    return b"N" if words is None else b"t" + words.encode() + b"\0"


SPEC = b"a" + struct.pack(">BBI", 3, 2, 48_000)


def device(name: str, description: str, belongs_to: int = NOBODY, owner: str | None = None) -> bytes:
    ears = b"m" + bytes([2, 1, 2]) + u32(7) + b"v" + bytes([2]) + struct.pack(">II", 65536, 65536) + b"0"
    return (
        u32(1)
        + text(name)
        + text(description)
        + SPEC
        + ears
        + u32(belongs_to)
        + text(owner)
        + b"U"
        + bytes(8)
        + text("module-null-sink.c")
        + u32(3)
    )


def reply(body: bytes) -> Reading:
    return Reading(u32(Command.REPLY) + u32(1) + body)


def test_the_defaults_are_read() -> None:
    server = text("pulseaudio") + text("16.1") + text("user") + text("host") + SPEC
    assert reply(server + text("speaker") + text("mic") + u32(0)).defaults() == Defaults("speaker", "mic")
    assert reply(server + text(None) + text(None) + u32(0)).defaults() == Defaults("", "")


def test_devices_are_read_and_what_listens_to_a_loudspeaker_is_left_out() -> None:
    said = device("speaker.monitor", "Monitor", 0, "speaker") + device("mic", "Microphone")
    (found,) = reply(said).devices("mic")
    assert (found.name, found.description, found.is_default) == ("mic", "Microphone", True)


def test_a_loudspeaker_is_no_monitor_though_it_has_one() -> None:
    (found,) = reply(device("speaker", "Loudspeaker", 0, "speaker.monitor")).devices("other")
    assert (found.name, found.is_default) == ("speaker", False)


def test_messages_are_cut_apart_as_they_come() -> None:
    buffer = bytearray(message(Command.REPLY, 5) + message(Command.SUBSCRIBE_EVENT, NOBODY)[:-1])
    whole = cut(buffer)
    assert whole is not None
    assert (Reading(whole).command, Reading(whole).tag) == (Command.REPLY, 5)
    assert cut(buffer) is None


def test_what_is_too_long_is_refused_before_it_has_come() -> None:
    with pytest.raises(Garbled):
        cut(bytearray(struct.pack(">5I", LONGEST + 1, NOBODY, 0, 0, 0)))


def test_too_many_devices_are_refused() -> None:
    with pytest.raises(Garbled):
        reply(device("x", "x") * 300).devices("")


def test_the_greeting_asks_for_no_sound() -> None:
    assert [command for command, _ in greeting()] == [Command.AUTH, Command.SET_CLIENT_NAME, Command.SUBSCRIBE]


@given(st.binary(max_size=400))
def test_nothing_that_comes_does_more_than_be_refused(said: bytes) -> None:
    with contextlib.suppress(Garbled):
        Reading(said).devices("")
    with contextlib.suppress(Garbled):
        Reading(said).defaults()


def test_a_canceller_is_asked_for_by_names_that_are_names_and_nothing_else() -> None:
    said = canceller("alsa_input.pci-0000_00_1f.3", "alsa_output.pci:0").decode()
    assert said.startswith("tmodule-echo-cancel\0t")
    assert said.endswith(" source_master=alsa_input.pci-0000_00_1f.3 sink_master=alsa_output.pci:0\0")
    with pytest.raises(Garbled):
        canceller("mic aec_method=null", "speaker")
