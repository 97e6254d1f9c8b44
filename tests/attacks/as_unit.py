"""Runs a program within the walls of a unit that need no systemd: its system calls, and no memory both written and run.

`python -m tests.attacks.as_unit UNIT COMMAND...`
"""

import ctypes
import errno
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

import pyseccomp

UNITS: Final = Path(__file__).parents[2] / "installer" / "units"
PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1  # linux/prctl.h, Linux 6.3; systemd does the same with a filter


@cache
def members(name: str) -> frozenset[str]:
    """The system calls of a set such as `@privileged`, or the one call of that name."""
    if not name.startswith("@"):
        return frozenset({name})
    said = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True)
    words = [line.strip() for line in said.stdout.splitlines()[1:]]
    return frozenset().union(*(members(word) for word in words if word and not word.startswith("#")))


def allowed(unit: str) -> frozenset[str]:
    """What the unit's filter lets through: each line adds to what the last left, or takes from it."""
    calls = members("@default")
    for line in (UNITS / unit).read_text().splitlines():
        name, _, value = line.partition("=")
        if name == "SystemCallFilter":
            named = frozenset[str]().union(*(members(word) for word in value.removeprefix("~").split()))
            calls = calls - named if value.startswith("~") else calls | named
    return calls


def confine(unit: str) -> None:
    """Let nothing else through from here on, in this process and whatever it starts."""
    kernel = ctypes.CDLL(None, use_errno=True)
    if kernel.prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "this kernel cannot refuse memory that is written and run")
    walls = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    for call in allowed(unit):
        try:
            walls.add_rule(pyseccomp.ALLOW, call)
        except (OSError, ValueError):
            continue  # another architecture's
    walls.load()


if __name__ == "__main__":
    confine(sys.argv[1])
    os.execv(sys.argv[2], sys.argv[2:])
