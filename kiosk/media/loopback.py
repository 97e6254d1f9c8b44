"""Lets a machine whose only address is 127.0.0.1 call itself, which aioice does not; changes nothing elsewhere."""

from typing import Final

import aioice.ice

_LOOPBACK: Final = "127.0.0.1"
_addresses_of_this_machine = aioice.ice.get_host_addresses


def allow_loopback_when_alone() -> None:
    """Offer the loopback address when there is no other. Safe twice. Can go once aioice has an option for it."""
    aioice.ice.get_host_addresses = addresses_to_offer


def addresses_to_offer(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    """What aioice would offer or, when that is nothing, the loopback address."""
    return _addresses_of_this_machine(use_ipv4, use_ipv6) or [_LOOPBACK]
