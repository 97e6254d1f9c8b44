"""Guard or shell, within the walls of their units, that hang: the unit hears nothing more, and starts them again."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fakes.eventually import eventually, holds_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(150)]
ROOT = Path(__file__).parents[2]
LONGEST_SILENCE_S = 2
WITHIN_S = 30
FED = "WATCHDOG=1"


class Manager:
    """Stands in for systemd: hears what a unit says of itself."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.setblocking(False)
        self.words: list[str] = []
        self.fed_at: list[float] = []

    def hear(self) -> list[str]:
        """Everything said until now."""
        try:
            while True:
                self.words.append(self.socket.recv(100).decode())
                if self.words[-1] == FED:
                    self.fed_at.append(time.monotonic())
        except BlockingIOError:
            return self.words

    def has_heard(self, word: str) -> bool:
        """Whether this was said."""
        return word in self.hear()

    def is_fed_in_time(self) -> bool:
        """Whether two words that it is alive have come no further apart than they may."""
        self.hear()
        return any(later - earlier <= LONGEST_SILENCE_S for earlier, later in pairwise(self.fed_at))

    def hears_nothing_more(self) -> bool:
        """Whether nothing was said since `forget`."""
        return self.hear() == []

    def forget(self) -> None:
        """Begin again."""
        self.hear()
        self.words = []


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    made = Manager(tmp_path / "notify")
    yield made
    made.socket.close()


COMMANDS = {
    "guard": ["-m", "kiosk.guard", "--runtime", "{folder}/run"],
    "shell": [
        *("-m", "kiosk", "run", "--guard", "{folder}/run/guard.sock", "--windowed"),
        *("--identity", "{folder}/identity"),
    ],
}


@pytest.fixture(params=COMMANDS)
async def unit(
    request: pytest.FixtureRequest, tmp_path: Path, manager: Manager
) -> AsyncIterator[asyncio.subprocess.Process]:
    command = [word.format(folder=tmp_path) for word in COMMANDS[request.param]]
    said = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": str(LONGEST_SILENCE_S * 1_000_000)}
    walls = ["-m", "tests.attacks.as_unit", f"visit-{request.param}.service", sys.executable]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *walls, *command, cwd=ROOT, env=os.environ | said, stderr=asyncio.subprocess.DEVNULL
    )
    yield process
    if process.returncode is None:
        process.kill()
    await process.wait()


def is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


@pytest.mark.attack("kill-shell")
@pytest.mark.attack("kill-guard")
async def test_guard_or_shell_that_hang_are_not_taken_for_alive(
    unit: asyncio.subprocess.Process, manager: Manager
) -> None:
    await eventually(lambda: manager.has_heard("READY=1"), WITHIN_S, "it is ready")
    await eventually(manager.is_fed_in_time, WITHIN_S, "without a fault it is fed in time")
    unit.send_signal(signal.SIGSTOP)
    await eventually(lambda: is_stopped(unit.pid), WITHIN_S, "it hangs")
    manager.forget()
    await holds_for(manager.hears_nothing_more, LONGEST_SILENCE_S, "a process that hangs says nothing")
    unit.send_signal(signal.SIGCONT)
    await eventually(lambda: manager.has_heard(FED), WITHIN_S, "it goes on")


CHOWN = "import os; os.chown('.', os.getuid(), -1)"
WRITTEN_AND_RUN = "import mmap; mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)"
MOUNT = (
    "import ctypes, os; k = ctypes.CDLL(None, use_errno=True); k.mount(0, 0, 0, 0, 0); assert ctypes.get_errno() != 1"
)


@pytest.mark.parametrize("unit", ["visit-guard.service", "visit-shell.service"])
@pytest.mark.parametrize("attack", [CHOWN, WRITTEN_AND_RUN, MOUNT], ids=["chown", "written and run", "mount"])
async def test_within_these_walls_it_fails_and_without_them_it_does_not(unit: str, attack: str) -> None:
    for walls, worked in (["-m", "tests.attacks.as_unit", unit, sys.executable], False), ([], True):
        attempt = await asyncio.create_subprocess_exec(
            sys.executable, *walls, "-c", attack, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL
        )
        assert (await attempt.wait() == 0) == worked
