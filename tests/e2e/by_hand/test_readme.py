"""The lines of README's "Each part by hand", run as they are printed: only the port is a free one."""

import os
import re
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.kit.process import Process
from tests.fakes.eventually import eventually, within

ROOT = Path(__file__).parents[3]
PRINTED_PORT, PRINTED_LAPTOP_PORT = "8080", "8443"
START_S = 30.0
UNTIL_IT_LISTENS = (
    f"until (: </dev/tcp/127.0.0.1/{PRINTED_LAPTOP_PORT}) 2>/dev/null; do sleep 0.1; done\n"  # no person is so fast
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def printed() -> str:
    """The lines of the section."""
    section = (ROOT / "README.md").read_text().partition("## Each part by hand\n")[2].partition("\n## ")[0]
    (block,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return str(block)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A short path for temporary folders: a socket's may have no more than 107 bytes."""
    folder = Path(f"/tmp/by-hand-{os.getpid()}")
    folder.mkdir(mode=0o700)
    yield folder
    shutil.rmtree(folder)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def guard_under(shell: Process) -> int | None:
    """The guard among the processes that the typed lines have started."""
    for pid in shell.children:
        if b"kiosk-guard" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    return None


def secrets_in(temporary: Path) -> list[str]:
    """What the typed lines made and nobody is to see: the laptop's keys, and the service's."""
    return [file.read_text() for file in (*temporary.glob("*/vault/*"), *temporary.glob("*/*.keys/*.key"))]


async def test_each_part_starts_by_hand_finds_the_others_and_stops(temporary: Path, tmp_path: Path) -> None:
    port, laptop_port = free_port(), free_port()
    lines = printed()
    assert PRINTED_PORT in lines
    assert PRINTED_LAPTOP_PORT in lines
    lines = lines.replace("kiosk enrol ", UNTIL_IT_LISTENS + "kiosk enrol ").replace(
        PRINTED_LAPTOP_PORT, str(laptop_port)
    )
    lines = lines.replace("visits officer add", "echo 482913 | visits officer add")  # the PIN, without a terminal
    typed = f"cd {ROOT}\nset -e\n" + lines.replace(PRINTED_PORT, str(port))
    terminal = await Process.start(tmp_path / "log", "bash", "-c", typed, env={"TMPDIR": str(temporary)})
    try:
        await eventually(
            lambda: answers(f"http://127.0.0.1:{port}"), START_S, lambda: f"the service answers; {terminal.log}"
        )
        await eventually(lambda: [*temporary.glob("*/run/guard.sock")], START_S, "the guard has its socket")
        await eventually(lambda: "laptop 1 is connected" in terminal.log, START_S, "the laptop reaches the service")
        guard = await eventually(lambda: guard_under(terminal), START_S, "the guard")
        os.kill(guard, signal.SIGINT)
        assert await within(START_S, terminal.wait()) == 0, terminal.log
        await eventually(lambda: not answers(f"http://127.0.0.1:{port}"), START_S, "the service has ended")
    finally:
        await terminal.stop()
    assert len(secrets_in(temporary)) == 7
    assert [secret for secret in secrets_in(temporary) if secret.strip() in terminal.log] == []
    assert "/v/" in terminal.log
    assert "Traceback" not in terminal.log
