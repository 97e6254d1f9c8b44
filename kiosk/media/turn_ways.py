"""The servers a laptop was given: TURN as ways to try, by UDP, TCP, TLS in this order, and STUN. Opens nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from contract.media import IceServer

# RFC 7065, with RFC 3986's brackets for an IPv6 address, which aiortc's own reading lacks.
_TURN: Final = re.compile(
    r"(?P<scheme>turns?):(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[^?:\[\]@/]+))(?::(?P<port>[0-9]{1,5}))?"
    r"(?:\?transport=(?P<transport>udp|tcp))?"
)
_STUN: Final = re.compile(r"stun:[^?:\[\]@/]+(?::(?P<port>[0-9]{1,5}))?")  # RFC 7064, less what aiortc cannot read
_LAST_PORT: Final = 65_535
_PORTS: Final = {"turn": 3478, "turns": 5349}


class By(StrEnum):
    """What packets for the relay travel in, the best first: UDP loses a packet, the others hold up all after it."""

    UDP = "UDP"
    TCP = "TCP"
    TLS = "TLS"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to one TURN server, with what it asks for."""

    by: By
    host: str
    port: int
    username: str | None = None
    credential: str | None = field(default=None, repr=False)


def ways_of(ice_servers: Iterable[IceServer]) -> tuple[Way, ...]:
    """Every way, the best first and otherwise as given. What is no TURN address, or needs DTLS, is passed over."""
    found = (_way(url, server) for server in ice_servers for url in server.urls)
    order = list(By)
    return tuple(sorted((way for way in found if way is not None), key=lambda way: order.index(way.by)))


def stun_servers(ice_servers: Iterable[IceServer]) -> list[str]:
    """The STUN servers among them, as they are written. An IPv6 address, which aioice would never ask, is passed over
    like what is no address: at one that it cannot read aiortc ends the session."""
    return [url for server in ice_servers for url in server.urls if _is_stun(url)]


def _is_stun(url: str) -> bool:
    read = _STUN.fullmatch(url)
    return read is not None and int(read["port"] or 0) <= _LAST_PORT


def _way(url: str, server: IceServer) -> Way | None:
    read = _TURN.fullmatch(url)
    if read is None:
        return None
    is_tls, transport = read["scheme"] == "turns", read["transport"]
    if is_tls and transport == "udp":
        return None
    by = By.TLS if is_tls else By.TCP if transport == "tcp" else By.UDP
    port = int(read["port"] or _PORTS[read["scheme"]])
    if port > _LAST_PORT:
        return None
    return Way(by, read["v6"] or read["host"], port, server.username, server.credential)
