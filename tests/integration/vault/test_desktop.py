"""The vault of a developer's machine: a real keyring on its own session bus, and a sentence where there is none."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.errors import Unavailable
from kiosk.lockdown.vault import open_vault
from kiosk.ports import SecretName

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("gnome-keyring-daemon") is None, reason="gnome-keyring is not installed")
def test_a_desktops_keyring_keeps_what_enrolment_writes_and_the_shell_reads_it(tmp_path: Path) -> None:
    home = {name: str(tmp_path) for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME")}
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-m", "tests.integration.vault.in_a_session"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **home},
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"before": None, "after": "-----BEGIN\nsecond\n-----END\n"}


@pytest.mark.parametrize("bus", ["", "unix:path=/nowhere/bus", "nonsense"])
def test_without_a_keyring_the_vault_says_so(bus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
    if not bus:
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    with pytest.raises(Unavailable, match=r"no keyring of a desktop answers here; with --vault DIR a demo needs none"):
        open_vault(on_laptop=False).read(SecretName.TLS_KEY)
    with pytest.raises(Unavailable, match="cannot be written"):
        open_vault(on_laptop=False).write(SecretName.TLS_KEY, "secret")
