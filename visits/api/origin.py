"""Which web origin a request may come from: our own, so that no other site can speak with a family's cookie."""

import re
from typing import Final

from starlette.requests import HTTPConnection

from visits.api.settings import Settings

HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?")
WEB: Final = {"ws": "http", "wss": "https", "http": "http", "https": "https"}


def own_origin(connection: HTTPConnection, settings: Settings) -> str | None:
    """Our origin as the browser sees it: the public URL's, or the address asked for. None if Host is not one."""
    if settings.public_origin is not None:
        return settings.public_origin
    untrusted_host = connection.headers.get("host", "")
    return f"{WEB[connection.scope['scheme']]}://{untrusted_host}" if HOST.fullmatch(untrusted_host) else None


def is_from_us(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether the Origin header names our own origin."""
    origin = own_origin(connection, settings)
    return origin is not None and connection.headers.get("origin") == origin


def is_https(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether the browser came by https, to us or to what stands in front of us."""
    return (own_origin(connection, settings) or "").startswith("https://")
