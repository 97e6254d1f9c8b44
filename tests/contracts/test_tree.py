"""What the tree may not hold: hosts of registries, addresses in lock files, ways out of the shell."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
ROOMS_OF_SHELL = "(ui|media|link)/.*"
PARTS_OF_SHELL = "app|proving|switchboard|briefing|media_session|photo_passing|restating|shell_ports"
SHELL = [p for p in TRACKED if re.match(rf"kiosk/({ROOMS_OF_SHELL}|{PARTS_OF_SHELL})\.py$", p)]
WAYS_OUT = {
    "QFileDialog",
    "QDesktopServices",
    "QPrinter",
    "QPrinterInfo",
    "QPrintDialog",
    "QPrintPreviewDialog",
    "QtPrintSupport",
    "QPdfWriter",
    "slips",
    "QtWebEngineWidgets",
    "QProcess",
    "QMessageBox",
    "QInputDialog",
    "QMenu",
    "QMenuBar",
    "QShortcut",
    "QSystemTrayIcon",
    "QWebEngineView",
    "QMediaRecorder",
    "QImageWriter",
    "system",
    "popen",
    "execv",
    "execve",
    "posix_spawn",
    "startDetached",
    "openUrl",
    "webbrowser",
    "subprocess",
    "multiprocessing",
    "create_subprocess_exec",
    "create_subprocess_shell",
    "fork",
    "imwrite",
    "MediaRecorder",
}


def names_in(path: Path) -> set[str]:
    """Every name a file imports or takes from something."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom | ast.Import):
            found |= {part for alias in node.names for part in alias.name.split(".")}
            found |= set((getattr(node, "module", None) or "").split("."))
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
    return found


def calls_in(path: Path) -> set[str]:
    """The last name of everything a file calls."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return {getattr(call, "attr", getattr(call, "id", "")) for call in calls}


def test_there_is_a_shell_to_look_at() -> None:
    assert len(SHELL) > 30


@pytest.mark.attack("ways-out")
@pytest.mark.parametrize("path", SHELL)
def test_the_shell_has_no_way_out_and_records_nothing(path: str) -> None:
    assert names_in(ROOT / path) & WAYS_OUT == set()
    assert "VideoWriter" not in calls_in(ROOT / path)


def test_the_launcher_starts_nothing_but_itself() -> None:
    found = names_in(ROOT / "kiosk/confined.py") & WAYS_OUT
    assert found == {"execve"}
    assert (ROOT / "kiosk/confined.py").read_text().count("execve(") == 1
    assert "return [sys.executable, " in (ROOT / "kiosk/confined.py").read_text()


def test_the_lock_file_has_a_hash_for_every_package_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    packages = re.split(r"\n(?=[a-z])", lock.strip())
    assert len(packages) > 50
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in lock


@pytest.mark.parametrize(
    "name", ["pyside6", "aiortc", "av", "opencv-python-headless", "qasync", "cryptography", "keyring", "pytest-qt"]
)
def test_what_the_product_must_use_is_pinned(name: str) -> None:
    assert re.search(rf"^{name}==[0-9.]+ ", (ROOT / "requirements.lock").read_text(), re.MULTILINE)


@pytest.mark.slow
def test_no_picture_of_the_screen_is_taken_outside_demo_tests_and_the_onlooker_of_the_bench() -> None:
    takers = [p for p in TRACKED if p.endswith(".py") and {"grab", "grabWindow"} & names_in(ROOT / p)]
    assert [p for p in takers if not p.startswith(("demo/", "tests/"))] == ["bench/media/onlooker.py"]
