"""Renewal: asked for in time and not again and again, checked here first, and shown only once the guard has kept it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from contract.laptop_link import RenewalAsked
from kiosk.certificates import Credentials
from kiosk.link.renewals import ASK_EVERY_S, Renewals
from kiosk.link.trust import Trust
from tests.fakes.certificates import LIFE, Authority, pem_of

KEY = generate_private_key(SECP256R1())
DAY = timedelta(days=1)


class Line:
    """Up or not; keeps what is asked."""

    def __init__(self) -> None:
        self.is_up, self.asked = True, list[RenewalAsked]()

    def send(self, message: RenewalAsked) -> None:
        self.asked.append(message)


class Laptop:
    """With a certificate that is so old."""

    def __init__(self, folder: Path, age: timedelta) -> None:
        self.authority, self.line = Authority(folder, "ours"), Line()
        pem = self.authority.laptop(KEY.public_key())
        self.trust = Trust(Credentials("https://visits.example", self.authority.pem, pem, pem_of(KEY)))
        self.now = self.trust.certificate.not_valid_before_utc + age
        self.renewals = Renewals(self.trust, self.line, lambda: self.now)

    def next(self) -> str:
        """What the service would issue."""
        return self.authority.laptop(
            KEY.public_key(), since=datetime.fromtimestamp(self.now.timestamp(), self.now.tzinfo)
        )


@pytest.mark.parametrize(("age", "asks"), [(LIFE / 6 - DAY, False), (LIFE / 6, True), (LIFE - DAY, True)])
def test_it_is_asked_for_when_a_sixth_of_its_life_is_over(tmp_path: Path, age: timedelta, asks: bool) -> None:
    laptop = Laptop(tmp_path, age)
    laptop.renewals.look(0)
    assert bool(laptop.line.asked) is asks


def test_it_asks_for_the_same_key_and_says_none(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path, LIFE / 2)
    laptop.renewals.look(0)
    request = x509.load_pem_x509_csr(laptop.line.asked[0].request.encode())
    assert request.public_key() == KEY.public_key()
    assert request.is_signature_valid
    assert "PRIVATE" not in laptop.line.asked[0].request


def test_it_asks_once_an_hour_and_only_over_a_line(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path, LIFE / 2)
    laptop.line.is_up = False
    laptop.renewals.look(0)
    assert laptop.line.asked == []
    laptop.line.is_up = True
    for at in range(0, int(2 * ASK_EVERY_S), 5):
        laptop.renewals.look(at)
    assert len(laptop.line.asked) == 2


def test_what_is_issued_goes_to_the_guard_and_is_shown_only_when_it_has_been_kept(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path, LIFE / 2)
    first, new = laptop.trust.certificate, laptop.next()
    arrived = laptop.renewals.issued(new)
    assert arrived is not None
    assert arrived.certificate == new
    assert laptop.trust.certificate == first
    laptop.renewals.kept(new)
    assert laptop.trust.certificate == x509.load_pem_x509_certificate(new.encode())
    laptop.renewals.look(10 * ASK_EVERY_S)
    assert laptop.line.asked == []


def test_what_is_not_ours_goes_nowhere(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path, LIFE / 2)
    other = Authority(tmp_path, "other").laptop(KEY.public_key(), life=2 * LIFE)
    stranger = laptop.authority.laptop(generate_private_key(SECP256R1()).public_key(), life=2 * LIFE)
    before = laptop.trust.certificate
    for wrong in (other, stranger, "nonsense", ""):
        assert laptop.renewals.issued(wrong) is None
    for wrong in (stranger, "nonsense"):  # a guard may be wrong too
        laptop.renewals.kept(wrong)
    assert laptop.trust.certificate is before
