"""The words of `visits serve` about TURN servers, and the secret that is shared with them; it opens no line."""

import argparse
import ipaddress
import stat
from pathlib import Path
from typing import Final

from visits.api.relay import Relay
from visits.errors import ServiceError

LEAST_SECRET_BYTES: Final = 16
MOST_SECRET_BYTES: Final = 1024
TRANSPORTS: Final = {"": "udp", "transport=udp": "udp", "transport=tcp": "tcp"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of it."""
    parser.add_argument(
        "--turn",
        type=turn_url,
        action="append",
        default=[],
        metavar="ADDRESS:PORT[?transport=tcp]",
        help="a TURN server; with one, laptops send media through it alone (repeatable; laptops use the first)",
    )
    parser.add_argument(
        "--turn-secret-file", type=Path, metavar="FILE", help="its static-auth-secret, in a file for our user only"
    )


def relay_of(arguments: argparse.Namespace) -> Relay | None:
    """What was asked for; None without it. Raises ServiceError or OSError: half of it is a mistake."""
    turn, file = arguments.turn, arguments.turn_secret_file
    if not turn and file is None:
        return None
    if not turn or file is None:
        raise ServiceError("--turn and --turn-secret-file are given together, or not at all")
    return Relay(tuple(dict.fromkeys(turn)), _secret_in(file))


def turn_url(text: str) -> str:
    """`192.0.2.20:3478`, `192.0.2.20:443?transport=tcp` as a `turn:` address. A laptop asks no DNS for a name."""
    place, _, query = text.partition("?")
    address, _, port = place.rpartition(":")
    try:
        transport = TRANSPORTS[query]
        host = ipaddress.IPv4Address(address)  # aiortc cannot read an IPv6 address in a `turn:` address
        number = int(port) if port.isascii() and port.isdecimal() and len(port) <= 5 else 0
    except (KeyError, ValueError):
        number = 0
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("expected an IPv4 ADDRESS:PORT, and ?transport=tcp where it is not udp")
    return f"turn:{host}:{number}?transport={transport}"


def _secret_in(file: Path) -> bytes:
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise ServiceError(f"{file} may be read by others: chmod 600 it")
    with file.open("rb") as opened:
        secret = opened.read(MOST_SECRET_BYTES + 1).strip()
    if not LEAST_SECRET_BYTES <= len(secret) <= MOST_SECRET_BYTES:
        raise ServiceError(f"{file} must hold a secret of {LEAST_SECRET_BYTES} to {MOST_SECRET_BYTES} bytes")
    return secret
