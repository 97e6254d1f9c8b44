"""What the kernel says of each thread of the shell: one that escaped is enough to lose."""

from pathlib import Path

import pytest

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.threads_seen import confined_threads, shell_seen_from_outside
from kiosk.policy.measures import Verdict
from tests.unit.kiosk.lockdown.kernel_text import put_threads, status

PID, SHELL = 42, 996


def test_a_shell_that_is_confined_on_every_thread_is_seen_so(tmp_path: Path) -> None:
    put_threads(tmp_path, PID, status(), status())
    seen = shell_seen_from_outside(Machine(tmp_path), PID, SHELL)
    assert seen.verdict is Verdict.HOLDS
    assert seen.evidence == "NoNewPrivs 1, Seccomp 2 on 2 thread(s), no capability; uid 996"


@pytest.mark.parametrize(
    ("escaped", "said"),
    [
        (status(no_new_privs=0), "thread 101 of 42 may gain privileges (NoNewPrivs 0)"),
        (status(seccomp=0), "thread 101 of 42 has no seccomp filter (Seccomp 0)"),
        (status(seccomp=1), "thread 101 of 42 has no seccomp filter (Seccomp 1)"),
        (status(capabilities="2000"), "thread 101 of 42 has capabilities (0x2000)"),
        (status(uid=0), "the shell runs as uid [0], not 996"),
    ],
)
def test_one_thread_that_escaped_is_lost(tmp_path: Path, escaped: str, said: str) -> None:
    put_threads(tmp_path, PID, status(), escaped)
    seen = shell_seen_from_outside(Machine(tmp_path), PID, SHELL)
    assert (seen.verdict, seen.evidence) == (Verdict.LOST, said)


def test_a_process_that_is_not_there_is_lost(tmp_path: Path) -> None:
    assert shell_seen_from_outside(Machine(tmp_path), PID, SHELL).verdict is Verdict.LOST


def test_a_status_that_cannot_be_read_never_passes(tmp_path: Path) -> None:
    put_threads(tmp_path, PID, "Name:\tpython\n")
    with pytest.raises(KeyError):
        shell_seen_from_outside(Machine(tmp_path), PID, SHELL)


def test_root_keeps_its_capabilities_only_where_that_is_said(tmp_path: Path) -> None:
    put_threads(tmp_path, "self", status(uid=0, capabilities="1ff"))
    assert confined_threads(Machine(tmp_path), "self", as_root=True).verdict is Verdict.HOLDS
    assert confined_threads(Machine(tmp_path), "self").verdict is Verdict.LOST
