"""Once the first scene stands Qt finds no more plugins: a process of its own, for that cannot be undone."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.test_photos import encoded

LOOK = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from kiosk.ui.photos import decode
from kiosk.ui.plugins import find_no_more_plugins
application = QApplication(["shell"])
if "settled" in sys.argv:
    find_no_more_plugins()
from PySide6.QtMultimedia import QMediaDevices
QMediaDevices.audioInputs()
print("ffmpegmediaplugin" in Path("/proc/self/maps").read_text(), decode(Path(sys.argv[1]).read_bytes()) is not None)
"""


@pytest.mark.parametrize(("how", "said"), [("settled", "False True"), ("left alone", "True True")])
def test_sound_brings_no_player_and_a_photo_is_still_read(tmp_path: Path, how: str, said: str) -> None:
    (tmp_path / "photo.jpg").write_bytes(encoded(kind="JPEG"))
    program = (sys.executable, "-c", LOOK, str(tmp_path / "photo.jpg"), how)
    assert subprocess.run(program, capture_output=True, text=True, check=True).stdout.strip() == said
