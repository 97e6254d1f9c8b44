"""The firewall as text: what it never contains, and that it is the same for the same policy."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.policy_network import Endpoint, Host, NetworkPolicy, Relay
from kiosk.lockdown.firewall import Users, render, replacing_everything

USERS = Users(990, (0, 998))
USERS_WITHOUT_NETWORKD = Users(990, (0,))
HOSTS = st.one_of(
    st.ip_addresses(v=4).map(lambda a: Host(4, str(a))), st.ip_addresses(v=6).map(lambda a: Host(6, str(a)))
)
PORTS = st.integers(1, 65535)


def policy(services: list[Endpoint], relays: list[Relay], gateways: list[Host], dhcp: bool) -> NetworkPolicy:
    return NetworkPolicy.model_construct(
        services=tuple(services), relays=tuple(relays), gateways=tuple(gateways), dhcp=dhcp, wireless=None
    )


def relay(address: Host, udp: list[int], tcp: list[int]) -> Relay:
    return Relay.model_construct(address=address, udp=tuple(udp), tcp=tuple(tcp))


POLICIES = st.builds(
    policy,
    st.lists(st.builds(Endpoint, HOSTS, PORTS), max_size=4),
    st.lists(st.builds(relay, HOSTS, st.lists(PORTS, max_size=3), st.lists(PORTS, max_size=3)), max_size=3),
    st.lists(HOSTS, max_size=2),
    st.booleans(),
)
A_RULE_OUT = re.compile(
    r"meta skuid \d+ (ip daddr [\d.]+|ip6 daddr [\da-f:.]+) ((tcp|udp) dport \d+|icmp(v6)? type echo-request) accept"
    r"|meta skuid (0|998) udp sport 68 udp dport 67 accept"
    r"|icmpv6 type \{ nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert \} ip6 hoplimit 255 accept"
)


def chain(text: str, name: str) -> list[str]:
    body = text.split(f"\tchain {name} {{\n")[1].split("\t}\n", maxsplit=1)[0]
    return [line.strip() for line in body.splitlines()]


@pytest.mark.slow
@given(POLICIES)
def test_every_chain_drops_by_default_and_counts_what_it_drops(network: NetworkPolicy) -> None:
    text = render(network, USERS)
    for name in ("input", "forward", "output"):
        first, *_, last = chain(text, name)
        assert first == f"type filter hook {name} priority filter; policy drop;"
        assert last == "counter drop"
    assert len(chain(text, "forward")) == 2


@given(POLICIES)
def test_nothing_goes_out_but_to_one_address_and_one_port_by_one_user(network: NetworkPolicy) -> None:
    for rule in chain(render(network, USERS), "output")[1:-1]:
        assert A_RULE_OUT.fullmatch(rule), rule


@pytest.mark.slow
@given(POLICIES)
def test_nothing_comes_in_that_was_not_asked_for_except_neighbours(network: NetworkPolicy) -> None:
    for rule in chain(render(network, USERS), "input")[1:-1]:
        assert "ct state established ct direction reply" in rule or "ct state related" in rule or "nd-router" in rule


@given(POLICIES)
def test_there_are_no_names_no_ranges_no_networks_and_no_policy_that_accepts(network: NetworkPolicy) -> None:
    text = render(network, USERS)
    assert "policy accept" not in text
    assert not re.search(r'port \d+ ?-|port [a-z{]|/\d|skuid [a-z]|"|\*|\blog\b|queue|jump|goto|include', text)


@pytest.mark.slow
@given(POLICIES)
def test_the_same_policy_makes_the_same_text_in_whatever_order_it_is_written(network: NetworkPolicy) -> None:
    turned = policy(
        list(reversed(network.services)), list(reversed(network.relays)), list(reversed(network.gateways)), network.dhcp
    )
    assert render(turned, USERS) == render(network, USERS)


def test_without_a_policy_or_users_nothing_is_let_through() -> None:
    network = policy([Endpoint(Host(4, "192.0.2.10"), 443)], [], [], True)
    for text in (render(None, USERS), render(network, None), render(None, None)):
        assert "accept" not in text
        assert text.count("counter drop") == 3


def test_a_policy_of_ipv4_alone_lets_no_ipv6_through() -> None:
    network = policy([Endpoint(Host(4, "192.0.2.10"), 443)], [], [Host(4, "192.0.2.1")], True)
    text = render(network, USERS)
    assert "ip6" not in text
    assert "icmpv6" not in text


def test_every_other_table_goes_in_the_same_step() -> None:
    assert replacing_everything("table inet visit {\n}\n") == "flush ruleset\ntable inet visit {\n}\n"


@given(POLICIES)
def test_who_fetches_releases_reaches_the_services_and_no_relay(network: NetworkPolicy) -> None:
    out = chain(render(network, Users(990, (0,), 989)), "output")
    own = [line for line in out if line.startswith("meta skuid 989 ")]
    reached = {line.removeprefix("meta skuid 989 ") for line in own}
    assert len(own) == len({*network.services})
    assert reached <= {line.removeprefix("meta skuid 990 ") for line in out}
    assert not [line for line in own if "udp" in line or "icmp" in line]
    assert [line for line in out if line not in own] == chain(render(network, USERS_WITHOUT_NETWORKD), "output")
