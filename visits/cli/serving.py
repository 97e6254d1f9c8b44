"""The process of `visits serve`: what it opens before it listens, and how it stops."""

import argparse
import asyncio
import logging
import signal
import socket
import ssl
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from visits.api.app import create_app, create_laptop_app
from visits.api.clock import SystemClock
from visits.api.farewell import Farewell
from visits.api.garbage import collect_the_young_only
from visits.api.server import LAPTOPS_PING_EVERY_S, Server, listen, url_of, write_ready_file
from visits.api.settings import Settings
from visits.api.switchboard import Switchboard
from visits.api.tls import families_context, laptops_context
from visits.cli import relay
from visits.cli.file_limit import raise_file_limit
from visits.cli.say import say
from visits.cosigner import cosigner_in, default_file
from visits.errors import ServiceError
from visits.keys.folder import default_folder, relay_due, renew_server_if_due
from visits.keys.live import LiveKeys
from visits.store.database import Database
from visits.store.updates import default_updates

log = logging.getLogger(__name__)
# The store's thread computes, the loop's makes many short system calls, after each of which it waits for the other.
SWITCH_EVERY_S: Final = 0.0005


def serve(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT. Raises ServiceError or OSError when it cannot start."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("visits").setLevel(logging.INFO)  # uvicorn's own INFO lines name links, which are secrets
    raise_file_limit()
    sys.setswitchinterval(SWITCH_EVERY_S)
    collect_the_young_only()
    with (
        listen(arguments.host, arguments.port) as families,
        listen(arguments.laptop_host, arguments.laptop_port) as laptops,
    ):
        return asyncio.run(_serve(arguments, Doors(families, _public_tls(arguments), laptops)))


@dataclass(frozen=True, slots=True)
class Doors:
    """The two listening sockets; families' with TLS of its own, or with a proxy in front."""

    families: socket.socket
    families_tls: ssl.SSLContext | None
    laptops: socket.socket

    @property
    def urls(self) -> dict[str, str]:
        """Where each is reached."""
        scheme = "http" if self.families_tls is None else "https"
        return {"url": url_of(self.families, scheme), "laptop_url": url_of(self.laptops, "https")}


async def _serve(arguments: argparse.Namespace, doors: Doors) -> int:
    crashed = asyncio.Event()
    unready = {"families", "laptops"}

    def on_crash() -> None:
        crashed.set()
        stop()

    def on_ready(who: str) -> None:
        unready.discard(who)
        if not unready:
            _say_ready(arguments, doors)

    def stop() -> None:
        for server in (families, laptops):
            server.stop()

    async with _board(arguments) as board:
        farewell, laptops_tls = Farewell(board).say, laptops_context(board.keys.folder)
        families = Server(create_app(board, on_crash), lambda: on_ready("families"), doors.families_tls, farewell)
        laptops = Server(
            create_laptop_app(board), lambda: on_ready("laptops"), laptops_tls, farewell, LAPTOPS_PING_EVERY_S
        )
        for each in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(each, stop)
        await asyncio.gather(families.serve([doors.families]), laptops.serve([doors.laptops]))
    return int(crashed.is_set())


def _board(arguments: argparse.Namespace) -> Switchboard:
    """Everything the two share. Raises ServiceError or OSError."""
    cosigner = cosigner_in(arguments.cosign_key or default_file(arguments.db))
    folder = arguments.keys or default_folder(arguments.db)
    look_at_certificates(folder, datetime.now(UTC))
    keys = LiveKeys(folder)
    settings = Settings(
        public_url=arguments.public_url,
        relay=relay.relay_of(arguments),
        certificates_last=timedelta(days=arguments.certificate_days),
        updates=default_updates(arguments.db),
    )
    return Switchboard(Database(arguments.db), settings, SystemClock(), cosigner, keys)


def look_at_certificates(folder: Path, now: datetime) -> None:
    """Renew the listener's in its last weeks, and warn in the relay's, which coturn has.

    Raises ServiceError or OSError.
    """
    if renew_server_if_due(folder, now):
        log.warning("the certificate of the laptops' listener was near its end and has been renewed")
    if (ends_at := relay_due(folder, now)) is not None:
        log.warning("the relay's certificate ends on %s: make another with `visits ca relay`", f"{ends_at:%Y-%m-%d}")


def _say_ready(arguments: argparse.Namespace, doors: Doors) -> None:
    if arguments.ready_file is not None:
        write_ready_file(arguments.ready_file, doors.urls)
    say(f"visits: families on {doors.urls['url']}, laptops on {doors.urls['laptop_url']}")


def _public_tls(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    """What was asked for; None without it. Raises ServiceError or OSError: half of it is a mistake."""
    certificate, key = arguments.public_certificate, arguments.public_key
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise ServiceError("--public-certificate and --public-key are given together, or not at all")
    return families_context(certificate, key)
