"""The real service on this machine's loopback: made-up people, a call that is due, and a code for one laptop."""

import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.e2e.kit.process import Process
from tests.fakes.eventually import eventually

LAPTOP: Final = "Visits room 2, laptop 1"
START_S: Final = 60.0


@dataclass(frozen=True)
class Service:
    """Where laptops find it, and the code."""

    url: str
    code: str
    process: Process


@asynccontextmanager
async def service(folder: Path) -> AsyncIterator[Service]:
    """It listens, until the end of the block."""
    port, laptop_port = _free_port(), _free_port()
    database = ("--db", str(folder / "visits.sqlite3"))
    _visits("demo-data", *database, "--starts-in", "0")
    _visits("ca", "init", *database, "--host", "127.0.0.1")
    code = _visits("enrol-code", *database, "--laptop", LAPTOP).strip().splitlines()[-1]
    listening = ("serve", *database, "--port", str(port), "--laptop-port", str(laptop_port))
    process = await Process.python(folder / "service.log", "visits", *listening)
    try:
        url = f"https://127.0.0.1:{laptop_port}"
        await eventually(lambda: url in process.log, START_S, lambda: process.log)
        yield Service(url, code, process)
    finally:
        await process.stop()


def _visits(*arguments: str) -> str:
    command = [sys.executable, "-m", "visits", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
