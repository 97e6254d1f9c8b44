"""A desktop's user tries the laptop out: in their own folders, by Wayland, and never on a laptop."""

import argparse
from pathlib import Path

import pytest

from kiosk.commands.desktop import OwnFolders, own_folders
from kiosk.commands.trying import guard_command, screen
from kiosk.errors import Unavailable

OWN = OwnFolders(Path("/run/user/7/visit-kiosk"), Path("/home/a/state"), Path("/home/a/identity"))


def options(*, full_screen: bool = False, vault: Path | None = None) -> argparse.Namespace:
    return argparse.Namespace(full_screen=full_screen, vault=vault)


def test_folders_are_the_users_own() -> None:
    own = own_folders({"HOME": "/home/a", "XDG_RUNTIME_DIR": "/run/user/7"})
    assert own.runtime == Path("/run/user/7/visit-kiosk")
    assert own.state == Path("/home/a/.local/state/visit-kiosk")
    assert own.identity == Path("/home/a/.local/share/visit-kiosk/identity")


def test_a_base_directory_that_is_relative_counts_as_not_given() -> None:
    own = own_folders({"HOME": "/home/a", "XDG_RUNTIME_DIR": "run", "XDG_STATE_HOME": "s", "XDG_DATA_HOME": "/data"})
    assert own.runtime == Path("/home/a/.local/state/visit-kiosk/run")
    assert own.identity == Path("/data/visit-kiosk/identity")


def test_a_user_without_a_home_is_told_so() -> None:
    with pytest.raises(Unavailable, match="no home"):
        own_folders({})


def test_the_guard_starts_the_shell_with_the_same_identity() -> None:
    command = guard_command(OWN, [], options(vault=Path("/v")))
    guard, shell = command[: command.index("--")], command[command.index("--") + 1 :]
    who = ["--identity", "/home/a/identity", "--vault", "/v"]
    assert guard[3:] == ["kiosk.guard", "--runtime", str(OWN.runtime), "--state", str(OWN.state), *who]
    assert shell[1:] == ["-I", "-m", "kiosk", "run", *who, "--windowed"]


def test_the_whole_screen_is_taken_on_demand_only() -> None:
    assert "--windowed" not in guard_command(OWN, [], options(full_screen=True))


def test_a_wayland_desktop_needs_no_other_compositor() -> None:
    assert screen({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}) == []


def test_on_an_x11_desktop_cage_is_the_window(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "cage").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert screen({"DISPLAY": ":0"}) == [str(tmp_path / "cage"), "--"]


def test_an_x11_desktop_without_cage_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="apt install cage"):
        screen({"DISPLAY": ":0"})


def test_without_a_desktop_nothing_is_started() -> None:
    with pytest.raises(Unavailable, match="no desktop"):
        screen({})
