"""The identity folder: enrolled or not, never half; readable by the shell, and bounded when read."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract.documents import DocumentKind
from contract.enrolment import Identity
from contract.key_set import DocumentKey, KeySet
from contract.words import Use
from kiosk.errors import LockdownError
from kiosk.lockdown.identity_file import (
    LONGEST_BYTES,
    find_identity,
    forget_identity,
    keep_certificate,
    keep_identity,
    read_certificate,
)

KEY = DocumentKey(
    key_id="policy-1",
    public_key=base64.b64encode(bytes(32)).decode(),
    issuer="HMP Example",
    use=Use.DEMO,
    signs=frozenset({DocumentKind.KEYS}),
)
IDENTITY = Identity(
    service="https://visits.example:8443",
    establishment="HMP Example",
    laptop="Visits 1",
    use=Use.DEMO,
    authority="-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n",
    keys=KeySet(keys=(KEY,)),
    enrolled_at=datetime(2026, 11, 28, 12, tzinfo=UTC),
    replaces=False,
)


def test_what_is_kept_is_found_again_and_the_shell_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "identity"
    keep_identity(folder, IDENTITY, "certificate")
    assert find_identity(folder) == IDENTITY
    assert read_certificate(folder) == "certificate"
    assert {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()} == {
        "identity.json": 0o644,
        "certificate.pem": 0o644,
    }


def test_a_renewed_certificate_leaves_the_identity_as_it_is(tmp_path: Path) -> None:
    keep_identity(tmp_path, IDENTITY, "first")
    keep_certificate(tmp_path, "second")
    assert (find_identity(tmp_path), read_certificate(tmp_path)) == (IDENTITY, "second")


def test_a_laptop_without_an_identity_is_not_enrolled(tmp_path: Path) -> None:
    assert find_identity(tmp_path) is None
    assert find_identity(tmp_path / "nowhere") is None


def test_a_certificate_alone_is_no_enrolment(tmp_path: Path) -> None:
    keep_identity(tmp_path, IDENTITY, "certificate")
    forget_identity(tmp_path)
    forget_identity(tmp_path)
    assert find_identity(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b" " * (LONGEST_BYTES + 1)])
def test_an_identity_that_does_not_check_out_is_not_taken_for_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "identity.json").write_bytes(content)
    with pytest.raises(LockdownError, match="Enrol it again"):
        find_identity(tmp_path)


def test_a_missing_certificate_is_said(tmp_path: Path) -> None:
    with pytest.raises(LockdownError, match="certificate cannot be read"):
        read_certificate(tmp_path)
