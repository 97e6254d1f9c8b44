"""With whom a laptop may speak: the signed policy says, IT's file before there is one; on any doubt nobody."""

from pathlib import Path

import pytest

from contract.documents import DocumentKind
from contract.policy_network import NetworkPolicy
from contract.words import Use
from kiosk.errors import LockdownError
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.network_policy import IDENTITY, STATE, network_policy
from kiosk.lockdown.policy_file import PLACE
from kiosk.lockdown.trust_file import TrustFile
from kiosk.trusted import Trusted
from tests.fakes.authority import enrolled, identity, signed
from tests.fakes.clock import NOON
from tests.fakes.policies import policy_text, signed_policy

BY_IT = '[network]\nservices = ["192.0.2.99:443"]\n'


class Laptop(Machine):
    """An enrolled laptop of files, with IT's file on it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.put(PLACE, BY_IT)
        enrolled(self.path(IDENTITY), Use.LIVE)

    def put(self, place: str, text: str) -> None:
        self.path(place).parent.mkdir(parents=True, exist_ok=True)
        self.write(place, text)

    def goes_by(self, document: str, *, written: str | None = None) -> None:
        """Taken, and in force; or something else is written where that should be."""
        trusted = Trusted(identity(Use.LIVE))
        taken = trusted.judge(DocumentKind.POLICY, document, NOON)
        TrustFile(self.path(STATE)).keep(trusted.after(DocumentKind.POLICY, document, taken))
        self.put(f"{STATE}/policy.jws", document if written is None else written)

    @property
    def services(self) -> list[str]:
        return spoken_to(network_policy(self))


def spoken_to(network: NetworkPolicy) -> list[str]:
    return [service.host.address for service in network.services]


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path)


def test_before_there_is_a_signed_policy_its_file_counts(laptop: Laptop) -> None:
    assert laptop.services == ["192.0.2.99"]


def test_the_signed_policy_counts_from_when_it_is_in_force(laptop: Laptop) -> None:
    laptop.goes_by(signed_policy(use=Use.LIVE))
    assert laptop.services == ["192.0.2.10", "2001:db8::10"]
    laptop.path(PLACE).unlink()
    assert laptop.services == ["192.0.2.10", "2001:db8::10"]


def test_a_laptop_that_is_not_enrolled_has_only_its_file(laptop: Laptop) -> None:
    laptop.goes_by(signed_policy(use=Use.LIVE))
    (laptop.path(IDENTITY) / "identity.json").unlink()
    assert laptop.services == ["192.0.2.99"]


@pytest.mark.attack("policy-bad", tier="U")
@pytest.mark.parametrize(
    "written",
    [
        signed_policy(use=Use.LIVE, signer="somebody"),
        signed_policy(use=Use.LIVE, laptop='"Visits 2"'),
        signed_policy(use=Use.DEMO),
        signed_policy(use=Use.LIVE)[:-1],
        "",
        "\x00" * 300_000,
    ],
    ids=["signed by somebody", "another laptop's", "a demo's", "cut", "empty", "huge"],
)
def test_one_that_was_changed_counts_for_nothing(laptop: Laptop, written: str) -> None:
    document = signed_policy(use=Use.LIVE, gateways='["192.0.2.7"]')
    laptop.goes_by(document, written=written)
    assert [host.address for host in network_policy(laptop).gateways] == ["192.0.2.7"]


def test_the_newest_counts_only_once_it_is_in_force(laptop: Laptop) -> None:
    laptop.goes_by(signed_policy(2, use=Use.LIVE, gateways="[]"), written=signed_policy(1, use=Use.LIVE))
    assert [host.address for host in network_policy(laptop).gateways] == ["192.0.2.1"]


LATER = b"[of_a_later_version]\n"


def of_a_later_version(text: bytes) -> str:
    return signed(DocumentKind.POLICY, text, use=Use.LIVE)


def test_of_a_policy_that_this_software_does_not_understand_the_network_counts_alone(laptop: Laptop) -> None:
    laptop.goes_by(of_a_later_version(policy_text(use=Use.LIVE).encode() + LATER))
    assert laptop.services == ["192.0.2.10", "2001:db8::10"]


@pytest.mark.parametrize(
    "text", [b"[network]\nservices = 7\n", b"[network\n", b"serial = 1\n", b"[network]\nof_later = 1\n"]
)
def test_where_not_even_that_is_understood_its_file_counts(laptop: Laptop, text: bytes) -> None:
    laptop.goes_by(of_a_later_version(text))
    assert laptop.services == ["192.0.2.99"]


def test_one_that_is_not_understood_and_not_in_force_yet_changes_nothing(laptop: Laptop) -> None:
    laptop.goes_by(of_a_later_version(policy_text(use=Use.LIVE).encode() + LATER))
    laptop.path(f"{STATE}/policy.jws").unlink()
    assert laptop.services == ["192.0.2.99"]


@pytest.mark.attack("policy-bad", tier="U")
def test_one_that_is_not_understood_and_not_rightly_signed_counts_for_nothing(laptop: Laptop) -> None:
    ours = policy_text(use=Use.LIVE).encode() + LATER
    bad = signed(DocumentKind.POLICY, b'[network]\nservices = ["192.0.2.66:443"]\n', use=Use.LIVE, signer="somebody")
    laptop.goes_by(of_a_later_version(ours), written=bad)
    assert laptop.services == ["192.0.2.10", "2001:db8::10"]


@pytest.mark.attack("policy-bad", tier="U")
def test_one_whose_text_says_other_than_its_envelope_lets_nobody_through(laptop: Laptop) -> None:
    laptop.goes_by(of_a_later_version(policy_text(9, use=Use.LIVE).encode()))
    with pytest.raises(LockdownError, match="does not check out: something in it is wrong"):
        network_policy(laptop)


def test_what_is_trusted_cannot_be_read_and_so_nobody_is_spoken_to(laptop: Laptop) -> None:
    laptop.goes_by(signed_policy(use=Use.LIVE))
    laptop.put(f"{STATE}/trust.json", "{")
    with pytest.raises(LockdownError):
        network_policy(laptop)


def test_a_policy_of_another_enrolment_counts_for_nothing(laptop: Laptop) -> None:
    laptop.goes_by(signed_policy(use=Use.LIVE))
    other = identity(Use.LIVE, establishment="HMP Other")
    laptop.put(f"{IDENTITY}/identity.json", other.model_dump_json())
    assert laptop.services == ["192.0.2.99"]
