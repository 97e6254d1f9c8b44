"""`kiosk officer` and `visits officer` as a person types them: on a terminal of its own, as a process."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from contract.roster import Roster
from contract.verifier import fits
from kiosk.lockdown.officers import Officers
from tests.fakes.visits import NOON
from visits.cli.opened import opened
from visits.demo_data.seed import Wish, seed
from visits.store.officers import roster_of

ON_A_TERMINAL = (  # Ctrl+C means what it means to a person, also where whoever runs the tests ignores it
    "import os, pty, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL);"
    "sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
)


class Terminal:
    """One command on a terminal; all it shows is kept."""

    def __init__(self, *words: str, program: str = "kiosk") -> None:
        self.shown = b""
        self._process = subprocess.Popen(
            [sys.executable, "-c", ON_A_TERMINAL, sys.executable, "-m", program, "officer", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def answer(self, question: str, line: str) -> None:
        """Type this when the question is shown."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        while not self.shown.endswith(question.encode()):
            byte = self._process.stdout.read(1)
            assert byte, self.shown
            self.shown += byte
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def end(self) -> int:
        """The exit status, when all is shown."""
        rest, _ = self._process.communicate(timeout=30)
        self.shown += rest
        return self._process.returncode

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal("add", "A1", "--name", "Ann", "--state", str(tmp_path))
    yield made
    made.close()


def test_a_pin_is_asked_for_twice_and_never_shown(terminal: Terminal, tmp_path: Path) -> None:
    terminal.answer("New PIN for A1, six to twelve digits: ", "482913")
    terminal.answer("The same PIN again: ", "482913")
    assert terminal.end() == 0
    assert b"A1 can use this laptop." in terminal.shown
    assert b"482913" not in terminal.shown
    assert fits("482913", Officers(tmp_path).read()["A1"].verifier)


def test_two_pins_that_differ_change_nothing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.answer("digits: ", "482913")
    terminal.answer("again: ", "482931")
    assert terminal.end() == 2
    assert b"The two PINs are not the same. Nothing was changed." in terminal.shown
    assert Officers(tmp_path).read() == {}


def test_whoever_gives_up_sees_no_traceback(terminal: Terminal, tmp_path: Path) -> None:
    terminal.answer("digits: ", "482913")
    terminal.answer("again: ", "\x03")
    assert terminal.end() == 2
    assert b"No PIN was given. Nothing was changed." in terminal.shown
    assert b"Traceback" not in terminal.shown
    assert Officers(tmp_path).read() == {}


@pytest.fixture
def at_the_service(tmp_path: Path) -> Iterator[Terminal]:
    with opened(tmp_path / "visits.db") as database:
        database.write(seed, Wish(timedelta(0), timedelta(minutes=30)), NOON)
    made = Terminal("add", "A1", "--name", "Ann", "--db", str(tmp_path / "visits.db"), program="visits")
    yield made
    made.close()


def roster_at(folder: Path) -> Roster:
    with opened(folder / "visits.db") as database:
        return database.read(roster_of, 1)


def test_at_the_service_too_a_pin_is_asked_for_twice_and_never_shown(at_the_service: Terminal, tmp_path: Path) -> None:
    at_the_service.answer("New PIN for A1, six to twelve digits: ", "482913")
    at_the_service.answer("The same PIN again: ", "482913")
    assert at_the_service.end() == 0
    assert b"A1 can use laptops." in at_the_service.shown
    assert b"482913" not in at_the_service.shown
    (ann,) = roster_at(tmp_path).officers
    assert fits("482913", ann.verifier)
    assert ann.verifier.startswith("$argon2id$v=19$m=131072,t=4,p=1$")  # as dear as on a laptop


def test_at_the_service_too_two_pins_that_differ_change_nothing(at_the_service: Terminal, tmp_path: Path) -> None:
    at_the_service.answer("digits: ", "482913")
    at_the_service.answer("again: ", "482931")
    assert at_the_service.end() == 1
    assert b"the two PINs are not the same. Nothing was changed." in at_the_service.shown
    assert roster_at(tmp_path).officers == ()
