"""The words of `visits serve` about TURN servers, and the secret that is shared with them; it opens no line."""

import argparse
import stat
from pathlib import Path
from typing import Final

from contract.policy_network import endpoint_of
from visits.api.relay import Relay
from visits.errors import ServiceError

LEAST_SECRET_BYTES: Final = 16
MOST_SECRET_BYTES: Final = 1024
TRANSPORTS: Final = {
    "": ("turn", "udp"),
    "transport=udp": ("turn", "udp"),
    "transport=tcp": ("turn", "tcp"),
    "transport=tls": ("turns", "tcp"),  # RFC 7065 knows TLS by the scheme
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of it."""
    parser.add_argument(
        "--turn",
        type=turn_url,
        action="append",
        default=[],
        metavar="ADDRESS:PORT[?transport=tcp|tls]",
        help="a TURN server; with one, laptops send media through it alone (repeatable; udp is tried before tcp, and "
        "tcp before tls)",
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
    if all(url.startswith("turns:") for url in turn):
        raise ServiceError("--turn needs one without TLS for families: no browser knows the laptops' authority")
    return Relay(tuple(dict.fromkeys(turn)), _secret_in(file))


def turn_url(text: str) -> str:
    """`192.0.2.20:3478`, `[2001:db8::20]:443?transport=tls` as a TURN address. A laptop asks no DNS for a name."""
    place, _, query = text.partition("?")
    try:
        scheme, transport = TRANSPORTS[query]
        at = endpoint_of(place)
    except (KeyError, ValueError):
        raise argparse.ArgumentTypeError(
            "expected ADDRESS:PORT, an IPv6 address in brackets, and ?transport=tcp or tls where it is not udp"
        ) from None
    host = f"[{at.host.address}]" if at.host.version == 6 else at.host.address
    return f"{scheme}:{host}:{at.port}?transport={transport}"


def _secret_in(file: Path) -> bytes:
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise ServiceError(f"{file} may be read by others: chmod 600 it")
    with file.open("rb") as opened:
        secret = opened.read(MOST_SECRET_BYTES + 1).strip()
    if not LEAST_SECRET_BYTES <= len(secret) <= MOST_SECRET_BYTES:
        raise ServiceError(f"{file} must hold a secret of {LEAST_SECRET_BYTES} to {MOST_SECRET_BYTES} bytes")
    return secret
