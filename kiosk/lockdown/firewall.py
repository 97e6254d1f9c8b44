"""The firewall of this laptop as text, from the policy and the users: pure, and in the very words nft lists it in.

Because the text is what `nft --stateless list ruleset` prints once it is loaded, what is live is compared with this
text itself and not with what a loader remembers. Nothing is let in or out but what is written here, rule by rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract.policy_network import Host, NetworkPolicy

REPLY: Final = "ct state established ct direction reply accept"
# Without the errors a path with a smaller packet size cuts every connection (RFC 4890); they are let in only as
# answers to what this laptop sent.
ERRORS_V4: Final = "icmp type { destination-unreachable, time-exceeded, parameter-problem } ct state related accept"
ERRORS_V6: Final = (
    "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } ct state related accept"
)
# Neighbours are asked by the kernel, never from further than this link (RFC 4861: hop limit 255).
NEIGHBOURS_IN: Final = (
    "icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept"
)
NEIGHBOURS_OUT: Final = (
    "icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept"
)


@dataclass(frozen=True)
class Users:
    """Who may speak, by number: the shell, and whoever asks for an address when the policy says so.

    `update` fetches releases, from the services and nobody else; None on a machine without that user.
    """

    shell: int
    dhcp: tuple[int, ...] = (0,)
    update: int | None = None


def render(policy: NetworkPolicy | None, users: Users | None) -> str:
    """The whole ruleset. Without a policy or users it lets nothing in and nothing out."""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    if policy is not None and users is not None:
        incoming, outgoing = tuple(_incoming(policy)), tuple(_outgoing(policy, users))
    chains = "\n".join(
        (_chain("input", incoming), _chain("forward", ()), _chain("output", outgoing)),
    )
    return f"table inet visit {{\n{chains}}}\n"


def replacing_everything(ruleset: str) -> str:
    """What nft is given: one transaction in which every other table goes and this ruleset comes."""
    return f"flush ruleset\n{ruleset}"


def _chain(hook: str, rules: tuple[str, ...]) -> str:
    lines = (f"type filter hook {hook} priority filter; policy drop;", *rules, "counter drop")
    body = "".join(f"\t\t{line}\n" for line in lines)
    return f"\tchain {hook} {{\n{body}\t}}\n"


def _outgoing(policy: NetworkPolicy, users: Users) -> Iterator[str]:
    shell = f"meta skuid {users.shell}"
    for host, protocol, port in _ports(policy):
        yield f"{shell} {_family(host)} daddr {host.address} {protocol} dport {port} accept"
    for service in sorted(set(policy.services)) if users.update is not None else ():
        to = f"{_family(service.host)} daddr {service.host.address} tcp dport {service.port}"
        yield f"meta skuid {users.update} {to} accept"
    for host in sorted(set(policy.gateways)):
        yield f"{shell} {_family(host)} daddr {host.address} {_icmp(host)} type echo-request accept"
    if policy.dhcp:
        for uid in sorted(set(users.dhcp)):
            yield f"meta skuid {uid} udp sport 68 udp dport 67 accept"
    if _speaks_v6(policy):
        yield NEIGHBOURS_OUT


def _incoming(policy: NetworkPolicy) -> Iterator[str]:
    for host, protocol, port in _ports(policy):
        yield f"{_family(host)} saddr {host.address} {protocol} sport {port} {REPLY}"
    for host in sorted(set(policy.gateways)):
        yield f"{_family(host)} saddr {host.address} {_icmp(host)} type echo-reply {REPLY}"
    if policy.dhcp:  # renewals only: the first question and its answer pass by on a packet socket of networkd's
        yield f"udp sport 67 udp dport 68 {REPLY}"
    yield ERRORS_V4
    if _speaks_v6(policy):
        yield ERRORS_V6
        yield NEIGHBOURS_IN


def _ports(policy: NetworkPolicy) -> list[tuple[Host, str, int]]:
    """Every port that may be spoken to, each once, in the same order whatever the order in the file."""
    services = {(each.host, "tcp", each.port) for each in policy.services}
    udp = {(relay.address, "udp", port) for relay in policy.relays for port in relay.udp}
    tcp = {(relay.address, "tcp", port) for relay in policy.relays for port in relay.tcp}
    return sorted(services | udp | tcp)


def _speaks_v6(policy: NetworkPolicy) -> bool:
    hosts = {host for host, _, _ in _ports(policy)} | set(policy.gateways)
    return any(host.version == 6 for host in hosts)


def _family(host: Host) -> str:
    return "ip" if host.version == 4 else "ip6"


def _icmp(host: Host) -> str:
    return "icmp" if host.version == 4 else "icmpv6"
