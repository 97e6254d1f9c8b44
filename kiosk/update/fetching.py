"""The network's side of an update: fetches one file of a bundle for whoever asks on its standard input, and ends.

It runs as a user of its own, whom the firewall lets out to the services alone, and reaches no disk; who asks is root,
and reaches no network. Nothing that it brings is believed before the other side has checked it.
"""

import http.client
import ssl
from collections.abc import Callable
from typing import IO, Annotated, Final
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, TypeAdapter

from contract.manifest import FILE_NAME
from contract.strict import Message

ADDRESS: Final = "/laptop/v1/updates"
CHUNK: Final = 256 * 1024
ANSWER_WITHIN_S: Final = 30.0
LONGEST_LINE: Final = 1024
NOTHING_THERE: Final = "{where} has no update."
NO_ANSWER: Final = "{where} does not answer, or broke off: {why}. It is tried again."
BUSY: Final = "{where} is busy. It is tried again."
STRANGE: Final = "{where} answered with {status}. Tell IT."


class Wanted(Message):
    """One file from its byte `start` on: from the service, or from the `place` of a site's own copy."""

    name: Annotated[str, StringConstraints(pattern=FILE_NAME)]
    start: Annotated[int, Field(ge=0)] = 0
    place: Annotated[str, StringConstraints(max_length=250)] | None = None


class Coming(Message):
    """The line before the file's bytes: why none come, or None. The file ends with the connection."""

    why_not: str | None = None


SAID: Final = {404: NOTHING_THERE, 429: BUSY, 503: BUSY}
WANTED: Final = TypeAdapter(Wanted)
COMING: Final = TypeAdapter(Coming)
Secured = Callable[[], ssl.SSLContext]


def fetch(wanted: Wanted, service: str, secured: Secured, out: IO[bytes]) -> None:
    """Write the line and the bytes to `out`. `secured` is how the service at `service` is spoken to.

    Raises OSError where whoever asked has gone, which is how they say that they have enough.
    """
    where = "The service" if wanted.place is None else "The site's copy of updates"
    try:
        base, context = (f"{service}{ADDRESS}", secured()) if wanted.place is None else (wanted.place, _anybody())
        line = _opened(base, context)
    except (OSError, ValueError, http.client.HTTPException) as error:
        _say(out, NO_ANSWER.format(where=where, why=type(error).__name__))
        return
    try:
        _bring(line, urlsplit(base).path.rstrip("/"), wanted, where, out)
    finally:
        line.close()


def _bring(line: http.client.HTTPConnection, path: str, wanted: Wanted, where: str, out: IO[bytes]) -> None:
    has_said = False
    try:
        asks = {"Range": f"bytes={wanted.start}-"} if wanted.start else {}
        line.request("GET", f"{path}/{wanted.name}", headers={"Accept-Encoding": "identity", **asks})
        answer = line.getresponse()
        if answer.status not in (http.client.OK, http.client.PARTIAL_CONTENT):
            _say(out, SAID.get(answer.status, STRANGE).format(where=where, status=answer.status))
            return
        to_skip = wanted.start if answer.status == http.client.OK else 0  # a server that knows no ranges
        has_said = True
        _say(out, None)
        while chunk := answer.read(CHUNK):
            out.write(chunk[to_skip:])
            to_skip = max(0, to_skip - len(chunk))
        out.flush()
    except (BrokenPipeError, ConnectionResetError) as error:
        if has_said:
            return
        _say(out, NO_ANSWER.format(where=where, why=type(error).__name__))
    except (OSError, http.client.HTTPException) as error:
        if not has_said:
            _say(out, NO_ANSWER.format(where=where, why=type(error).__name__))


def _opened(base: str, context: ssl.SSLContext) -> http.client.HTTPConnection:
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or "@" in parts.netloc:
        raise ValueError("not an address of updates")
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=ANSWER_WITHIN_S)
    return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=ANSWER_WITHIN_S, context=context)


def _anybody() -> ssl.SSLContext:
    """A site's copy is trusted for nothing, whoever it says it is: the release key has signed what is in it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _say(out: IO[bytes], why_not: str | None) -> None:
    out.write(Coming(why_not=why_not).model_dump_json().encode() + b"\n")
    out.flush()
