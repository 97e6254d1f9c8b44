"""A bundle that another process fetches, file by file, over a Unix socket of systemd's. It opens no network itself."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from contract.manifest import LONGEST_BYTES, MANIFEST
from contract.strict import Malformed, parse
from kiosk.errors import Unavailable
from kiosk.update.bundle import CHUNK
from kiosk.update.fetching import COMING, LONGEST_LINE, Wanted

FETCH: Final = Path("/run/visit-update/fetch.sock")
SILENT_FOR_S: Final = 90.0  # longer than the other side waits
NOBODY: Final = "Updates cannot be fetched: visit-update-fetch.socket does not answer."


class FetchedBundle:
    """That of the service or, by its address, of a site's own copy."""

    def __init__(self, place: str | None = None, door: Path = FETCH) -> None:
        self._place, self._door = place, door

    def manifest(self) -> bytes:
        """The text of manifest.jws. Raises Unavailable."""
        text = b""
        for piece in self.read(MANIFEST, 0):
            text += piece
            if len(text) > LONGEST_BYTES:
                break
        return text[: LONGEST_BYTES + 1]

    def read(self, name: str, start: int) -> Iterator[bytes]:
        """A file of it. Raises Unavailable."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(SILENT_FOR_S)
                line.connect(str(self._door))
                line.sendall(Wanted(name=name, start=start, place=self._place).model_dump_json().encode() + b"\n")
                with line.makefile("rb") as answer:
                    coming = parse(answer.readline(LONGEST_LINE), COMING, LONGEST_LINE)
                    if coming.why_not is not None:
                        raise Unavailable(coming.why_not)
                    while piece := answer.read(CHUNK):
                        yield piece
        except (OSError, Malformed) as error:
            raise Unavailable(NOBODY) from error
