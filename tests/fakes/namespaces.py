"""Network namespaces by name: made and changed by `ip`, entered by a program or by this thread. Needs root."""

import contextlib
import ctypes
import os
import subprocess
from collections.abc import Iterator
from typing import Final

CLONE_NEWNET: Final = 0x40000000


def ip(*words: str) -> None:
    """Have `ip` do this."""
    subprocess.run(["/usr/sbin/ip", *words], check=True, timeout=10)


def enter_with(namespace: str, *command: str) -> str:
    """What a program says that runs there."""
    entered = ["/usr/sbin/ip", "netns", "exec", namespace, *command]
    done = subprocess.run(entered, check=False, timeout=20, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextlib.contextmanager
def inside(namespace: str) -> Iterator[None]:
    """This thread is in `namespace`: what it opens belongs there, also afterwards."""
    libc = ctypes.CDLL(None, use_errno=True)

    def enter(path: str) -> None:
        file = os.open(path, os.O_RDONLY)
        try:
            assert libc.setns(file, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        finally:
            os.close(file)

    here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        enter(f"/run/netns/{namespace}")
        yield
    finally:
        assert libc.setns(here, CLONE_NEWNET) == 0
        os.close(here)
