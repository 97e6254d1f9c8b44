"""Attack: QT_PLUGIN_PATH, QT_QPA_PLATFORM=vnc, LD_PRELOAD, PYTHONPATH, PYTHON_KEYRING_BACKEND, keyringrc: ignored.

Real processes, started as a shell is, with each variable as hostile as it gets.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

pytestmark = pytest.mark.slow
ROOT: Final = Path(__file__).parents[2]
PRELOADED: Final = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
EVIL_KEYRING: Final = """
from keyring.backend import KeyringBackend
class Evil(KeyringBackend):
    priority = 99
    def get_password(self, service, username): return "known"
    def set_password(self, service, username, password): pass
"""


@dataclass
class Hostile:
    """A folder of hostile code and settings, and the environment that points to it."""

    folder: Path

    def __post_init__(self) -> None:
        (self.folder / "evil.py").write_text(EVIL_KEYRING)
        (self.folder / "sitecustomize.py").write_text("")
        settings = self.folder / ".config" / "python_keyring"
        settings.mkdir(parents=True)
        (settings / "keyringrc.cfg").write_text(f"[backend]\ndefault-keyring=evil.Evil\nkeyring-path={self.folder}\n")

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / ".config"),
            "QT_PLUGIN_PATH": str(self.folder),
            "QT_QPA_PLATFORM": "minimal",
            "LD_PRELOAD": PRELOADED,
            "LD_LIBRARY_PATH": str(self.folder),
            "PYTHONPATH": str(self.folder),
            "PYTHON_KEYRING_BACKEND": "evil.Evil",
            "PYTHONINSPECT": "1",
            "SSL_CERT_FILE": str(self.folder / "any.pem"),
            "QT_LOGGING_RULES": "*=true",
            "LANG": "cy_GB.UTF-8",
            "XDG_RUNTIME_DIR": "relative/../place",
            "WAYLAND_DISPLAY": "/tmp/other",
            "DISPLAY": "evil.example:0",
        }

    def reveals(self, *arguments: str, **variables: str) -> dict[str, Any]:
        """Start it so, and read what it says of itself."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.attacks.kit.revealed", *arguments],
            cwd=ROOT,
            env={name: value for name, value in {**self.environment, **variables}.items() if value},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.stdout, done.stderr
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def confined(self, **variables: str) -> dict[str, Any]:
        """The same, by the product's launcher."""
        (self.folder / "run").mkdir(exist_ok=True)
        return self.reveals(f"--guard={self.folder}/run/guard.sock", **variables)


@pytest.fixture
def hostile(tmp_path: Path) -> Hostile:
    return Hostile(tmp_path)


def test_every_variable_of_a_hostile_environment_is_ignored(hostile: Hostile) -> None:
    seen = hostile.confined()
    runtime = str(hostile.folder / "run" / "shell")
    assert seen["environment"].pop("PYSIDE6_OPTION_PYTHON_ENUM") == "True"  # PySide6's own doing
    assert seen["environment"] == {
        "HOME": runtime,
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "2",
        "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "1",
        "PULSE_RUNTIME_PATH": runtime,
        "QT_QPA_PLATFORM": "offscreen",
        "QT_WAYLAND_DISABLE_WINDOWDECORATION": "1",
        "QT_WAYLAND_FRAME_CALLBACK_TIMEOUT": "1000",
        "SSL_CERT_DIR": "/nonexistent",
        "SSL_CERT_FILE": "/dev/null",
        "TMPDIR": runtime,
    }
    assert sorted(filter(None, seen["started_with"])) == sorted(f"{k}={v}" for k, v in seen["environment"].items())
    assert seen["platform"] == "offscreen"
    assert str(hostile.folder) not in seen["plugins"]
    assert str(hostile.folder) not in seen["path"]
    assert seen["keyring"] == "keyring.backends.fail"
    assert not seen["preloaded"]
    assert not seen["evil"]
    assert seen["sitecustomize"] != str(hostile.folder / "sitecustomize.py")


def test_without_the_launcher_each_of_them_takes_effect(hostile: Hostile) -> None:
    seen = hostile.reveals("free")
    assert seen["platform"] == "minimal"
    assert str(hostile.folder) in seen["plugins"]
    assert str(hostile.folder) in seen["path"]
    assert seen["keyring"] == "evil"
    assert seen["preloaded"]
    assert seen["evil"]
    assert seen["sitecustomize"] == str(hostile.folder / "sitecustomize.py")


def test_without_the_launcher_a_keyringrc_alone_takes_effect(hostile: Hostile) -> None:
    assert hostile.reveals("free", PYTHON_KEYRING_BACKEND="")["keyring"] == "evil"
    assert hostile.confined(PYTHON_KEYRING_BACKEND="")["keyring"] == "keyring.backends.fail"


def test_a_screen_for_others_is_never_drawn_on(hostile: Hostile) -> None:
    assert hostile.confined(QT_QPA_PLATFORM="vnc")["platform"] == "offscreen"
    assert hostile.confined(QT_QPA_PLATFORM="linuxfb:fb=/dev/fb0")["platform"] == "offscreen"


def test_a_start_that_says_it_is_cleared_and_is_not_is_refused(hostile: Hostile) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-X", "cleared", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
         "from kiosk.__main__ import main; main(['run', '--guard', sys.argv[1], '--identity', '/nowhere'])",
         str(hostile.folder / "guard.sock")],
        env={**hostile.environment, "LD_PRELOAD": ""},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "kiosk: The environment could not be cleared.\n"
