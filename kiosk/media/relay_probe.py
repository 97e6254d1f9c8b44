"""Whether the relays would have this laptop's media: an allocation at each, over UDP and over TCP, given back at once.

Nothing is sent through them. Knows no device.
"""

import asyncio
import logging
import math
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aioice import stun
from aioice.turn import TurnClientTcpProtocol, TurnClientUdpProtocol

from contract.media import IceServer
from contract.readiness import LONGEST_FOUND, CheckName
from kiosk.media.turn_ways import By, Way, ways_of
from kiosk.policy.readiness import Found, Trouble

log = logging.getLogger(__name__)

ALLOCATE_LIMIT_S: Final = 4.0
LIFETIME_S: Final = 600  # the shortest that RFC 8656 knows; given back at once
BIND_EVERY_S: Final = 500
NOT_USED: Final = "this service uses no relay"
NONE_NAMED: Final = "the service names no relay, and a call needs one"


async def relays_checked(
    ice_servers: Sequence[IceServer], tls: ssl.SSLContext | None = None, *, relay_only: bool = False
) -> tuple[Found, Found]:
    """What was found of the relays over UDP and over TCP. Takes no longer than ALLOCATE_LIMIT_S and a little.

    `tls` says whom to believe by TLS; without it that way is not tried, as a call would not try it.
    """
    if not any(url.startswith("turn") for server in ice_servers for url in server.urls):
        return no_relays(Trouble.RELAY_MISSING, NONE_NAMED) if relay_only else no_relays(None, NOT_USED)
    ways = [way for way in ways_of(ice_servers) if way.by is not By.TLS or tls is not None]
    tries = await asyncio.gather(*(_try(way, tls) for way in ways))
    udp, tcp = [each for each in tries if each.way.by is By.UDP], [each for each in tries if each.way.by is not By.UDP]
    return (
        _found(CheckName.RELAY_UDP, udp, Trouble.RELAY_UDP_SHUT),
        _found(CheckName.RELAY_TCP, tcp, Trouble.RELAY_TCP_SHUT if tcp else Trouble.RELAY_TCP_NOT_OFFERED),
    )


def no_relays(trouble: Trouble | None, found: str) -> tuple[Found, Found]:
    """Both rows where there is no relay to ask."""
    return (
        Found(check=CheckName.RELAY_UDP, trouble=trouble, found=found),
        Found(check=CheckName.RELAY_TCP, trouble=trouble, found=found),
    )


@dataclass(frozen=True, slots=True)
class _Try:
    """What came of one way: how long it took, or why it failed."""

    way: Way
    took_s: float = math.inf
    why: str = ""


async def _try(way: Way, tls: ssl.SSLContext | None) -> _Try:
    clock = asyncio.get_running_loop().time
    began = clock()
    try:
        async with asyncio.timeout(ALLOCATE_LIMIT_S):
            return _Try(way, await _allocate(way, tls) - began)
    except (TimeoutError, OSError, stun.TransactionError) as error:
        log.warning("a relay does not have us, by %s: %s", way.by, type(error).__name__)
        return _Try(way, why=error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else "no answer")


async def _allocate(way: Way, tls: ssl.SSLContext | None) -> float:
    """When the allocation stood, by the loop's clock. Raises OSError, TimeoutError or TransactionError."""
    loop = asyncio.get_running_loop()
    address = (way.host, way.port)
    said = (address, way.username, way.credential, LIFETIME_S, BIND_EVERY_S)
    transport: asyncio.BaseTransport
    client: TurnClientTcpProtocol | TurnClientUdpProtocol
    if way.by is not By.UDP:
        context = tls if way.by is By.TLS else None
        transport, client = await loop.create_connection(lambda: TurnClientTcpProtocol(*said), *address, ssl=context)
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


def _found(check: CheckName, tries: Sequence[_Try], shut: Trouble) -> Found:
    """The quickest of them; a way by TLS that failed is named beside it: nothing else tells of a certificate's end."""
    failed = [each for each in tries if each.why]
    by_tls = [f"TLS on port {each.way.port}: {each.why}" for each in failed if each.way.by is By.TLS]
    if len(failed) < len(tries):
        best = min(tries, key=lambda each: each.took_s)
        took = f"port {best.way.port}{', TLS' if best.way.by is By.TLS else ''}, {best.took_s * 1000:.0f} ms"
        return Found(check=check, found="; ".join((took, *by_tls))[:LONGEST_FOUND])
    ports = sorted({str(each.way.port) for each in failed if each.way.by is not By.TLS})
    silent = [f"no answer on port {', '.join(ports)}"] if ports else []
    return Found(check=check, trouble=shut, found="; ".join((*silent, *by_tls))[:LONGEST_FOUND] or "not offered")
