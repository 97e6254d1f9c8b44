"""Measure network: what it finds live, compared with what policy and users make."""

from pathlib import Path

import pytest

from contract.documents import DocumentKind
from contract.words import Use
from kiosk.errors import LockdownError, Unavailable
from kiosk.lockdown.firewall import render
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.network import Network
from kiosk.lockdown.network_policy import IDENTITY, STATE
from kiosk.lockdown.platform import Platform
from kiosk.lockdown.policy_file import PLACE
from kiosk.lockdown.trust_file import TrustFile
from kiosk.policy.measures import Severity, Verdict
from kiosk.trusted import Trusted
from tests.fakes.authority import enrolled, identity
from tests.fakes.clock import NOON
from tests.fakes.policies import signed_policy

POLICY = '[network]\nservices = ["192.0.2.10:443"]\ndhcp = true\n'
PASSWD = "root:x:0:0::/root:/bin/sh\nvisit-shell:x:990:990::/:/bin/false\nsystemd-network:x:998:998::/:/bin/false\n"


class WithNft(Machine):
    """A machine whose nft keeps what it is given, or is not there."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.live, self.has_nft = "", True
        for place, text in (("/etc/passwd", PASSWD), (PLACE, POLICY)):
            self.path(place).parent.mkdir(parents=True, exist_ok=True)
            self.write(place, text)

    def run(self, *command: str, given: str | None = None) -> str:
        if not self.has_nft:
            raise Unavailable("/usr/sbin/nft cannot be used: FileNotFoundError")
        if given is not None:
            self.live = given.removeprefix("flush ruleset\n")
        return self.live


@pytest.fixture
def machine(tmp_path: Path) -> WithNft:
    return WithNft(tmp_path)


@pytest.fixture
def network(machine: WithNft) -> Network:
    return Network(machine, Platform(name="test"))


def test_it_holds_once_applied_and_its_users_are_numbers_of_this_machine(machine: WithNft, network: Network) -> None:
    network.apply()
    found = finding(network)
    assert (found.verdict, found.severity) == (Verdict.HOLDS, Severity.BLOCK)
    assert "meta skuid 990 ip daddr 192.0.2.10 tcp dport 443 accept" in machine.live
    assert "meta skuid 998 udp sport 68" in machine.live


def test_without_rules_it_is_lost(network: Network) -> None:
    assert "no firewall is loaded" in finding(network).evidence


def test_a_rule_too_many_or_too_few_is_named(machine: WithNft, network: Network) -> None:
    network.apply()
    whole = machine.live
    machine.live = whole.replace("\t\tcounter drop\n", "\t\taccept\n\t\tcounter drop\n", 1)
    assert "it also has 'accept'" in finding(network).evidence
    machine.live = whole.replace("\t\tmeta skuid 998 udp sport 68 udp dport 67 accept\n", "")
    assert "it lacks 'meta skuid 998" in finding(network).evidence


def test_a_policy_that_changed_since_is_lost_until_it_is_applied(machine: WithNft, network: Network) -> None:
    network.apply()
    machine.write(PLACE, POLICY.replace("192.0.2.10", "192.0.2.11"))
    assert finding(network).is_lost
    network.apply()
    assert not finding(network).is_lost


@pytest.mark.parametrize("missing", [PLACE, "/etc/passwd"])
def test_what_cannot_be_read_lets_nothing_through_and_is_lost(machine: WithNft, network: Network, missing: str) -> None:
    network.apply()
    machine.path(missing).unlink()
    with pytest.raises((LockdownError, OSError)):
        network.apply()
    assert machine.live == render(None, None)
    assert finding(network).is_lost


def test_a_machine_without_the_shells_user_lets_nothing_through(machine: WithNft, network: Network) -> None:
    machine.write("/etc/passwd", PASSWD.replace("visit-shell", "visit-shelf"))
    with pytest.raises(LockdownError, match="no user visit-shell"):
        network.apply()
    assert machine.live == render(None, None)


def test_without_nft_it_is_lost_and_says_so(machine: WithNft, network: Network) -> None:
    machine.has_nft = False
    assert "/usr/sbin/nft cannot be used" in finding(network).evidence


def test_a_signed_policy_in_force_is_lost_until_it_is_loaded(machine: WithNft, network: Network) -> None:
    network.apply()
    enrolled(machine.path(IDENTITY), Use.LIVE)
    document, trusted = signed_policy(use=Use.LIVE), Trusted(identity(Use.LIVE))
    taken = trusted.judge(DocumentKind.POLICY, document, NOON)
    TrustFile(machine.path(STATE)).keep(trusted.after(DocumentKind.POLICY, document, taken))
    assert not finding(network).is_lost  # taken, and not in force yet
    machine.write(f"{STATE}/policy.jws", document)
    assert "192.0.2.20" in finding(network).evidence
    network.apply()
    assert not finding(network).is_lost
    assert "meta skuid 990 ip6 daddr 2001:db8::10 tcp dport 443 accept" in machine.live
