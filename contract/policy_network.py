"""The part of a policy that says with whom a laptop may speak, by address; it knows no name and asks no DNS."""

import contextlib
import ipaddress
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, StringConstraints

from contract.strict import Message

MOST: Final = 16  # services, relays or gateways
HTTPS: Final = 443
Port = Annotated[int, Field(ge=1, le=65535)]


@dataclass(frozen=True, order=True)
class Host:
    """One address, as the kernel writes it; `version` is 4 or 6."""

    version: int
    address: str


@dataclass(frozen=True, order=True)
class Endpoint:
    """One TCP port of one address."""

    host: Host
    port: int


def host_of(untrusted: object) -> Host:
    """An address of exactly one machine. Raises ValueError, for a name too: there is no DNS to ask."""
    if not isinstance(untrusted, str):
        raise ValueError("an address must be text")  # noqa: TRY004 - pydantic reports ValueError only
    try:
        address = ipaddress.ip_address(untrusted)
    except ValueError:
        raise ValueError("an address must be an IP address, not a name or a network") from None
    if address.is_multicast or address.is_unspecified or "%" in untrusted or untrusted == "255.255.255.255":
        raise ValueError("an address must be that of one machine")
    return Host(address.version, str(address))


def endpoint_of(untrusted: object) -> Endpoint:
    """`192.0.2.10:443` or `[2001:db8::10]:443`. Raises ValueError."""
    if not isinstance(untrusted, str):
        raise ValueError("a service must be text")  # noqa: TRY004 - as above
    address, colon, port = untrusted.rpartition(":")
    is_bracketed = address.startswith("[") and address.endswith("]")
    if not colon or not (port.isascii() and port.isdecimal()) or not 1 <= int(port[:6]) <= 65535:
        raise ValueError("a service must be ADDRESS:PORT")
    host = host_of(address[1:-1] if is_bracketed else address)
    if is_bracketed != (host.version == 6):
        raise ValueError("a service must be ADDRESS:PORT, with an IPv6 address in brackets")
    return Endpoint(host, int(port))


def endpoint_at(url: str) -> Endpoint | None:
    """The endpoint of `https://ADDRESS:PORT`; None for a name, of which nobody here knows the address."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        return Endpoint(host_of(parts.hostname), parts.port or HTTPS)
    return None


class Relay(Message):
    """One TURN server: media goes through it and nowhere else."""

    address: Annotated[Host, BeforeValidator(host_of)]
    udp: Annotated[tuple[Port, ...], Field(max_length=4, strict=False)] = (3478,)
    tcp: Annotated[tuple[Port, ...], Field(max_length=4, strict=False)] = (443, 3478)


class NetworkPolicy(Message):
    """With whom the laptop may speak. `wireless` is the one SSID it may join; without it there is no wireless.

    `gateways` may be asked by one echo whether the site's own network stands.
    """

    services: Annotated[
        tuple[Annotated[Endpoint, BeforeValidator(endpoint_of)], ...],
        Field(min_length=1, max_length=MOST, strict=False),
    ]
    relays: Annotated[tuple[Relay, ...], Field(max_length=MOST, strict=False)] = ()
    gateways: Annotated[
        tuple[Annotated[Host, BeforeValidator(host_of)], ...], Field(max_length=MOST, strict=False)
    ] = ()
    dhcp: bool = False
    wireless: Annotated[str, StringConstraints(min_length=1, max_length=32, pattern=r"^[\x20-\x7e]+$")] | None = None
