"""The service's own key: made once, for its user only, and the same from then on."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from contract.signed_note import SignedNote
from tests.fakes.visits import head
from visits.cosigner import cosigner_in, default_file
from visits.errors import ServiceError


def test_a_key_is_made_once_beside_the_database_for_its_user_only(tmp_path: Path) -> None:
    file = default_file(tmp_path / "visits.db")
    first = cosigner_in(file)
    assert cosigner_in(file).signer == first.signer
    assert [path.name for path in tmp_path.iterdir()] == ["visits.db.cosign-key"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_it_signs_can_be_checked_with_the_key_it_tells(tmp_path: Path) -> None:
    cosigner = cosigner_in(tmp_path / "key")
    note = SignedNote.parse(cosigner.sign(SignedNote.parse(head(1).note)))
    assert note.is_signed_by(cosigner.signer)


def test_a_file_that_holds_no_key_is_left_alone_and_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    for content in (b"", b"not a key", _other_kind()):
        file.write_bytes(content)
        file.chmod(0o600)
        with pytest.raises(ServiceError):
            cosigner_in(file)
        assert file.read_bytes() == content


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    cosigner_in(tmp_path / "key")
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(ServiceError, match="may be read by others"):
        cosigner_in(tmp_path / "key")


def _other_kind() -> bytes:
    return generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
