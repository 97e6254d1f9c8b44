"""The one TLS context of a laptop: one authority, TLS 1.3, and a certificate whose key is never on a disk."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from kiosk.certificates import Credentials
from kiosk.errors import Unavailable
from kiosk.link.trust import Trust
from tests.fakes.certificates import Authority, key_of, pem_of

URL = "https://visits.example"


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


@pytest.mark.attack("rogue-service", tier="U")
def test_only_the_authority_of_the_identity_is_trusted_and_tls_is_new(ours: Authority) -> None:
    context = Trust(ours.credentials(URL)).context
    assert [str(known["subject"]) for known in context.get_ca_certs()] == ["((('commonName', 'ours'),),)"]
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version is ssl.TLSVersion.TLSv1_3


def test_a_key_that_is_not_the_certificates_cannot_be_used(ours: Authority) -> None:
    mine, thief = ours.credentials(URL), generate_private_key(SECP256R1())
    with pytest.raises(Unavailable, match="do not fit together"):
        Trust(Credentials(URL, ours.pem, mine.certificate, pem_of(thief)))


@pytest.mark.parametrize("broken", ["", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", "\ud800"])
def test_parts_that_are_none_are_one_sentence(ours: Authority, broken: str) -> None:
    mine = ours.credentials(URL)
    for parts in (
        Credentials(URL, broken, mine.certificate, mine.key),
        Credentials(URL, ours.pem, broken, mine.key),
        Credentials(URL, ours.pem, mine.certificate, broken),
    ):
        with pytest.raises(Unavailable, match="enrol"):
            Trust(parts)


def test_the_key_is_in_no_text_of_it(ours: Authority) -> None:
    mine = ours.credentials(URL)
    assert mine.key not in repr(mine)


def test_a_renewed_certificate_is_shown_and_one_for_another_key_is_not(ours: Authority) -> None:
    mine = ours.credentials(URL)
    trust = Trust(mine)
    trust.renewed(ours.laptop(key_of(mine.key).public_key(), life=timedelta(days=300)))
    assert trust.certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=290)
    with pytest.raises(Unavailable):
        trust.renewed(ours.laptop(generate_private_key(SECP256R1()).public_key()))


def test_it_knows_when_its_own_certificate_has_expired(ours: Authority) -> None:
    trust = Trust(ours.credentials(URL))
    assert not trust.is_expired(datetime.now(UTC))
    assert trust.is_expired(datetime.now(UTC) + timedelta(days=181))
