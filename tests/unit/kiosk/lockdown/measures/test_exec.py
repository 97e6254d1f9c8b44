"""The measure *exec*: what the kernel says of the threads, and what comes of trying."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.errors import Unavailable
from kiosk.lockdown import seccomp_filter
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.exec import Exec
from kiosk.lockdown.system_calls import ALLOWED, DENIED
from kiosk.policy.measures import Finding, Severity, Verdict
from tests.unit.kiosk.lockdown.kernel_text import put_threads, status


def found(root: Path, answer: int = errno.EPERM) -> Finding:
    tries: dict[str, Callable[[], int]] = {"execve": lambda: answer}
    return finding(Exec(Machine(root), tries))


def test_it_holds_where_every_thread_is_filtered_and_the_try_is_refused(tmp_path: Path) -> None:
    put_threads(tmp_path, "self", status(), status())
    assert found(tmp_path).verdict is Verdict.HOLDS
    assert found(tmp_path).severity is Severity.BLOCK


@pytest.mark.parametrize("answer", [0, errno.ENOENT, errno.EACCES, errno.EINVAL])
def test_any_other_answer_than_eperm_is_lost(tmp_path: Path, answer: int) -> None:
    put_threads(tmp_path, "self", status())
    assert found(tmp_path, answer).is_lost


def test_a_thread_without_a_filter_is_lost_although_the_try_is_refused(tmp_path: Path) -> None:
    put_threads(tmp_path, "self", status(), status(seccomp=0))
    assert found(tmp_path).is_lost


def test_a_proc_that_cannot_be_read_is_lost(tmp_path: Path) -> None:
    put_threads(tmp_path, "self", "nothing that a kernel says")
    assert found(tmp_path).is_lost


def test_a_process_without_the_filter_finds_that_out_by_itself_and_starts_nothing() -> None:
    real = finding(Exec(Machine()))
    assert real.is_lost
    assert "execve of nothing is answered ENOENT" in real.evidence


def test_without_libseccomp_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyseccomp", None)
    with pytest.raises(Unavailable, match="libseccomp cannot be loaded"):
        seccomp_filter.load()


def test_nothing_is_both_allowed_and_denied() -> None:
    assert set(ALLOWED) & set(DENIED) == set()
    assert len(set(ALLOWED)) == len(ALLOWED)
    assert len(set(DENIED)) == len(DENIED)
