"""The line to a sound server that hangs up, starts again, or will not cancel echo; the server is played here."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.media import pulse_line
from kiosk.media.pulse_line import PulseLine


class Server:
    """Listens where the line looks for it. It is only ever one step ahead: the test reads and says everything."""

    def __init__(self, path: Path) -> None:
        self._listens = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listens.bind(str(path))
        self._listens.listen()
        self._listens.settimeout(5)

    def hang_up(self) -> None:
        """On whoever has come."""
        self._listens.accept()[0].close()

    def close(self) -> None:
        self._listens.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "native")
    yield server
    server.close()


class HangsUp(socket.socket):
    """A line whose other end is gone as soon as it stands."""

    def sendall(self, *_said: object) -> None:
        raise BrokenPipeError


def test_a_server_that_takes_the_line_and_hangs_up_is_looked_for_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(pulse_line.socket, "socket", HangsUp)
        line = PulseLine(tmp_path / "native", lambda: None)
    assert line._line is None
    assert line._again.isActive()
    server.hang_up()
    line.connect_again()
    assert line._line is not None
    line.close()
