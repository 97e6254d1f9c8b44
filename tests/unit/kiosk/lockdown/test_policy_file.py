"""The policy file: what it may say, and the sentence for what it may not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.policy_network import Endpoint, Host
from contract.policy_text import LONGEST_BYTES
from kiosk.errors import LockdownError
from kiosk.lockdown.policy_file import PLACE, policy_in

LEAST = '[network]\nservices = ["192.0.2.10:443"]\n'


def test_the_least_policy_names_one_service_and_opens_nothing_more() -> None:
    network = policy_in(LEAST).network
    assert network.services == (Endpoint(Host(4, "192.0.2.10"), 443),)
    assert (network.relays, network.gateways, network.dhcp, network.wireless) == ((), (), False, None)


def test_a_whole_policy_is_read() -> None:
    network = policy_in(
        """
        [network]
        services = ["192.0.2.10:443", "[2001:DB8::0:10]:8443"]
        gateways = ["192.0.2.1"]
        dhcp = true
        wireless = "HMP Visits"
        [[network.relays]]
        address = "192.0.2.20"
        [[network.relays]]
        address = "2001:db8::20"
        udp = []
        tcp = [443]
        """
    ).network
    assert network.services[1] == Endpoint(Host(6, "2001:db8::10"), 8443)
    assert (network.relays[0].udp, network.relays[0].tcp) == ((3478,), (443, 3478))
    assert (network.relays[1].udp, network.relays[1].tcp) == ((), (443,))
    assert (network.gateways, network.dhcp, network.wireless) == ((Host(4, "192.0.2.1"),), True, "HMP Visits")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "wrong at network"),
        ("[network]\n", "wrong at network.services"),
        ("[network]\nservices = []\n", "wrong at network.services"),
        (LEAST.replace("192.0.2.10", "visits.example"), "not a name"),
        (LEAST.replace("192.0.2.10", "192.0.2.0/24"), "not a name or a network"),
        (LEAST.replace("192.0.2.10", "224.0.0.1"), "of one machine"),
        (LEAST.replace("192.0.2.10", "0.0.0.0"), "of one machine"),
        (LEAST.replace("192.0.2.10", "255.255.255.255"), "of one machine"),
        (LEAST.replace("192.0.2.10", "[fe80::1%up0]"), "of one machine"),
        (LEAST.replace("192.0.2.10", "2001:db8::10"), "in brackets"),
        (LEAST.replace("192.0.2.10", "[192.0.2.10]"), "in brackets"),
        (LEAST.replace(":443", ""), "ADDRESS:PORT"),
        (LEAST.replace(":443", ":0"), "ADDRESS:PORT"),
        (LEAST.replace(":443", ":443-500"), "ADDRESS:PORT"),
        (LEAST.replace(":443", ":65536"), "ADDRESS:PORT"),
        (LEAST + "dns = []\n", "wrong at network.dns"),
        (LEAST + 'dhcp = "yes"\n', "wrong at network.dhcp"),
        (LEAST + 'wireless = ""\n', "wrong at network.wireless"),
        (LEAST + '[[network.relays]]\naddress = "192.0.2.20"\nudp = [70000]\n', "wrong at network.relays.0.udp"),
        (LEAST + "[sheet]\n", "wrong at sheet"),
        (LEAST + LEAST, "not TOML"),
        ("\x00", "not TOML"),
        ("#" * (LONGEST_BYTES + 1), "longer than"),
    ],
)
def test_what_is_wrong_is_named_in_one_sentence(text: str, told: str) -> None:
    with pytest.raises(LockdownError) as refused:
        policy_in(text)
    sentence = str(refused.value)
    assert sentence.startswith(f"The policy file {PLACE} is ")
    assert told in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_the_example_of_the_documentation_is_a_policy() -> None:
    page = (Path(__file__).parents[4] / "docs" / "policy.md").read_text()
    example = page.split("```toml\n")[1].split("```", maxsplit=1)[0]
    assert policy_in(example).network.wireless == "HMP Example Visits"


@given(st.text(max_size=200))
def test_no_text_does_anything_but_check_out_or_be_refused(text: str) -> None:
    for whole in (text, LEAST + text, LEAST.replace("192.0.2.10:443", text)):
        try:
            policy_in(whole)
        except LockdownError:
            continue
