"""A laptop's secrets, written by the real systemd-creds: one unit reads each, under its own name."""

import subprocess
from pathlib import Path

import pytest

from kiosk.errors import Unavailable
from kiosk.lockdown.credential_files import SYSTEMD_CREDS, CredentialFiles
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.vault import KeyringVault
from kiosk.lockdown.vault_credentials import SystemdCredentials
from kiosk.ports import SecretName

WITHOUT_A_TPM = "--with-key=tpm2-absent"  # the one kind that needs nothing of this machine
needs_systemd = pytest.mark.skipif(not Path(SYSTEMD_CREDS).exists(), reason="systemd-creds is not here")


def decrypted(file: Path, name: str) -> "subprocess.CompletedProcess[str]":
    """As systemd does it for a unit that has a credential of this name."""
    command = [SYSTEMD_CREDS, "decrypt", f"--name={name}", str(file), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def as_systemd_gives_them(stored: Path, given: Path) -> Path:
    """What a unit with `LoadCredentialEncrypted=visit:FOLDER` finds in its folder of credentials."""
    given.mkdir()
    for file in stored.iterdir():
        done = decrypted(file, f"visit_{file.name}")
        assert done.returncode == 0, done.stderr
        (given / f"visit_{file.name}").write_text(done.stdout)
    return given


@needs_systemd
def test_what_enrolment_wrote_each_unit_reads_by_way_of_systemd_and_no_more(tmp_path: Path) -> None:
    files = CredentialFiles(tmp_path, Machine().run, WITHOUT_A_TPM)
    secrets = {SecretName.TLS_KEY: "-----BEGIN\nkey\n-----END\n", SecretName.SEALING_KEY: "s", SecretName.PACK_KEY: "p"}
    for name, secret in secrets.items():
        files.write(name, secret)
    for unit, names in (("shell", {SecretName.TLS_KEY}), ("guard", {SecretName.SEALING_KEY, SecretName.PACK_KEY})):
        given = as_systemd_gives_them(tmp_path / unit, tmp_path / f"given-{unit}")
        vault = KeyringVault(SystemdCredentials(given))
        assert {name: vault.read(name) for name in names} == {name: secrets[name] for name in names}
        for other in secrets.keys() - names:
            with pytest.raises(Unavailable):
                vault.read(other)


@needs_systemd
def test_on_the_disk_it_is_encrypted_for_its_owner_only_and_good_under_its_own_name_only(tmp_path: Path) -> None:
    CredentialFiles(tmp_path, Machine().run, WITHOUT_A_TPM).write(SecretName.TLS_KEY, "the secret itself")
    file = tmp_path / "shell" / "tls-key"
    assert b"secret" not in file.read_bytes()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert decrypted(file, "visit_pack-key").returncode != 0


@needs_systemd
@pytest.mark.skipif(Path("/sys/class/tpm/tpm0").exists(), reason="this machine has a TPM")
def test_a_machine_without_a_tpm_keeps_no_secret(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="systemd-creds failed"):
        CredentialFiles(tmp_path, Machine(tools_within_s=30).run).write(SecretName.PACK_KEY, "secret")
    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_systemd_creds_says_so_and_keeps_nothing(tmp_path: Path) -> None:
    def run(*command: str, given: str | None = None) -> str:
        return Machine().run("/nowhere/systemd-creds", *command[1:], given=given)

    with pytest.raises(Unavailable, match="cannot be used"):
        CredentialFiles(tmp_path, run).write(SecretName.TLS_KEY, "secret")
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_is_read_by_units_only(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        CredentialFiles(tmp_path, Machine().run).read(SecretName.TLS_KEY)


def test_the_tpm_binds_secrets_to_the_chip_and_to_no_state_that_an_update_changes(tmp_path: Path) -> None:
    said = list[tuple[str, ...]]()

    def run(*command: str, given: str | None = None) -> str:
        said.append(command)
        return given or ""

    CredentialFiles(tmp_path, run).write(SecretName.TLS_KEY, "secret")
    assert said == [(SYSTEMD_CREDS, "encrypt", "--name=visit_tls-key", "--with-key=tpm2", "--tpm2-pcrs=", "-", "-")]
