"""By TCP and TLS to the relay: media that the line does not take is dropped, and what keeps the line is not.

A place on a relay that does not answer any more is left.
"""

import asyncio
import socket
from collections.abc import Sequence
from typing import Any

import aioice
import pytest
from aioice.turn import TurnClientProtocol, TurnClientTcpProtocol, TurnClientUdpProtocol, TurnTransport

from kiosk.media.relay import MOST_UNSENT, Place, Placed, RelayChoice, bound_streams, gather_through
from kiosk.media.turn_ways import By, Way

MEDIA, REQUEST = b"\x40\x00\x00\x04abcd", b"\x00\x01\x00\x00" + bytes(16)
MORE_THAN_THE_KERNEL_TAKES = 32 * 1024**2


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


class Given:
    """Of a TURN client: that it has a place already."""

    async def connect(self) -> tuple[str, int]:
        return "192.0.2.20", 50_000


class GivenByUdp(Given, TurnClientUdpProtocol):
    """A client by UDP that has a place."""


class GivenByTcp(Given, TurnClientTcpProtocol):
    """A client by TCP that has a place."""


AT_RELAY: Any = (("192.0.2.20", 443), "u", "c", 600, 500)


async def left(monkeypatch: pytest.MonkeyPatch, client: TurnClientProtocol) -> None:
    """A place is closed that was given by a relay which is heard of no more."""
    monkeypatch.setattr("kiosk.media.relay.GIVE_BACK_S", 0.01)
    place = Placed(aioice.Connection(ice_controlling=True))
    await TurnTransport(client)._connect(place)
    await asyncio.wait_for(place.close(), 5)
    await asyncio.sleep(0)


async def test_a_place_on_a_relay_that_does_not_answer_is_left_with_no_socket_and_no_task(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    address, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0))
    line, client = await loop.create_datagram_endpoint(
        lambda: GivenByUdp(*AT_RELAY), remote_addr=address.get_extra_info("sockname")
    )
    await left(monkeypatch, client)
    address.close()
    assert line.get_extra_info("socket").fileno() == -1
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_what_a_cut_link_takes_no_more_does_not_keep_a_place_by_tcp(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # connections to it stand, and nobody ever reads
        line, client = await loop.create_connection(lambda: GivenByTcp(*AT_RELAY), *deaf.getsockname())
        line.write(bytes(MORE_THAN_THE_KERNEL_TAKES))
        assert line.get_write_buffer_size() > 0
        await left(monkeypatch, client)
    assert line.get_extra_info("socket").fileno() == -1
    assert asyncio.all_tasks() == {asyncio.current_task()}


class Won(RelayChoice):
    """Has a place at once."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place, self.asked = place, asyncio.Event()

    async def place(self, ways: Sequence[Way], connection: aioice.Connection, *, hide: bool) -> Place:
        self.asked.set()
        return self._place


async def test_a_place_that_is_won_while_a_stun_server_keeps_silent_is_closed_with_the_connection() -> None:
    async def silent(component: int, addresses: list[str], timeout: int = 5) -> list[aioice.Candidate]:  # noqa: ASYNC109
        await silence.wait()
        return []

    silence = asyncio.Event()
    connection = aioice.Connection(ice_controlling=True)
    connection.get_component_candidates = silent  # type: ignore[method-assign]
    host = aioice.Candidate("1", 1, "udp", 1, "192.0.2.20", 50_000, "relay")
    choice = Won((host, Placed(connection)))
    gather_through(connection, [Way(By.UDP, "192.0.2.20", 3478)], choice, lambda _: None)
    gathering = asyncio.create_task(connection.get_component_candidates(1, []))
    await choice.asked.wait()
    await asyncio.sleep(0)
    gathering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gathering
    assert connection._protocols == [choice._place[1]]
    silence.set()
    await asyncio.sleep(0)
