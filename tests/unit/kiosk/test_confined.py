"""How the shell is started: with which files, and how its interpreter is started again."""

import os
import sys
from pathlib import Path

import pytest

from kiosk import confined
from kiosk.confined import Adds, command, room_for, start_clean
from kiosk.errors import LockdownError
from kiosk.lockdown import platform
from kiosk.lockdown.clean_environment import RUNTIME
from kiosk.lockdown.landlock import DEVICE, WRITE, Right
from kiosk.lockdown.room import PROGRAM


def test_it_knows_a_laptop_by_the_same_file_as_the_guard() -> None:
    assert confined.PLATFORM == platform.PLACE


def test_a_laptops_shell_writes_its_own_folder_only_and_has_the_cameras_it_is_handed(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    arguments = ["--guard", "/run/visit-kiosk/guard.sock", "--token-file", "/run/credentials/token"]
    grants = room_for(arguments, on_laptop=True).grants({}, dev=tmp_path)
    assert [grant.path for grant in grants if grant.rights == WRITE] == [RUNTIME]
    assert [grant.path for grant in grants if Right.IOCTL_DEV in grant.rights] == [tmp_path / "visit"]
    assert [grant.path for grant in grants if grant.rights == Right.READ_FILE] == [Path("/run/credentials/token")]
    assert not any(Right.EXECUTE in grant.rights for grant in grants)


def test_a_developers_shell_has_the_cameras_there_are_and_a_folder_beside_the_guards_socket(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    room = room_for([f"--guard={tmp_path}/run/guard.sock"], on_laptop=False)
    assert (tmp_path / "run/shell").is_dir()
    devices = [grant.path for grant in room.grants({}, dev=tmp_path) if grant.rights == DEVICE]
    assert devices == [tmp_path / "video0"]


def test_only_another_composition_adds_folders(tmp_path: Path) -> None:
    adds = Adds(readable=(tmp_path / "r",), writable=(tmp_path / "w",))
    found = {g.path: g.rights for g in room_for([], on_laptop=False, adds=adds).grants({}, dev=tmp_path)}
    assert found[tmp_path / "w"] == WRITE
    assert Right.WRITE_FILE not in found[tmp_path / "r"]


def test_it_is_started_again_isolated_with_what_was_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execve", lambda *how: started.append(how))
    start_clean("kiosk", ["run", "--windowed"], {"LANG": "C.UTF-8"})
    ((program, words, environment),) = started
    assert program == words[0] == sys.executable
    assert words[1:5] == ["-I", "-B", "-X", "cleared"]
    assert words[-3:] == ["kiosk", "run", "--windowed"]
    assert environment == {"LANG": "C.UTF-8"}


def test_one_that_was_started_again_and_still_differs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys._xoptions, "cleared", True)
    with pytest.raises(LockdownError, match="could not be cleared"):
        start_clean("kiosk", ["run"], {})


def test_installed_it_is_started_as_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "-c" in command("kiosk", [])
    monkeypatch.setattr(confined, "PROGRAM", PROGRAM / "site-packages")
    assert command("kiosk", ["run"])[5:] == ["-m", "kiosk", "run"]
