"""The guard's socket, tried with real Unix sockets."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.ipc import Alive, FromShell, ShellHello
from kiosk.lockdown.shell_socket import LONGEST_LINE_BYTES, ShellSocket, own_uid

HELLO = b'{"type":"hello","pid":1}\n'
ALIVE = b'{"type":"alive"}\n'


class Guard:
    """A socket with ears; `facts` is what it heard."""

    def __init__(self, folder: Path, uid: int) -> None:
        self.path = folder / "guard.sock"
        self.facts: asyncio.Queue[FromShell] = asyncio.Queue()
        self.gone = asyncio.Event()
        self.socket = ShellSocket(
            self.path,
            is_shell=lambda peer, pid: peer == uid and pid == os.getpid(),
            on_fact=self.facts.put_nowait,
            on_gone=self.gone.set,
        )

    async def meet(self, *lines: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_unix_connection(self.path)
        for line in lines:
            writer.write(line)
        return reader, writer


@pytest.fixture
async def guard(tmp_path: Path) -> AsyncIterator[Guard]:
    guard = Guard(tmp_path, own_uid())
    await guard.socket.open()
    yield guard
    await guard.socket.close()


async def is_closed(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


async def test_a_shell_says_hello_and_is_heard(guard: Guard) -> None:
    _reader, writer = await guard.meet(HELLO, ALIVE)
    assert await guard.facts.get() == ShellHello(pid=1)
    assert await guard.facts.get() == Alive()
    writer.close()
    await guard.gone.wait()


async def test_between_two_lines_of_a_shell_that_talks_without_a_pause_others_have_their_turn(guard: Guard) -> None:
    many = 50
    _reader, writer = await guard.meet(HELLO + ALIVE * many)
    await guard.facts.get()
    heard_at: list[int] = []
    while guard.facts.qsize() < many:
        heard_at.append(guard.facts.qsize())
        await asyncio.sleep(0)
    assert len(set(heard_at)) > many // 2
    writer.close()


async def test_the_guard_answers_on_the_same_line(guard: Guard) -> None:
    reader, writer = await guard.meet(HELLO)
    await guard.facts.get()
    guard.socket.send(Alive())
    assert await reader.readline() == ALIVE
    writer.close()


async def test_nothing_is_written_to_a_line_that_is_cut_before_the_shell_is_known_to_be_gone(
    guard: Guard, caplog: pytest.LogCaptureFixture
) -> None:
    _reader, writer = await guard.meet(HELLO)
    await guard.facts.get()
    guard.socket.drop()
    for _ in range(20):
        guard.socket.send(Alive())
    assert guard.socket.has_shell
    assert not [each for each in caplog.records if each.name == "asyncio"]
    await guard.gone.wait()
    writer.close()


async def test_another_user_is_refused(tmp_path: Path) -> None:
    guard = Guard(tmp_path, own_uid() + 1)
    await guard.socket.open()
    reader, writer = await guard.meet(HELLO)
    assert await is_closed(reader)
    assert guard.facts.empty()
    writer.close()
    await guard.socket.close()


async def test_a_second_shell_is_refused_and_the_first_stays(guard: Guard) -> None:
    _first, writer = await guard.meet(HELLO)
    await guard.facts.get()
    reader, second = await guard.meet(HELLO)
    assert await is_closed(reader)
    writer.write(ALIVE)
    assert await guard.facts.get() == Alive()
    for end in (writer, second):
        end.close()


@pytest.mark.parametrize(
    "first", [ALIVE, b"\n", b"{}\n", b"not json\n", b'{"type":"hello","pid":"1"}\n', b"x" * (LONGEST_LINE_BYTES + 2)]
)
async def test_who_does_not_begin_with_hello_is_refused(guard: Guard, first: bytes) -> None:
    reader, writer = await guard.meet(first)
    assert await is_closed(reader)
    assert guard.facts.empty()
    writer.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(garbage=st.binary(min_size=1, max_size=200).filter(lambda raw: b"\n" not in raw))
def test_garbage_closes_that_connection_and_the_next_shell_is_served(tmp_path: Path, garbage: bytes) -> None:
    async def tried() -> None:
        guard = Guard(tmp_path, own_uid())
        await guard.socket.open()
        reader, writer = await guard.meet(HELLO, garbage + b"\n")
        assert await is_closed(reader)
        writer.close()
        await guard.gone.wait()
        _again, second = await guard.meet(HELLO)
        assert [await guard.facts.get(), await guard.facts.get()] == [ShellHello(pid=1)] * 2
        second.close()
        await guard.socket.close()

    asyncio.run(tried())


async def test_a_shell_that_reads_nothing_is_dropped(guard: Guard) -> None:
    _reader, writer = await guard.meet(HELLO)
    await guard.facts.get()
    while not guard.gone.is_set():
        guard.socket.send(Alive())
        await asyncio.sleep(0)
        if guard.facts.empty():
            for _ in range(20_000):
                guard.socket.send(Alive())
    writer.close()


async def test_a_crowd_of_connections_leave_the_guard_serving(guard: Guard) -> None:
    crowd = [await guard.meet() for _ in range(300)]
    _reader, writer = await guard.meet(HELLO)
    assert await guard.facts.get() == ShellHello(pid=1)
    for _r, end in (*crowd, (_reader, writer)):
        end.close()
