"""`visits serve`: one process, one SQLite file."""

import argparse
import asyncio
import logging
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

from visits.api.app import create_app
from visits.api.clock import SystemClock
from visits.api.server import Server, listen, url_of, write_ready_file
from visits.api.settings import Settings
from visits.api.switchboard import Switchboard
from visits.cli import relay
from visits.cli.say import say
from visits.cosigner import Cosigner, cosigner_in, default_file
from visits.store.database import Database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on; 0 takes a free one (%(default)s)")
    parser.add_argument("--public-url", type=_web_address, metavar="URL", help="where families reach the service")
    parser.add_argument("--ready-file", type=Path, metavar="FILE", help='gets {"url": ...} once the service listens')
    parser.add_argument(
        "--cosign-key",
        type=Path,
        metavar="FILE",
        help="the key that signs heads of audit trails; made if it is not there (default: beside the database)",
    )
    relay.add_arguments(parser)


def act(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT. Raises Unavailable or OSError when it cannot start."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("visits").setLevel(logging.INFO)  # uvicorn's own INFO lines name links, which are secrets
    cosigner = cosigner_in(arguments.cosign_key or default_file(arguments.db))
    settings = Settings(public_url=arguments.public_url, relay=relay.relay_of(arguments))
    with listen(arguments.host, arguments.port) as listening:
        return asyncio.run(_serve(arguments, listening, settings, cosigner))


async def _serve(
    arguments: argparse.Namespace, listening: socket.socket, settings: Settings, cosigner: Cosigner
) -> int:
    url = url_of(listening)
    crashed = asyncio.Event()

    def on_crash() -> None:
        crashed.set()
        server.stop()

    def on_ready() -> None:
        if arguments.ready_file is not None:
            write_ready_file(arguments.ready_file, url)
        say(f"visits: listening on {url}")

    async with Switchboard(Database(arguments.db), settings, SystemClock(), cosigner) as board:
        server = Server(create_app(board, on_crash), on_ready)
        for each in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(each, server.stop)
        await server.serve([listening])
    return int(crashed.is_set())


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise argparse.ArgumentTypeError("expected http://HOST or https://HOST")
    return text.rstrip("/")
