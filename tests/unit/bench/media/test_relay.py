"""The relay: how words are put so that everyone goes by way of it, and that packets do."""

import asyncio

from bench.media.line import Condition
from bench.media.relay import HOST, Cable, over, stringing
from tests.fakes.eventually import eventually

SDP = "\r\n".join(
    (
        "v=0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:0123456789",
        "a=candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host",
        "a=end-of-candidates",
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "a=ice-pwd:0123456789",
        "",
    )
)


def test_whoever_reads_it_knows_no_way_but_the_relay() -> None:
    told = over(SDP, 4567)
    ways = [line for line in told.splitlines() if line.startswith("a=candidate:")]
    assert ways == [f"a=candidate:1 1 udp 2130706431 {HOST} 4567 typ host"] * 2
    assert "192.0.2.7" not in told
    assert told.endswith("\r\n")


class Peer(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()
        self.gone = asyncio.Event()

    def datagram_received(self, data: bytes, _sender: object) -> None:
        self.heard.put_nowait(data)

    def connection_lost(self, _error: Exception | None) -> None:
        self.gone.set()


async def across(port: int) -> tuple[Peer, asyncio.DatagramTransport]:
    peer = Peer()
    way, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: peer, remote_addr=(HOST, port))
    return peer, way


async def test_packets_go_through_and_none_while_it_is_cut() -> None:
    cable = Cable()
    await cable.obey(stringing(Condition("clean", delay_ms=1), "1"))
    (near, here), (far, there) = [await across(port) for port in await cable.flow()]
    there.sendto(b"here I am")
    await eventually(lambda: cable.flows[0][1].across is not None, 5, "the far end is known")
    here.sendto(b"hello")
    assert await asyncio.wait_for(far.heard.get(), 5) == b"hello"
    await cable.obey({"do": "cut"})
    here.sendto(b"lost")
    await eventually(lambda: cable.lines[0].lost > 0, 5, "a packet is lost")
    await cable.obey({"do": "mend"})
    here.sendto(b"again")
    assert await asyncio.wait_for(far.heard.get(), 5) == b"again"
    assert (await cable.obey({"do": "count"}))["counts"][0] == [2, 1, 0]
    await gone(cable, (near, here), (far, there))


async def test_two_connections_at_once_share_the_line_and_are_never_mixed_up() -> None:
    cable = Cable()
    flows = [[await across(port) for port in (await cable.obey({"do": "flow"}))["ports"]] for _ in range(2)]
    for number, (_, (_, there)) in enumerate(flows):
        there.sendto(b"far end %d" % number)
        await eventually(lambda number=number: cable.flows[number][1].across, 5, "the far end is known")  # type: ignore[misc]
    for number, ((_, here), _) in enumerate(flows):
        here.sendto(b"hello %d" % number)
    for number, (_, (far, _)) in enumerate(flows):
        assert await asyncio.wait_for(far.heard.get(), 5) == b"hello %d" % number
    assert cable.lines[0].carried == 2
    await gone(cable, *flows[0], *flows[1])


async def test_a_line_that_is_strung_anew_knows_no_flow() -> None:
    cable = Cable()
    await cable.flow()
    cable.string(Condition("clean"), "2")
    assert cable.flows == []
    cable.close()


async def gone(cable: Cable, *peers: tuple[Peer, asyncio.DatagramTransport]) -> None:
    cable.close()
    for _, way in peers:
        way.close()
    for peer, _ in peers:
        await peer.gone.wait()
