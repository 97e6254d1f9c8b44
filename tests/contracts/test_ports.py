"""Every port of the laptop's core: its fake and its real adapter keep the same promises."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from contract.strict import parse
from contract.words import SessionId
from kiosk.errors import Unavailable
from kiosk.ipc import TO_SHELL, Alive, Disconnect, ShellHello, Show, ToShell
from kiosk.lockdown.clock import SystemClock
from kiosk.lockdown.ids import RandomIds
from kiosk.lockdown.shell_socket import ShellSocket
from kiosk.lockdown.vault import open_vault
from kiosk.ports import Clock, Ids, SecretName, Shell, Vault
from kiosk.scenes import Fault, Frame, OutOfService
from tests.fakes.clock import FakeClock
from tests.fakes.shell import FakeIds, FakeShell
from tests.fakes.vault import FakeVault

SESSION_ID: TypeAdapter[str] = TypeAdapter(SessionId)


# ---- Clock ----


@pytest.fixture(params=[FakeClock, SystemClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


def test_a_clock_counts_whole_milliseconds_that_never_go_back(clock: Clock) -> None:
    instants = [clock.boot_ms() for _ in range(1000)]
    assert all(type(instant) is int and instant > 0 for instant in instants)
    assert instants == sorted(instants)


def test_a_clock_knows_the_time_of_day_in_utc(clock: Clock) -> None:
    assert clock.wall().tzinfo is UTC
    assert clock.wall().utcoffset() == timedelta(0)


# ---- Vault ----


@pytest.fixture(params=["fake", "real"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    return FakeVault() if request.param == "fake" else open_vault(on_laptop=False, folder=tmp_path / "vault")


def test_a_vault_gives_back_what_was_kept_last(vault: Vault) -> None:
    for secret in ("first", "-----BEGIN KEY-----\nsecond\n-----END KEY-----\n"):
        vault.write(SecretName.TLS_KEY, secret)
        assert vault.read(SecretName.TLS_KEY) == secret


def test_a_vault_says_what_it_does_not_have(vault: Vault) -> None:
    vault.write(SecretName.TLS_KEY, "secret")
    with pytest.raises(Unavailable):
        vault.read(SecretName.PACK_KEY)


# ---- Ids ----


@pytest.fixture(params=[FakeIds, RandomIds])
def ids(request: pytest.FixtureRequest) -> Ids:
    made: Ids = request.param()
    return made


def test_a_session_has_a_name_never_used_before_that_every_message_can_carry(ids: Ids) -> None:
    names = [ids.new_session() for _ in range(1000)]
    assert len(set(names)) == 1000
    for name in names:
        assert SESSION_ID.validate_python(name) == name


# ---- Shell ----


@dataclass
class Hearing:
    """A shell to send to, and what it was told, whichever way it comes."""

    shell: Shell
    first: Callable[[int], Awaitable[list[ToShell]]]


@asynccontextmanager
async def fake_shell(_folder: Path) -> AsyncIterator[Hearing]:
    shell = FakeShell()

    async def first(count: int) -> list[ToShell]:
        return shell.heard[:count]

    yield Hearing(shell, first)


@asynccontextmanager
async def shell_over_a_socket(folder: Path) -> AsyncIterator[Hearing]:
    there = asyncio.Event()
    socket = ShellSocket(
        folder / "guard.sock", is_shell=lambda _uid, _pid: True, on_fact=lambda _fact: there.set(), on_gone=there.clear
    )
    await socket.open()
    socket.send(Disconnect())  # nobody is there: dropped
    reader, writer = await asyncio.open_unix_connection(folder / "guard.sock")
    writer.write(ShellHello(pid=1).model_dump_json().encode() + b"\n")
    await there.wait()

    async def first(count: int) -> list[ToShell]:
        return [parse(await reader.readline(), TO_SHELL) for _ in range(count)]

    try:
        yield Hearing(socket, first)
    finally:
        writer.close()
        await socket.close()


@pytest.fixture(params=[fake_shell, shell_over_a_socket])
async def hearing(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Hearing]:
    async with request.param(tmp_path) as made:
        yield made


async def test_a_shell_is_told_everything_whole_and_in_order(hearing: Hearing) -> None:
    said: list[ToShell] = [Alive(), Show(frame=Frame(), scene=OutOfService(fault=Fault.STARTING)), Disconnect()] * 50
    for message in said:
        hearing.shell.send(message)
    assert await hearing.first(len(said)) == said
