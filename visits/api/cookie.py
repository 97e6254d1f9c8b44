"""The cookie that shows a browser holds a link: only for that link's path, never for scripts or other sites."""

from datetime import timedelta
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from visits.domain.records import Digest
from visits.tokens import Token, digest

NAME: Final = "visit"


def presented(connection: HTTPConnection) -> Digest | None:
    """The digest of the cookie that came with the request."""
    untrusted = connection.cookies.get(NAME)
    return None if untrusted is None else digest(untrusted)


def set_cookie(answer: Response, secret: Token, path: str, lasts: timedelta, *, is_https: bool) -> None:
    """Give the browser `secret` for `path`."""
    answer.set_cookie(
        NAME,
        secret,
        max_age=int(lasts.total_seconds()),
        path=path,
        secure=is_https,
        httponly=True,
        samesite="strict",
    )
