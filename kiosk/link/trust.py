"""Whom the laptop takes for the service: who shows a certificate of one authority. No list of this machine counts."""

import ssl
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.errors import Unavailable


def trust(url: str, authority: Path | None) -> ssl.SSLContext | None:
    """How to check the service at `url`; None where it speaks no TLS, as a demo's on this very machine.

    `authority` is a file with the certificate, as PEM. Raises Unavailable where https has none, or it cannot be read,
    and for a service elsewhere without TLS.
    """
    if urlsplit(url).scheme != "https":
        if not _is_here(urlsplit(url).hostname or ""):
            raise Unavailable("A service that is not on this machine is spoken to by https only (--service).")
        return None
    if authority is None:
        raise Unavailable("An https service needs the certificate of its authority (--authority).")
    try:
        context = ssl.create_default_context(cafile=authority)  # with a file given, nothing else is loaded
    except (OSError, ssl.SSLError) as error:
        raise Unavailable(f"The authority's certificate cannot be read from {authority}.") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
