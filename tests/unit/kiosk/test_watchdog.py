"""Ready and alive, said to a real socket; nothing where nobody listens."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.watchdog import Watchdog
from tests.fakes.eventually import eventually


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        yield listening


def heard(manager: socket.socket) -> str | None:
    try:
        return manager.recv(100).decode()
    except BlockingIOError:
        return None


def test_it_says_ready_alive_and_stopping_in_that_order(manager: socket.socket) -> None:
    environment = {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "1", "X": "1"}
    watchdog = Watchdog(environment)
    watchdog.open()
    assert environment == {"X": "1"}  # a child must not speak for us
    watchdog.ready()
    watchdog.alive()
    watchdog.stopping()
    assert [heard(manager) for _ in range(4)] == ["READY=1", "WATCHDOG=1", "STOPPING=1", None]
    watchdog.close()
    watchdog.close()
    watchdog.alive()
    assert heard(manager) is None


def test_it_speaks_to_a_socket_without_a_file() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("")  # the kernel names it
        name: bytes = listening.getsockname()
        watchdog = Watchdog({"NOTIFY_SOCKET": "@" + name[1:].decode()})
        watchdog.open()
        watchdog.alive()
        assert listening.recv(100) == b"WATCHDOG=1"
        watchdog.close()


@pytest.mark.parametrize(("longest_us", "every_s"), [("10000000", 1.0), ("1000000", 0.25), ("", 1.0), ("x", 1.0)])
def test_it_is_fed_four_times_in_the_longest_silence(longest_us: str, every_s: float) -> None:
    watchdog = Watchdog({"WATCHDOG_USEC": longest_us})
    watchdog.open()
    assert watchdog.every_s == every_s


async def test_it_is_fed_while_the_loop_turns(manager: socket.socket) -> None:
    watchdog = Watchdog({"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "40000"})
    watchdog.open()
    feeding = asyncio.create_task(watchdog.feed(lambda: True), name="feed the watchdog")
    for _ in range(3):
        assert await eventually(lambda: heard(manager), 5, "a word") == "WATCHDOG=1"
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)
    watchdog.close()


async def test_it_is_not_fed_while_what_it_is_there_for_comes_to_nothing(manager: socket.socket) -> None:
    watchdog = Watchdog({"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "40000"})
    watchdog.open()
    asked = iter([False, False, True])
    feeding = asyncio.create_task(watchdog.feed(lambda: next(asked, False)), name="feed the watchdog")
    assert await eventually(lambda: heard(manager), 5, "a word") == "WATCHDOG=1"
    assert next(asked, None) is None
    feeding.cancel()
    await asyncio.gather(feeding, return_exceptions=True)
    watchdog.close()


def test_nobody_listening_is_no_harm(tmp_path: Path) -> None:
    watchdog = Watchdog({})
    watchdog.open()
    watchdog.ready()
    gone = Watchdog({"NOTIFY_SOCKET": str(tmp_path / "none")})
    with pytest.raises(FileNotFoundError):
        gone.open()
    gone.close()


def test_a_manager_that_does_not_read_stops_nobody(manager: socket.socket) -> None:
    watchdog = Watchdog({"NOTIFY_SOCKET": manager.getsockname()})
    watchdog.open()
    for _ in range(10_000):
        watchdog.alive()
    assert heard(manager) == "WATCHDOG=1"
    watchdog.close()
