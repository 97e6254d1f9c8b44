"""The other half of every refusal: what a visit needs goes on inside the confinement, and looks the same.

The whole call with Chromium from inside it is in tests/e2e/call, whose shells are started by the product's own entry.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.ui.samples import SCENES

pytestmark = [pytest.mark.slow, pytest.mark.attack("files")]
ROOT = Path(__file__).parents[2]


def painted(argument: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.attacks.kit.painted", argument],
        cwd=ROOT,
        env={**os.environ, "DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_every_scene_looks_the_same_inside_the_confinement(tmp_path: Path) -> None:
    inside, outside = painted(f"--guard={tmp_path}/guard.sock"), painted("free")
    assert inside["held"] == ["files", "exec", "keys"]
    assert inside["seen"].keys() == dict.fromkeys(SCENES).keys()
    assert inside["seen"] == outside["seen"]
    assert len(set(inside["seen"].values())) > len(SCENES) / 2
