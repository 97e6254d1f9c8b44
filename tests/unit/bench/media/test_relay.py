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


async def test_packets_go_through_and_none_while_it_is_cut() -> None:
    loop, cable, peers = asyncio.get_running_loop(), Cable(), (Peer(), Peer())
    for end in cable.ends:
        await loop.create_datagram_endpoint(lambda end=end: end, local_addr=(HOST, 0))  # type: ignore[misc]
    ways = [
        (await loop.create_datagram_endpoint(lambda peer=peer: peer, remote_addr=(HOST, end.port)))[0]  # type: ignore[misc]
        for peer, end in zip(peers, cable.ends, strict=True)
    ]
    cable.obey(stringing(Condition("clean", delay_ms=1), "1"))
    ways[1].sendto(b"here I am")
    await eventually(lambda: cable.ends[1].across is not None, 5, "the far end is known")
    ways[0].sendto(b"hello")
    assert await asyncio.wait_for(peers[1].heard.get(), 5) == b"hello"
    cable.obey({"do": "cut"})
    ways[0].sendto(b"lost")
    await eventually(lambda: cable.ends[0].line.lost > 0, 5, "a packet is lost")
    cable.obey({"do": "mend"})
    ways[0].sendto(b"again")
    assert await asyncio.wait_for(peers[1].heard.get(), 5) == b"again"
    assert cable.obey({"do": "count"})["counts"][0] == [2, 1, 0]
    for transport in (*ways, *(end.transport for end in cable.ends)):
        transport.close()
    for peer in peers:
        await peer.gone.wait()
