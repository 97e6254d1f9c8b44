"""How the shell is started: with which files, and how its interpreter is started again."""

import os
import sys
from pathlib import Path

import pytest

from kiosk import confined
from kiosk.confined import Adds, command, credentials_for, room_for, start_clean
from kiosk.errors import LockdownError, Refused
from kiosk.lockdown import platform
from kiosk.lockdown.clean_environment import KEYS_ARE_AT, RUNTIME
from kiosk.lockdown.identity_file import keep_identity
from kiosk.lockdown.landlock import DEVICE, WRITE, Right
from kiosk.lockdown.room import PROGRAM
from kiosk.lockdown.vault import open_vault
from kiosk.ports import SecretName
from tests.fakes.certificates import Authority
from tests.unit.kiosk.lockdown.test_identity_file import IDENTITY


def test_it_knows_a_laptop_by_the_same_file_as_the_guard() -> None:
    assert confined.PLATFORM == platform.PLACE


def test_a_laptops_shell_writes_its_own_folder_only_and_has_the_cameras_it_is_handed(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    arguments = ["--guard", "/run/visit-kiosk/guard.sock", "--identity", "/run/visit-identity"]
    grants = room_for(arguments, on_laptop=True).grants({}, dev=tmp_path)
    assert [grant.path for grant in grants if grant.rights == WRITE] == [RUNTIME]
    assert [grant.path for grant in grants if Right.IOCTL_DEV in grant.rights] == [tmp_path / "visit"]
    assert [grant.path for grant in grants if grant.rights == Right.READ_FILE] == []
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


class Enrolled:
    """A laptop's identity and vault in a folder."""

    def __init__(self, folder: Path) -> None:
        authority, self.identity, self.vault = Authority(folder, "ours"), folder / "identity", folder / "vault"
        self.credentials = authority.credentials(IDENTITY.service)
        identity = IDENTITY.model_copy(update={"authority": authority.pem})
        keep_identity(self.identity, identity, self.credentials.certificate)
        open_vault(on_laptop=False, folder=self.vault).write(SecretName.TLS_KEY, self.credentials.key)

    @property
    def own(self) -> list[str]:
        return ["--identity", str(self.identity), "--vault", str(self.vault)]


def test_the_identity_is_read_with_its_key_and_what_leads_to_keys_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled = Enrolled(tmp_path)
    for name in KEYS_ARE_AT:
        monkeypatch.setenv(name, "somewhere")
    assert credentials_for(["run", *enrolled.own], on_laptop=False) == enrolled.credentials
    assert KEYS_ARE_AT & os.environ.keys() == set()


@pytest.mark.parametrize("missing", ["identity/identity.json", "identity/certificate.pem", "vault/tls-key"])
def test_without_a_part_of_it_there_is_none_and_the_shell_starts_all_the_same(tmp_path: Path, missing: str) -> None:
    enrolled = Enrolled(tmp_path)
    (tmp_path / missing).unlink()
    assert credentials_for(["run", *enrolled.own], on_laptop=False) is None


def test_a_laptops_shell_takes_no_folder_of_secrets(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="--vault is for a demo"):
        credentials_for(["run", *Enrolled(tmp_path).own], on_laptop=True)
