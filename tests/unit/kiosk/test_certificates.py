"""Whether a certificate is this laptop's: every way in which one can be somebody else's, or no better than the last."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from kiosk.certificates import issued, read, request_for, successor
from kiosk.errors import Untrusted
from tests.fakes.certificates import LIFE, Authority

KEY = generate_private_key(SECP256R1()).public_key()
STRANGER = generate_private_key(SECP256R1()).public_key()
NOW = datetime.now(UTC)


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


def test_the_next_certificate_is_for_the_same_key_and_name_and_good_for_longer(ours: Authority) -> None:
    last = read(ours.laptop(KEY))
    assert successor(ours.laptop(KEY, life=LIFE + timedelta(days=1)), last, ours.pem).public_key() == KEY


WRONG: dict[str, tuple[Callable[[Authority, Authority], str], str]] = {
    "no longer": (lambda ours, _: ours.laptop(KEY, life=LIFE - timedelta(days=1)), "not good for longer"),
    "other name": (lambda ours, _: ours.laptop(KEY, "Visits 2", life=2 * LIFE), "another laptop"),
    "other key": (lambda ours, _: ours.laptop(STRANGER, life=2 * LIFE), "another key"),
    "other authority": (lambda _, other: other.laptop(KEY, life=2 * LIFE), "another authority"),
    "server's": (lambda ours, _: ours.laptop(KEY, life=2 * LIFE, use=ExtendedKeyUsageOID.SERVER_AUTH), "not for show"),
    "the authority's own": (lambda ours, _: ours.pem, "another key"),
    "two": (lambda ours, _: 2 * ours.laptop(KEY, life=2 * LIFE), "not one certificate"),
    "none": (lambda *_: "", "not one certificate"),
    "no text": (lambda *_: "\ud800", "not one certificate"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_any_other_is_refused_with_its_reason(ours: Authority, tmp_path: Path, wrong: str) -> None:
    made, why = WRONG[wrong]
    with pytest.raises(Untrusted, match=why):
        successor(made(ours, Authority(tmp_path, "other")), read(ours.laptop(KEY)), ours.pem)


def test_one_that_only_claims_our_authority_is_refused(ours: Authority, tmp_path: Path) -> None:
    (tmp_path / "rogue").mkdir()
    namesake = Authority(tmp_path / "rogue", "ours")
    with pytest.raises(Untrusted, match="another authority"):
        issued(namesake.laptop(KEY), KEY, ours.pem)


@pytest.mark.parametrize("key", ["", "nonsense"])
def test_what_is_no_key_asks_for_nothing(key: str) -> None:
    with pytest.raises(Untrusted):
        request_for(key)


def test_a_key_of_another_kind_asks_for_nothing() -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(Untrusted, match="another kind"):
        request_for(pem.decode())
