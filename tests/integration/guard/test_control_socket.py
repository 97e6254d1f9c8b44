"""`kiosk end` and the socket behind it: it ends a call, does nothing else, and bad requests cost one connection."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.readiness import CheckedFor, CheckName, Readiness
from contract.strict import Malformed, parse
from kiosk.__main__ import main
from kiosk.lockdown.control_socket import ASKED, LONGEST_LINE_BYTES, ControlSocket
from kiosk.lockdown.ready_desk import ReadyAnswer
from kiosk.policy.readiness import Found, Trouble, judged
from tests.fakes.clock import NOON


class Guard:
    """What the socket may do to the guard."""

    def __init__(self, path: Path) -> None:
        self.ended = 0
        self.found: list[tuple[str, ...]] = []
        self.path = path
        self.ready = ReadyAnswer(refused="A call is on.")
        says = {"check": lambda: '{"rows":[]}'}
        self.socket = ControlSocket(path, self._end, says, self._ready, self.found.append)

    async def _ready(self) -> str:
        return self.ready.model_dump_json()

    def _end(self) -> None:
        self.ended += 1

    async def says(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_unix_connection(self.path)
        writer.write(request)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        return answer


@pytest.fixture
async def guard(tmp_path: Path) -> AsyncIterator[Guard]:
    guard = Guard(tmp_path / "control.sock")
    await guard.socket.open()
    yield guard
    await guard.socket.close()
    await guard.socket.close()


async def test_kiosk_end_ends_the_call(guard: Guard, capsys: pytest.CaptureFixture[str]) -> None:
    await asyncio.to_thread(main, ["end", "--runtime", str(guard.path.parent)])
    assert guard.ended == 1
    assert capsys.readouterr().out == "Ended.\n"


def test_without_a_guard_kiosk_end_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["end", "--runtime", str(tmp_path)])
    assert stopped.value.code == 2
    assert "Use the power button" in capsys.readouterr().err


def report(*found: Found) -> ReadyAnswer:
    """What the guard answers when this was found, and nothing else."""
    rows = judged(found)
    return ReadyAnswer(readiness=Readiness(checked_at=NOON, checked_for=CheckedFor.COMMAND, rows=rows))


async def ready(guard: Guard, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """`kiosk ready` as typed: its status, and what it said."""
    with pytest.raises(SystemExit) as stopped:
        await asyncio.to_thread(main, ["ready", "--runtime", str(guard.path.parent), *arguments])
    out, err = capsys.readouterr()
    return int(str(stopped.value.code)), out + err


WELL = tuple(Found(check=check, found="fine") for check in CheckName)


async def test_kiosk_ready_prints_every_row_and_what_to_do(guard: Guard, capsys: pytest.CaptureFixture[str]) -> None:
    guard.ready = report(Found(check=CheckName.MAINS, trouble=Trouble.ON_BATTERY, found="on battery, 61 %"), *WELL)
    status, said = await ready(guard, capsys)
    assert status == 0
    assert "mains        AMBER  on battery, 61 %\n                    -> Plug the charger in.\n" in said
    assert said.count("green  fine") == len(CheckName) - 1
    assert said.endswith("\nReady for calls, and there is something to do.\n")


async def test_kiosk_ready_has_status_1_for_a_laptop_that_is_not(
    guard: Guard, capsys: pytest.CaptureFixture[str]
) -> None:
    guard.ready = report(*WELL[1:])
    status, said = await ready(guard, capsys, "--json")
    assert status == 1
    told = json.loads(said)
    assert (told["light"], told["ready"], told["checked_for"]) == ("red", False, "command")
    assert [row["check"] for row in told["rows"]] == list(CheckName)
    assert told["rows"][0]["fix"] == "Check again. If it stays so, restart the laptop."


async def test_kiosk_ready_says_why_there_is_no_result(guard: Guard, capsys: pytest.CaptureFixture[str]) -> None:
    assert await ready(guard, capsys) == (2, "kiosk: A call is on.\n")


def test_without_a_guard_kiosk_ready_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["ready", "--runtime", str(tmp_path)])
    assert stopped.value.code == 2
    assert "No guard runs on this laptop" in capsys.readouterr().err


@pytest.mark.parametrize(
    "request_", [b"", b"\n", b"{}\n", b'{"type":"admit"}\n', b'{"type":"end","pin":"1"}\n', b"x" * 4096, b"\xff\n"]
)
async def test_a_bad_request_is_refused_and_costs_nothing_else(guard: Guard, request_: bytes) -> None:
    assert await guard.says(request_) == b""
    assert guard.ended == 0
    assert await guard.says(b'{"type":"end"}\n') == b'{"ended":true}\n'


async def test_the_socket_is_its_users_alone(guard: Guard) -> None:
    assert guard.path.stat().st_mode & 0o777 == 0o600


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_no_other_bytes_end_a_call(untrusted: bytes) -> None:
    try:
        asked = parse(untrusted, ASKED, LONGEST_LINE_BYTES)
    except Malformed:
        return
    assert asked.type.encode() in untrusted
