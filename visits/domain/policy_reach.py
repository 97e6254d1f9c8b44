"""Whether laptops that go by a policy still reach the service: a mistyped address cuts off every one of them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from contract.policy import Policy
from contract.policy_network import Endpoint, Host
from contract.words import Use


@dataclass(frozen=True)
class Listener:
    """Where laptops reach the service: the ports of addresses or, where nobody has said a port, addresses alone."""

    services: Sequence[Endpoint] = ()
    hosts: Sequence[Host] = ()

    @property
    def is_known(self) -> bool:
        """Whether there is anything to compare with."""
        return bool(self.services or self.hosts)

    def __str__(self) -> str:
        """As a person writes it."""
        return ", ".join([*map(_written, self.services), *(host.address for host in self.hosts)])


def is_cut_off(policy: Policy, listener: Listener) -> bool:
    """Whether a laptop behind its firewall would reach nothing of the listener by it. A demo has no firewall."""
    if policy.network is None or policy.use is Use.DEMO or not listener.is_known:
        return False
    let = policy.network.services
    return not any(each in listener.services or each.host in listener.hosts for each in let)


def cuts_off(listener: Listener) -> str:
    """The sentence for it."""
    return (
        f"network.services has not the laptops' listener ({listener}): laptops that take this policy reach the service "
        "no more."
    )


def _written(each: Endpoint) -> str:
    return f"[{each.host.address}]:{each.port}" if each.host.version == 6 else f"{each.host.address}:{each.port}"
