"""The line to a sound server that hangs up, starts again, or will not cancel echo; the server is played here."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.media.pulse_line import MOST_REFUSALS, PulseLine
from kiosk.media.pulse_words import Command, Reading, cut, message
from tests.unit.kiosk.media.test_pulse_words import NOBODY, SPEC, device, text, u32

ANSWERS = {
    Command.GET_SERVER_INFO: b"".join(map(text, ("server", "1", "user", "host")))
    + SPEC
    + text("speaker")
    + text("mic")
    + u32(0),
    Command.GET_SINK_INFO_LIST: device("speaker", "Loudspeaker"),
    Command.GET_SOURCE_INFO_LIST: device("mic", "Microphone"),
}


class Server:
    """Listens where the line looks for it, and answers what has come when it is told to."""

    def __init__(self, path: Path) -> None:
        self._listens = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listens.bind(str(path))
        self._listens.listen()
        self._listens.settimeout(5)
        self.cancels = True
        self.asked: list[Command] = []

    def accept(self) -> None:
        self._line = self._listens.accept()[0]
        self._line.setblocking(False)
        self._came = bytearray()

    def answer(self) -> bool:
        """Whether there was anything to answer."""
        try:
            self._came += self._line.recv(1 << 16)
        except BlockingIOError:
            return False
        while (said := cut(self._came)) is not None:
            reading = Reading(said)
            self.asked.append(Command(reading.command))
            refuses = reading.command == Command.LOAD_MODULE and not self.cancels
            body = ANSWERS.get(Command(reading.command), b"")
            self._line.sendall(message(Command.ERROR if refuses else Command.REPLY, reading.tag, body))
        return True

    def say_that_something_changed(self) -> None:
        self._line.sendall(message(Command.SUBSCRIBE_EVENT, NOBODY))

    def hang_up(self) -> None:
        self._line.close()

    def close(self) -> None:
        self._listens.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "native")
    yield server
    server.close()


class Wants:
    """A line that asks for a canceller with whatever lists come."""

    def __init__(self, path: Path) -> None:
        self.lists = 0
        self.line = PulseLine(path, self._came)

    def _came(self) -> None:
        self.lists += 1
        self.line.cancel_echo("mic", "speaker")

    def talk(self, server: Server) -> None:
        """Until neither has anything to say."""
        while server.answer():
            self.line.read()


@pytest.fixture
def wants(server: Server, tmp_path: Path) -> Iterator[Wants]:
    wants = Wants(tmp_path / "native")
    server.accept()
    yield wants
    wants.line.close()
    server.hang_up()


class HangsUp(socket.socket):
    """A line whose other end is gone as soon as it stands."""

    def sendall(self, *_said: object) -> None:
        raise BrokenPipeError


def test_a_server_that_takes_the_line_and_hangs_up_is_looked_for_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(socket, "socket", HangsUp)
        line = PulseLine(tmp_path / "native", lambda: None)
    assert line._line is None
    assert line._again.isActive()
    line.connect_again()
    assert line._line is not None
    line.close()


def test_a_canceller_is_asked_for_once(server: Server, wants: Wants) -> None:
    wants.talk(server)
    server.say_that_something_changed()
    wants.line.read()
    wants.talk(server)
    assert wants.lists == 2
    assert server.asked.count(Command.LOAD_MODULE) == 1


def test_a_server_that_starts_again_is_asked_for_its_canceller_again(server: Server, wants: Wants) -> None:
    wants.talk(server)
    server.hang_up()
    wants.line.read()
    wants.line.connect_again()
    server.accept()
    wants.talk(server)
    assert server.asked.count(Command.LOAD_MODULE) == 2


def test_one_that_refuses_is_asked_again_with_new_lists_and_not_for_ever(server: Server, wants: Wants) -> None:
    server.cancels = False
    wants.talk(server)
    assert server.asked.count(Command.LOAD_MODULE) == wants.lists == MOST_REFUSALS


def test_one_that_refused_what_was_just_going_is_asked_for_what_comes(server: Server, wants: Wants) -> None:
    server.cancels = False
    wants.talk(server)
    server.cancels = True
    wants.line.forget_canceller()
    server.say_that_something_changed()
    wants.line.read()
    wants.talk(server)
    assert server.asked.count(Command.LOAD_MODULE) == MOST_REFUSALS + 1
