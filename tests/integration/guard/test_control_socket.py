"""`kiosk end` and the socket behind it: it ends a call, does nothing else, and bad requests cost one connection."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.strict import Malformed, parse
from kiosk.__main__ import main
from kiosk.lockdown.control_socket import ASKED, LONGEST_LINE_BYTES, ControlSocket


class Guard:
    """What the socket may do to the guard."""

    def __init__(self, path: Path) -> None:
        self.ended = 0
        self.path = path
        self.socket = ControlSocket(path, self._end, lambda: '{"rows":[]}')

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
        parse(untrusted, ASKED, LONGEST_LINE_BYTES)
    except Malformed:
        return
    assert b"end" in untrusted
