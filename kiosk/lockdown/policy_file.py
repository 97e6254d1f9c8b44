"""Reads the policy file of this laptop: which addresses it may speak to. It guesses nothing and applies nothing."""

import ipaddress
import os
import tomllib
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError

from contract.strict import Message
from kiosk.errors import LockdownError
from kiosk.lockdown.machine import Machine

PLACE: Final = "/etc/visit-kiosk/policy.toml"
LONGEST_CHARACTERS: Final = 64 * 1024
MOST: Final = 16  # services, relays or gateways
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


def _host(untrusted: object) -> Host:
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


def _endpoint(untrusted: object) -> Endpoint:
    """`192.0.2.10:443` or `[2001:db8::10]:443`. Raises ValueError."""
    if not isinstance(untrusted, str):
        raise ValueError("a service must be text")  # noqa: TRY004 - as above
    address, colon, port = untrusted.rpartition(":")
    is_bracketed = address.startswith("[") and address.endswith("]")
    if not colon or not (port.isascii() and port.isdecimal()) or not 1 <= int(port[:6]) <= 65535:
        raise ValueError("a service must be ADDRESS:PORT")
    host = _host(address[1:-1] if is_bracketed else address)
    if is_bracketed != (host.version == 6):
        raise ValueError("a service must be ADDRESS:PORT, with an IPv6 address in brackets")
    return Endpoint(host, int(port))


class Relay(Message):
    """One TURN server: media goes through it and nowhere else."""

    address: Annotated[Host, BeforeValidator(_host)]
    udp: Annotated[tuple[Port, ...], Field(max_length=4, strict=False)] = (3478,)
    tcp: Annotated[tuple[Port, ...], Field(max_length=4, strict=False)] = (443, 3478)


class NetworkPolicy(Message):
    """With whom the laptop may speak. `wireless` is the one SSID it may join; without it there is no wireless.

    `gateways` may be asked by one echo whether the site's own network stands.
    """

    services: Annotated[
        tuple[Annotated[Endpoint, BeforeValidator(_endpoint)], ...],
        Field(min_length=1, max_length=MOST, strict=False),
    ]
    relays: Annotated[tuple[Relay, ...], Field(max_length=MOST, strict=False)] = ()
    gateways: Annotated[tuple[Annotated[Host, BeforeValidator(_host)], ...], Field(max_length=MOST, strict=False)] = ()
    dhcp: bool = False
    wireless: Annotated[str, StringConstraints(min_length=1, max_length=32, pattern=r"^[\x20-\x7e]+$")] | None = None


class Policy(Message):
    """What IT decided for this laptop."""

    network: NetworkPolicy


def read_policy(machine: Machine) -> Policy:
    """The policy in force. Raises LockdownError with one sentence that names what is wrong with it."""
    try:
        text = machine.text(PLACE)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise LockdownError(f"The policy file {PLACE} cannot be read: {why}.") from error
    return policy_in(text)


def policy_in(untrusted: str) -> Policy:
    """The policy that a text spells out. Raises LockdownError, naming the field but never repeating the text."""
    if len(untrusted) > LONGEST_CHARACTERS:
        raise LockdownError(f"The policy file {PLACE} is longer than {LONGEST_CHARACTERS} characters.")
    try:
        return Policy.model_validate(tomllib.loads(untrusted))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))[:100]
        what = first["msg"].removeprefix("Value error, ")
        raise LockdownError(f"The policy file {PLACE} is wrong at {where}: {what}.") from None
    except (ValueError, RecursionError):  # TOMLDecodeError is a ValueError
        raise LockdownError(f"The policy file {PLACE} is not TOML.") from None
