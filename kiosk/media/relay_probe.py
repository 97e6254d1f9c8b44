"""Whether the relays would have this laptop's media: an allocation at each, over UDP and over TCP, given back at once.

Nothing is sent through them. Knows no device.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from aioice import stun
from aioice.turn import TurnClientTcpProtocol, TurnClientUdpProtocol
from aiortc.rtcicetransport import parse_stun_turn_uri

from contract.media import IceServer
from contract.readiness import CheckName
from kiosk.policy.readiness import Found, Trouble

log = logging.getLogger(__name__)

ALLOCATE_LIMIT_S: Final = 4.0
LIFETIME_S: Final = 600  # the shortest that RFC 8656 knows; given back at once
BIND_EVERY_S: Final = 500
NOT_USED: Final = "this service uses no relay"


@dataclass(frozen=True, slots=True)
class Way:
    """One address of one relay, and how it is spoken to there."""

    host: str
    port: int
    tcp: bool
    tls: bool
    username: str | None
    credential: str | None


async def relays_checked(ice_servers: Sequence[IceServer]) -> tuple[Found, Found]:
    """What was found of the relays over UDP and over TCP. Takes no longer than ALLOCATE_LIMIT_S and a little."""
    ways = list(_ways(ice_servers))
    if not ways:
        return Found(check=CheckName.RELAY_UDP, found=NOT_USED), Found(check=CheckName.RELAY_TCP, found=NOT_USED)
    udp, tcp = [way for way in ways if not way.tcp], [way for way in ways if way.tcp]
    by_udp, by_tcp = await asyncio.gather(_best(udp), _best(tcp))
    return (
        _found(CheckName.RELAY_UDP, by_udp, udp, Trouble.RELAY_UDP_SHUT),
        _found(CheckName.RELAY_TCP, by_tcp, tcp, Trouble.RELAY_TCP_SHUT if tcp else Trouble.RELAY_TCP_NOT_OFFERED),
    )


def _ways(ice_servers: Iterable[IceServer]) -> Iterable[Way]:
    for server in ice_servers:
        for url in server.urls:
            try:
                read = parse_stun_turn_uri(url)
            except ValueError:
                log.error("the service named a relay that is none")
                continue
            if read["scheme"] in ("turn", "turns"):
                tls, tcp = read["scheme"] == "turns", read["transport"] == "tcp"
                yield Way(read["host"].strip("[]"), read["port"], tcp, tls, server.username, server.credential)


async def _best(ways: Sequence[Way]) -> tuple[float, Way] | None:
    """How long the quickest took, in seconds; None when none would have us."""
    took = await asyncio.gather(*(_seconds(way) for way in ways))
    answered = [(each, way) for each, way in zip(took, ways, strict=True) if each is not None]
    return min(answered, key=lambda each: each[0], default=None)


async def _seconds(way: Way) -> float | None:
    clock = asyncio.get_running_loop().time
    began = clock()
    try:
        async with asyncio.timeout(ALLOCATE_LIMIT_S):
            return await _allocate(way) - began
    except (TimeoutError, OSError, stun.TransactionError) as error:
        log.warning("a relay does not have us, by %s: %s", "TCP" if way.tcp else "UDP", type(error).__name__)
        return None


async def _allocate(way: Way) -> float:
    """When the allocation stood, by the loop's clock. Raises OSError, TimeoutError or TransactionError."""
    loop = asyncio.get_running_loop()
    address = (way.host, way.port)
    said = (address, way.username, way.credential, LIFETIME_S, BIND_EVERY_S)
    transport: asyncio.BaseTransport
    client: TurnClientTcpProtocol | TurnClientUdpProtocol
    if way.tcp:
        ssl = True if way.tls else None
        transport, client = await loop.create_connection(lambda: TurnClientTcpProtocol(*said), *address, ssl=ssl)
    else:
        transport, client = await loop.create_datagram_endpoint(
            lambda: TurnClientUdpProtocol(*said), remote_addr=address
        )
    try:
        await client.connect()
        stood_at = loop.time()
        await client.delete()
        return stood_at
    finally:
        transport.close()


def _found(check: CheckName, best: tuple[float, Way] | None, ways: Sequence[Way], shut: Trouble) -> Found:
    if best is not None:
        took_s, way = best
        return Found(check=check, found=f"port {way.port}{', TLS' if way.tls else ''}, {took_s * 1000:.0f} ms")
    ports = ", ".join(sorted({str(way.port) for way in ways}))
    return Found(check=check, trouble=shut, found=f"no answer on port {ports}"[:120] if ways else "not offered")
