"""The folder of keys: made once, for its user only, read whole or not at all."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from contract.documents import DocumentKind
from contract.envelope import Audience, header_of
from contract.words import Use
from tests.fakes.service_keys import NAMES
from tests.fakes.visits import NOON
from visits.errors import ServiceError
from visits.keys.authority import AUTHORITY_FOR, hosts_of
from visits.keys.files import write_whole
from visits.keys.folder import (
    RENEWED_BEFORE,
    default_folder,
    make_keys,
    make_relay,
    read_keys,
    read_policy_signer,
    relay_due,
    renew_server,
    renew_server_if_due,
)
from visits.keys.live import LiveKeys
from visits.keys.rotation import Rotation
from visits.keys.signer import DOCUMENTS

VALID = (NOON, NOON + timedelta(hours=1))
AUDIENCE = Audience(establishment="HMP Cwm Dŵr")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can write for somebody else")
def test_what_root_writes_belongs_to_whoever_has_the_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12346)
    write_whole(tmp_path / "keys.json", b"{}")
    state = (tmp_path / "keys.json").stat()
    assert (state.st_uid, state.st_gid) == (12345, 12346)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = default_folder(tmp_path / "visits.db")
    make_keys(made, NAMES, NOON)
    return made


def test_keys_are_for_their_user_only_and_never_written_over(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(ServiceError, match="never written over"):
        make_keys(folder, NAMES, NOON)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert [file.name for file in folder.parent.iterdir()] == [folder.name]


def test_the_authority_signs_no_other_and_lasts_ten_years(folder: Path) -> None:
    certificate = read_keys(folder).authority.certificate
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (basic.ca, basic.path_length) == (True, 0)
    assert certificate.not_valid_after_utc == NOON + AUTHORITY_FOR


def test_the_listeners_certificate_is_for_its_hosts_and_for_serving_alone(folder: Path) -> None:
    keys = read_keys(folder)
    assert hosts_of(keys.server_certificate) == list(NAMES.hosts)
    uses = keys.server_certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.SERVER_AUTH]
    renewed = renew_server(folder, keys.authority, ("visits.example",), NOON)
    assert hosts_of(read_keys(folder).server_certificate) == ["visits.example"]
    assert renewed.serial_number != keys.server_certificate.serial_number


def test_the_listeners_certificate_is_renewed_in_its_last_weeks_for_the_same_hosts(folder: Path) -> None:
    ends = read_keys(folder).server_certificate.not_valid_after_utc
    assert not renew_server_if_due(folder, ends - RENEWED_BEFORE - timedelta(seconds=1))
    assert renew_server_if_due(folder, ends - RENEWED_BEFORE)
    renewed = read_keys(folder).server_certificate
    assert renewed.not_valid_after_utc > ends
    assert hosts_of(renewed) == list(NAMES.hosts)


def test_what_is_no_host_gets_no_certificate(folder: Path) -> None:
    for host in ("", "a b", "https://visits.example", "-x", "visits.example:8443"):
        with pytest.raises(ServiceError, match="no host name"):
            read_keys(folder).authority.for_listener((host,), NOON)


@pytest.mark.parametrize("name", ["authority.key", "documents.key", "policy.key"])
def test_a_key_that_others_may_read_is_not_used(folder: Path, name: str) -> None:
    (folder / name).chmod(0o640)
    with pytest.raises(ServiceError, match="may be read by others"):
        read_policy_signer(folder) if name == "policy.key" else read_keys(folder)


def test_a_key_that_is_not_in_force_or_no_key_is_not_used(folder: Path) -> None:
    (folder / "documents.key").write_bytes((folder / "authority.key").read_bytes())
    with pytest.raises(ServiceError, match="another kind"):
        read_keys(folder)
    (folder / "documents.key").write_bytes(b"nothing")
    with pytest.raises(ServiceError, match="holds none"):
        read_keys(folder)
    (folder / "keys.json").write_text("{}")
    with pytest.raises(ServiceError, match=r"keys\.json"):
        read_keys(folder)


def test_each_key_signs_its_own_kinds_alone(folder: Path) -> None:
    documents, policy = read_keys(folder).signer, read_policy_signer(folder)
    assert documents.use is Use.DEMO
    text = documents.sealed(DocumentKind.ROSTER, AUDIENCE, 7, VALID, b"{}")
    header = header_of(text, DocumentKind.ROSTER)
    assert (header.kid, header.iss, header.serial) == (documents.key_id, NAMES.issuer, 7)
    for signer, kind in (
        (documents, DocumentKind.POLICY),
        (documents, DocumentKind.KEYS),
        (policy, DocumentKind.SHEET),
    ):
        with pytest.raises(ServiceError, match="may not sign"):
            signer.sealed(kind, AUDIENCE, 1, VALID, b"{}")


def test_a_running_service_takes_up_keys_that_have_changed_and_keeps_the_last_that_fit(folder: Path) -> None:
    live = LiveKeys(folder)
    before = live.signer.key_id
    assert not live.refresh()
    Rotation(folder).rotate(DOCUMENTS, lambda _keys, _signer: None)
    assert live.refresh()
    assert live.signer.key_id != before
    (folder / "documents.key").write_bytes(b"half")
    assert not live.refresh()
    assert live.signer.key_id in {key.key_id for key in live.key_set.keys}


def test_a_relays_certificate_is_the_authoritys_and_for_its_address(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    keys = make_keys(folder, NAMES, NOON)
    made = make_relay(folder, keys.authority, ("192.0.2.20",), NOON)
    assert hosts_of(made) == ["192.0.2.20"]
    made.verify_directly_issued_by(keys.authority.certificate)
    assert (folder / "relay.key").stat().st_mode & 0o077 == 0
    assert read_keys(folder).server_certificate == keys.server_certificate


def test_a_relays_certificate_that_nears_its_end_is_told_and_its_key_need_not_be_there(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    keys = make_keys(folder, NAMES, NOON)
    assert relay_due(folder, NOON + timedelta(days=3000)) is None
    ends = make_relay(folder, keys.authority, ("192.0.2.20",), NOON).not_valid_after_utc
    (folder / "relay.key").unlink()
    assert relay_due(folder, ends - RENEWED_BEFORE - timedelta(seconds=1)) is None
    assert relay_due(folder, ends - RENEWED_BEFORE) == relay_due(folder, ends + timedelta(days=1)) == ends
    (folder / "relay.pem").write_bytes(b"half")
    with pytest.raises(ServiceError, match=r"relay\.pem"):
        relay_due(folder, NOON)
