"""By TCP and TLS to the relay: media that the line does not take is dropped, and what keeps the line is not.

A place on a relay that does not answer any more is left.
"""

import asyncio
from typing import Any

import aioice
import pytest
from aioice.turn import TurnClientTcpProtocol, TurnTransport

from kiosk.media.relay import MOST_UNSENT, Placed, bound_streams

MEDIA, REQUEST = b"\x40\x00\x00\x04abcd", b"\x00\x01\x00\x00" + bytes(16)


class Stream:
    """A TCP connection on which so much waits to be sent."""

    def __init__(self, waits: int) -> None:
        self._waits = waits
        self.sent: list[bytes] = []

    def get_write_buffer_size(self) -> int:
        return self._waits

    def write(self, data: bytes) -> None:
        self.sent.append(data)


@pytest.fixture(autouse=True)
def _as_aioice_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TurnClientTcpProtocol, "_send", TurnClientTcpProtocol._send)  # put back after the test
    bound_streams()


def sent(waits: int, data: bytes) -> list[bytes]:
    protocol, stream = TurnClientTcpProtocol(("192.0.2.20", 443), None, None, 600, 500), Stream(waits)
    protocol.transport = stream  # type: ignore[assignment]  # as much of a transport as sending needs
    protocol._send(data)
    return stream.sent


def test_a_line_that_takes_everything_is_sent_everything() -> None:
    assert sent(0, MEDIA) == [MEDIA]
    assert sent(MOST_UNSENT, REQUEST) == [REQUEST]


def test_a_line_that_is_full_is_sent_no_more_media() -> None:
    assert sent(MOST_UNSENT + 1, MEDIA) == []


def test_what_keeps_the_place_at_the_relay_is_never_dropped() -> None:
    assert sent(MOST_UNSENT + 1, REQUEST) == [REQUEST]


class SilentRelay:
    """A relay, and the socket to it, that has given a place and then is heard of no more."""

    def __init__(self) -> None:
        self.transport = self
        self.receiver: Any = None
        self.is_closed = False

    async def connect(self) -> tuple[str, int]:
        return "192.0.2.20", 50_000

    async def delete(self) -> None:
        await asyncio.Event().wait()

    def close(self) -> None:
        self.is_closed = True
        self.receiver.connection_lost(None)


async def test_a_place_on_a_relay_that_does_not_answer_is_left_with_no_socket_and_no_task(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kiosk.media.relay.GIVE_BACK_S", 0.01)
    relay, place = SilentRelay(), Placed(aioice.Connection(ice_controlling=True))
    await TurnTransport(relay)._connect(place)  # type: ignore[arg-type]  # as much of a client as a place needs
    await asyncio.wait_for(place.close(), 5)
    await asyncio.sleep(0)
    assert relay.is_closed
    assert asyncio.all_tasks() == {asyncio.current_task()}
