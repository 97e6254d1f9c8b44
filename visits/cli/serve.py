"""`visits serve`: one process, one SQLite file, two listeners: families' and laptops'."""

import argparse
from pathlib import Path
from urllib.parse import urlsplit

from visits.cli import relay


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("--host", default="127.0.0.1", help="address for families to reach (%(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port for families; 0 takes a free one (%(default)s)")
    parser.add_argument("--public-url", type=_web_address, metavar="URL", help="where families reach the service")
    parser.add_argument(
        "--public-certificate", type=Path, metavar="FILE", help="for families by https without a proxy: PEM, the chain"
    )
    parser.add_argument("--public-key", type=Path, metavar="FILE", help="the key of --public-certificate")
    parser.add_argument("--laptop-host", default="127.0.0.1", help="address for laptops to reach (%(default)s)")
    parser.add_argument(
        "--laptop-port", type=int, default=8443, help="port for laptops; 0 takes a free one (%(default)s)"
    )
    parser.add_argument("--keys", type=Path, metavar="DIR", help="the service's keys (default: beside the database)")
    parser.add_argument(
        "--certificate-days", type=_days, default=180, metavar="N", help="how long a laptop's last (%(default)s)"
    )
    parser.add_argument(
        "--ready-file", type=Path, metavar="FILE", help='gets {"url": ..., "laptop_url": ...} once the service listens'
    )
    parser.add_argument(
        "--cosign-key",
        type=Path,
        metavar="FILE",
        help="the key that signs heads of audit trails; made if it is not there (default: beside the database)",
    )
    relay.add_arguments(parser)


def act(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT. Raises ServiceError or OSError when it cannot start."""
    from visits.cli.serving import serve  # noqa: PLC0415 (a web server, for this command alone)

    return serve(arguments)


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 3650:
        raise argparse.ArgumentTypeError("expected whole days, from 1 to 3650")
    return days


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise argparse.ArgumentTypeError("expected http://HOST or https://HOST")
    return text.rstrip("/")
