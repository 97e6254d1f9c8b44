"""The measure *files*: it tries in earnest. What Landlock denies is tried on the kernel by the attack tests."""

import os
import threading
from pathlib import Path

import pytest

from kiosk.errors import LockdownError, Unavailable
from kiosk.lockdown import landlock
from kiosk.lockdown.landlock import ABSTRACT_SOCKETS, SIGNALS
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.files import Files
from kiosk.policy.measures import Finding


class Laptop:
    """A root where opening what is outside is refused, as Landlock would; tests take that away."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root, self.refused = root, {str(root / "etc"), str(root / "tmp")}
        self.runtime = root / "run"
        for folder in ("etc", "tmp", "run"):
            (root / folder).mkdir()
        (root / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
        self._open = os.open
        patch.setattr("kiosk.lockdown.measures.files.os.open", self._opened)
        patch.setattr(landlock, "abi", lambda: 6)

    def _opened(self, path: Path, flags: int, mode: int = 0o777) -> int:
        if str(path.parent) in self.refused:
            raise PermissionError(13, "denied")
        return self._open(path, flags, mode)

    def found(self, scopes: int = ABSTRACT_SOCKETS | SIGNALS) -> Finding:
        return finding(Files(Machine(self.root), self.runtime, (), scopes))


@pytest.fixture
def laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    return Laptop(tmp_path, monkeypatch)


def test_it_holds_where_nothing_outside_opens_and_the_runtime_folder_does(laptop: Laptop) -> None:
    assert not laptop.found().is_lost, laptop.found()
    assert list(laptop.runtime.iterdir()) == []


def test_a_file_of_everybodys_that_opens_is_lost(laptop: Laptop) -> None:
    laptop.refused.remove(str(laptop.root / "etc"))
    assert laptop.found().evidence.startswith("/etc/passwd can be read")


def test_a_folder_of_everybodys_that_can_be_written_is_lost_and_left_as_it_was(laptop: Laptop) -> None:
    laptop.refused.remove(str(laptop.root / "tmp"))
    assert laptop.found().evidence.startswith("/tmp can be written")
    assert list((laptop.root / "tmp").iterdir()) == []


def test_a_runtime_folder_that_cannot_be_written_is_lost(laptop: Laptop) -> None:
    laptop.refused.add(str(laptop.runtime))
    assert "runtime folder" in laptop.found().evidence
    assert laptop.found().is_lost


def test_nothing_to_try_never_passes(laptop: Laptop) -> None:
    (laptop.root / "etc/passwd").unlink()
    assert laptop.found().is_lost


def test_an_older_kernel_is_lost(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "abi", lambda: 5)
    assert laptop.found().evidence.startswith("the kernel has Landlock ABI 5; 6 is needed")


def test_a_kernel_without_it_is_lost(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> int:
        raise Unavailable("this kernel has no Landlock (Function not implemented)")

    monkeypatch.setattr(landlock, "abi", none)
    assert laptop.found().is_lost
    assert "no Landlock" in laptop.found().evidence


def test_a_screen_that_needs_abstract_sockets_is_lost(laptop: Laptop) -> None:
    assert laptop.found(SIGNALS).is_lost


def test_a_second_thread_is_refused() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        with pytest.raises(LockdownError, match="more than one thread"):
            landlock.restrict([])
    finally:
        done.set()
        thread.join()
