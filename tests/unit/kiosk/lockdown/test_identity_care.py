"""The guard's care for an identity: a new one is recorded once, a renewed certificate is kept, any other refused."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from kiosk.ipc import CertificateArrived, CertificateKept
from kiosk.lockdown.few_records import ANOTHER_EVERY_MS, MOST_AT_ONCE
from kiosk.lockdown.identity_care import IdentityCare
from kiosk.lockdown.identity_file import keep_identity, read_certificate
from tests.fakes.certificates import LIFE, Authority
from tests.fakes.clock import FakeClock
from tests.fakes.record import FakeRecord
from tests.unit.kiosk.lockdown.test_identity_file import IDENTITY

KEY = generate_private_key(SECP256R1()).public_key()


class Laptop:
    """Enrolled, with a guard that starts as often as it is told to."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state = folder / "identity", folder / "state"
        self.state.mkdir()
        self.authority, self.record = Authority(folder, "ours"), FakeRecord()
        self.identity = IDENTITY.model_copy(update={"authority": self.authority.pem})
        self.clock = FakeClock()
        self.answers: list[CertificateKept] = []
        keep_identity(self.folder, self.identity, self.authority.laptop(KEY))

    @property
    def care(self) -> IdentityCare:
        return IdentityCare(self.folder, self.identity, self.state, self.record, self.clock)

    def arrives(self, certificate: str, care: IdentityCare | None = None) -> None:
        (care or self.care).arrived(CertificateArrived(certificate=certificate), self.answers.append)


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path)


def test_an_identity_is_recorded_once_and_a_new_one_again(laptop: Laptop) -> None:
    assert [laptop.care.begin(), laptop.care.begin()] == [True, False]
    (facts,) = laptop.record.of("enrolled")
    assert (facts["laptop"], facts["replaces"]) == ("Visits 1", False)
    laptop.identity = laptop.identity.model_copy(update={"replaces": True})
    assert laptop.care.begin()
    assert laptop.record.of("enrolled")[-1]["replaces"] is True


def test_a_state_that_cannot_be_written_records_it_again_rather_than_never(laptop: Laptop) -> None:
    laptop.state.rmdir()
    assert [laptop.care.begin(), laptop.care.begin()] == [True, True]


def test_a_renewed_certificate_is_on_the_disk_before_the_shell_is_told(laptop: Laptop) -> None:
    new = laptop.authority.laptop(KEY, life=2 * LIFE)
    laptop.arrives(new)
    assert read_certificate(laptop.folder) == new
    assert laptop.answers == [CertificateKept(certificate=new)]
    (facts,) = laptop.record.of("certificate_renewed")
    assert facts["serial"]


def test_the_same_again_is_answered_and_recorded_no_more(laptop: Laptop) -> None:
    new = laptop.authority.laptop(KEY, life=2 * LIFE)
    laptop.arrives(new)
    laptop.arrives(new)
    assert len(laptop.answers) == 2
    assert len(laptop.record.of("certificate_renewed")) == 1


def test_what_is_no_next_certificate_is_refused_recorded_and_not_kept(laptop: Laptop) -> None:
    before = read_certificate(laptop.folder)
    laptop.arrives(laptop.authority.laptop(generate_private_key(SECP256R1()).public_key(), life=2 * LIFE))
    assert read_certificate(laptop.folder) == before
    assert laptop.answers == []
    assert laptop.record.of("certificate_refused") == [{"why": "it is for another key"}]


def test_however_many_are_refused_the_trail_has_a_few_of_them(laptop: Laptop) -> None:
    care = laptop.care
    for _ in range(3):
        laptop.arrives("nonsense", care)
    assert len(laptop.record.of("certificate_refused")) == 1
    for number in range(1000):
        laptop.arrives(f"nonsense {number}", care)
    assert len(laptop.record.of("certificate_refused")) == MOST_AT_ONCE
    laptop.clock.advance(ANOTHER_EVERY_MS / 1000)
    laptop.arrives("nonsense", care)
    assert laptop.record.of("certificate_refused")[-1]["unrecorded"] == 1001 - MOST_AT_ONCE


def test_one_that_cannot_be_kept_is_not_shown(laptop: Laptop) -> None:
    new = laptop.authority.laptop(KEY, life=2 * LIFE)
    (laptop.folder / ".certificate.pem.new").mkdir()
    laptop.arrives(new)
    assert laptop.answers == []
