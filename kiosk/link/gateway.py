"""Does this site's own gateway answer? One small question to the nearest router, a second at most; changes nothing."""

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kiosk.link.routes import Gateway, default_v4, default_v6

LOG: Final = logging.getLogger(__name__)
ANSWERS_WITHIN_S: Final = 1.0
TCP_PORT: Final = 443  # whether anything listens there does not matter: a refusal is an answer
ECHO_V4: Final = b"\x08\x00\x00\x00\x00\x00\x00\x01"  # ICMP echo request; the kernel fills in checksum and id
ECHO_V6: Final = b"\x80\x00\x00\x00\x00\x00\x00\x01"
REPLY_V4: Final = 0
REPLY_V6: Final = 129
ROUTES_V4: Final = Path("/proc/net/route")
ROUTES_V6: Final = Path("/proc/net/ipv6_route")


class GatewayProbe:
    """Asks the gateway of the default route, for a laptop whose service is at `url`."""

    def __init__(self, url: str, find: Callable[[], Gateway | None] | None = None) -> None:
        self._is_here = is_this_machine(url)
        self._find = find or default_gateway

    async def answers(self) -> bool:
        """Whether it does. A service on this very machine needs no gateway; without a route none answers."""
        if self._is_here:
            return True
        gateway = self._find()
        return False if gateway is None else await asks(gateway)


def is_this_machine(url: str) -> bool:
    """Whether the service at `url` is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def default_gateway() -> Gateway | None:
    """The gateway of this machine's default route: IPv4's, or else IPv6's."""
    return default_v4(_read(ROUTES_V4)) or default_v6(_read(ROUTES_V6))


async def asks(gateway: Gateway, port: int = TCP_PORT) -> bool:
    """Ask by ICMP where the kernel allows it, else by TCP. Never raises, and has an answer within a second."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            try:
                with _echo_socket(gateway) as echo:
                    return await _echoes(echo, gateway)
            except PermissionError:
                return await _is_there(gateway, port)
    except (OSError, TimeoutError):  # no way there counts as no answer
        return False


def _echo_socket(gateway: Gateway) -> socket.socket:
    """An ICMP socket without privileges. Raises PermissionError where net.ipv4.ping_group_range forbids it."""
    family, protocol = (
        (socket.AF_INET6, socket.IPPROTO_ICMPV6) if gateway.is_v6 else (socket.AF_INET, socket.IPPROTO_ICMP)
    )
    return socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, protocol)


async def _echoes(echo: socket.socket, gateway: Gateway) -> bool:
    loop = asyncio.get_running_loop()
    echo.connect(_address(gateway, 0))
    await loop.sock_sendall(echo, ECHO_V6 if gateway.is_v6 else ECHO_V4)
    while True:
        answer = await loop.sock_recv(echo, 64)
        if answer[:1] == bytes([REPLY_V6 if gateway.is_v6 else REPLY_V4]):
            return True


async def _is_there(gateway: Gateway, port: int) -> bool:
    family = socket.AF_INET6 if gateway.is_v6 else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as knock:
        try:
            await asyncio.get_running_loop().sock_connect(knock, _address(gateway, port))
        except ConnectionRefusedError:
            return True
        return True


def _address(gateway: Gateway, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    """As sockets take it; a link-local address needs to know by which interface."""
    if not gateway.is_v6:
        return gateway.address, port
    is_local = ipaddress.IPv6Address(gateway.address).is_link_local
    return gateway.address, port, 0, socket.if_nametoindex(gateway.device) if is_local else 0


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError as error:
        LOG.warning("%s cannot be read: %s", file, type(error).__name__)
        return ""
