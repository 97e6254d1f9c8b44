"""A name server that says nothing holds up neither voice nor picture."""

import asyncio
import socket
import threading
from typing import Any

import pytest

from kiosk.media.loop_threads import LoopThreads

LIMIT_S = 5.0


async def test_no_encoder_waits_behind_a_name_that_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()

    def silent(*_asked: object) -> list[object]:
        answers.wait(LIMIT_S)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    monkeypatch.setattr(socket, "gethostbyname", silent)
    loop = asyncio.get_running_loop()
    loop.set_default_executor(LoopThreads())
    asked: list[asyncio.Future[Any]] = [asyncio.ensure_future(loop.getaddrinfo("relay.example", 443)) for _ in range(9)]
    asked.append(loop.run_in_executor(None, silent, "stun.example"))  # as aioice asks
    await asyncio.sleep(0)
    encoded = await asyncio.wait_for(loop.run_in_executor(None, lambda: "encoded"), LIMIT_S / 2)
    assert encoded == "encoded"
    assert not any(each.done() for each in asked)
    answers.set()
    await asyncio.wait(asked)
