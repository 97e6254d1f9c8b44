"""The vault: chosen by code alone, read-only where it must be, and one sentence for whatever fails."""

from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from kiosk.errors import Refused, Unavailable
from kiosk.lockdown.vault import KeyringVault, open_vault
from kiosk.lockdown.vault_credentials import SystemdCredentials
from kiosk.lockdown.vault_desktop import DesktopKeyring
from kiosk.lockdown.vault_folder import FolderOfSecrets
from kiosk.ports import SecretName


def test_a_demos_secret_is_in_a_file_for_its_user_only(tmp_path: Path) -> None:
    open_vault(on_laptop=False, folder=tmp_path / "vault").write(SecretName.PACK_KEY, "secret")
    file = tmp_path / "vault" / "pack-key"
    assert file.read_text() == "secret"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_the_vault_of_a_laptop_reads_what_systemd_has_given_its_unit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "visit_tls-key").write_text("secret")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    vault = open_vault(on_laptop=True)
    assert vault.read(SecretName.TLS_KEY) == "secret"
    with pytest.raises(Unavailable, match=r"does not have the key for what it keeps of the day\. Ask IT"):
        vault.read(SecretName.PACK_KEY)


def test_the_vault_of_a_running_laptop_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="change only when it is enrolled"):
        KeyringVault(SystemdCredentials(tmp_path)).write(SecretName.TLS_KEY, "other")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", [None, "", "relative", "/nowhere"])
def test_a_laptop_whose_unit_was_given_no_credentials_says_so(
    given: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    if given is not None:
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", given)
    with pytest.raises(Unavailable, match="enrol"):
        open_vault(on_laptop=True).read(SecretName.TLS_KEY)


def test_a_laptop_keeps_no_secrets_in_a_folder(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="--vault is for a demo"):
        open_vault(on_laptop=True, folder=tmp_path)


def test_what_is_no_text_and_what_may_not_be_read_is_one_sentence(tmp_path: Path) -> None:
    vault = KeyringVault(FolderOfSecrets(tmp_path))
    (tmp_path / "tls-key").write_bytes(b"\xff\xfe")
    (tmp_path / "pack-key").mkdir()
    for name in (SecretName.TLS_KEY, SecretName.PACK_KEY):
        with pytest.raises(Unavailable, match=r"vault cannot be read: (UnicodeDecodeError|Is a directory)\. Ask IT\."):
            vault.read(name)


def test_a_vault_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be written"):
        KeyringVault(FolderOfSecrets(tmp_path / "file")).write(SecretName.TLS_KEY, "secret")


@pytest.mark.attack("environment", tier="U")
def test_no_variable_and_no_choice_of_keyrings_changes_the_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keyring.get_keyring()
    for name in ("_FOLDER", "SCHEME", "PREFERRED_COLLECTION", "APPID"):
        monkeypatch.setenv(f"KEYRING_PROPERTY_{name}", str(tmp_path / "evil"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]  # keyring does not annotate it
    try:
        vault = open_vault(on_laptop=False, folder=tmp_path / "vault")
        vault.write(SecretName.TLS_KEY, "secret")
        assert vault.read(SecretName.TLS_KEY) == "secret"
        assert vars(DesktopKeyring()) == {}  # type: ignore[no-untyped-call]  # keyring does not annotate it
    finally:
        keyring.set_keyring(before)
    assert [path.name for path in tmp_path.iterdir()] == ["vault"]
