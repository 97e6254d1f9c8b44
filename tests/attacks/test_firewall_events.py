"""The guard has no right over the network, and hears of every change to the firewall all the same (tier U)."""

import subprocess
import sys

import pytest

from tests.fakes.devices import needs_root

pytestmark = [
    pytest.mark.slow,
    pytest.mark.attack("firewall-absent"),
    pytest.mark.skipif(not needs_root, reason="only root makes network namespaces"),
]

GIVER = """
import os, socket, subprocess, sys
line = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
line.bind((0, 64 if sys.argv[1] == "given" else 0))
os.dup2(line.fileno(), 3)
os.set_inheritable(3, True)
child = os.fork()
if child == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="firewall-events")
    if sys.argv[1] == "not given":
        del os.environ["LISTEN_PID"]
    os.execv(sys.executable, [sys.executable, "-c", sys.argv[2]])
os.waitpid(child, 0)
"""
HEARER = """
import asyncio, subprocess, sys
from kiosk.lockdown.watches.netfilter import NetfilterWatch

async def main():
    heard = asyncio.Event()
    watch = NetfilterWatch()
    try:
        watch.open(lambda name: heard.set())
    except OSError as error:
        print(type(error).__name__, flush=True)
        return
    print("listens", flush=True)
    try:
        await asyncio.wait_for(heard.wait(), float(sys.stdin.readline()))
        print("heard", flush=True)
    except TimeoutError:
        print("deaf", flush=True)
    watch.close()

asyncio.run(main())
"""


def hears(how: str, patience_s: float) -> list[str]:
    """What a process without any right says, while a table is added in a network namespace of its own."""
    with subprocess.Popen(
        ["/usr/bin/unshare", "--net", sys.executable, "-c", GIVER, how, HEARER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        first = process.stdout.readline().strip()
        if first != "listens":
            return [first]
        add = ["/usr/bin/nsenter", f"--net=/proc/{process.pid}/ns/net", "/usr/sbin/nft", "add table inet evil"]
        process.stdin.write(f"{patience_s}\n")
        process.stdin.flush()
        subprocess.run(add, check=True)
        return [first, process.stdout.readline().strip()]


def test_a_guard_without_rights_hears_of_a_table_that_is_added() -> None:
    assert hears("given", 10) == ["listens", "heard"]


def test_without_the_socket_that_systemd_opens_it_may_not_even_listen() -> None:
    assert hears("not given", 1) == ["PermissionError"]


def test_a_socket_of_no_group_hears_nothing() -> None:
    assert hears("of no group", 1) == ["listens", "deaf"]
