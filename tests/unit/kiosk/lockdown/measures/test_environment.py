"""The measure *environment*: what the process was started with, against what the launcher decided."""

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail, null

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding, holds
from kiosk.lockdown.measures import environment
from kiosk.lockdown.measures.environment import Environment
from kiosk.policy.measures import Finding
from kiosk.watchdog import Watchdog

DECIDED = {"LANG": "C.UTF-8", "QT_QPA_PLATFORM": "wayland"}


class Laptop:
    """A process that was started as the launcher starts it; tests change one thing."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root, self._patch = root, patch
        self.plugins, self.decided = root / "plugins", DECIDED
        (self.plugins / "platforms").mkdir(parents=True)
        (self.plugins / "platforms/libqwayland.so").touch()
        self.started_with(DECIDED)

    def started_with(self, variables: dict[str, str]) -> None:
        place = self.root / "proc/self/environ"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"".join(f"{name}={value}\0".encode() for name, value in variables.items()))

    def found(self, *, on_laptop: bool = True) -> Finding:
        self._patch.delenv("PYTEST_CURRENT_TEST", raising=False)
        measure = Environment(Machine(self.root), self.decided, on_laptop=on_laptop, plugins=self.plugins)
        measure.apply()
        return finding(measure)


@pytest.fixture
def laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    for name in tuple(os.environ):
        monkeypatch.delenv(name)
    for name, value in DECIDED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(environment, "_isolation", lambda: holds("Python is isolated"))
    return Laptop(tmp_path, monkeypatch)


def test_it_holds_with_exactly_what_was_decided(laptop: Laptop) -> None:
    assert not laptop.found().is_lost, laptop.found()


@pytest.mark.parametrize(
    "variables",
    [
        {**DECIDED, "LD_PRELOAD": "/tmp/evil.so"},
        {"LANG": "C.UTF-8"},
        {**DECIDED, "QT_QPA_PLATFORM": "vnc"},
    ],
)
def test_a_variable_more_less_or_other_is_lost(laptop: Laptop, variables: dict[str, str]) -> None:
    laptop.started_with(variables)
    assert "are not those decided" in laptop.found().evidence


def test_a_variable_that_came_later_is_lost(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_PLUGIN_PATH", "/tmp")
    assert laptop.found().evidence == "variables it has are not those decided: QT_PLUGIN_PATH"


@pytest.mark.parametrize("name", ["PYSIDE6_OPTION_PYTHON_ENUM", "LD_LIBRARY_PATH"])
def test_what_a_library_sets_itself_is_expected_with_that_value_only(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, environment.of_libraries()[name])
    assert not laptop.found().is_lost
    monkeypatch.setenv(name, "/tmp")
    assert laptop.found().is_lost


def test_it_holds_in_a_unit_whose_watchdog_has_taken_its_words_out(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As the shell is started by systemd: what it is told of the watchdog is there at first and then never again."""
    told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "1"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    laptop.started_with({**DECIDED, **told})
    laptop.decided = {**DECIDED, **told}
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(told["NOTIFY_SOCKET"])
        watchdog = Watchdog()
        watchdog.open()
        try:
            assert not laptop.found().is_lost, laptop.found()
            monkeypatch.setenv("NOTIFY_SOCKET", "/tmp/another")
            assert laptop.found().is_lost
        finally:
            watchdog.close()


def test_what_libraries_set_is_known_by_loading_them() -> None:
    loading = "import os; os.environ.clear(); import cv2, PySide6; print(dict(os.environ))"
    done = subprocess.run([sys.executable, "-I", "-c", loading], capture_output=True, text=True, check=True)
    assert ast.literal_eval(done.stdout) == environment.of_libraries()


@pytest.mark.parametrize("plugin", ["libqvnc.so", "libqxcb.so", "libqeglfs.so", "libqoffscreen.so"])
def test_another_way_to_draw_is_lost(laptop: Laptop, plugin: str) -> None:
    (laptop.plugins / "platforms" / plugin).touch()
    assert laptop.found().evidence.endswith(f"also holds {plugin}")


def test_a_desktop_is_lost(laptop: Laptop) -> None:
    assert laptop.found(on_laptop=False).is_lost


def test_another_keyring_is_lost_and_named(laptop: Laptop) -> None:
    measure = Environment(Machine(laptop.root), DECIDED, on_laptop=True, plugins=laptop.plugins)
    keyring.set_keyring(null.Keyring())  # type: ignore[no-untyped-call]  # keyring does not annotate it
    assert "keyring.backends.null.Keyring" in finding(measure).evidence
    measure.apply()
    assert isinstance(keyring.get_keyring(), fail.Keyring)
    assert not laptop.found().is_lost


def test_an_environment_that_cannot_be_read_is_lost(laptop: Laptop) -> None:
    (laptop.root / "proc/self/environ").unlink()
    assert laptop.found().is_lost


def test_an_interpreter_that_is_not_isolated_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Laptop(tmp_path, monkeypatch).found()
    assert found.is_lost
    assert found.evidence.startswith("Python was not started isolated")
