"""The default route, from the text of /proc/net/route and ipv6_route. Pure; text it does not know is no route."""

import ipaddress
from dataclasses import dataclass
from typing import Final

UP: Final = 0x1
VIA_GATEWAY: Final = 0x2
V4_FIELDS: Final = 8  # Iface Destination Gateway Flags RefCnt Use Metric Mask ...
V6_FIELDS: Final = 10  # destination, its length, source, its length, next hop, metric, refcnt, use, flags, device
NOWHERE_V4: Final = "00000000"
NOWHERE_V6: Final = "0" * 32


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where packets for elsewhere go first; `device` is the interface they leave by."""

    address: str
    device: str

    @property
    def is_v6(self) -> bool:
        """Whether it is an IPv6 address."""
        return ":" in self.address


def default_v4(text: str) -> Gateway | None:
    """The IPv4 gateway with the lowest metric."""
    found = [_v4(line.split()) for line in text.splitlines()[1:]]
    return _lowest(found)


def default_v6(text: str) -> Gateway | None:
    """The IPv6 gateway with the lowest metric."""
    return _lowest([_v6(line.split()) for line in text.splitlines()])


Found = tuple[int, Gateway] | None


def _lowest(found: list[Found]) -> Gateway | None:
    routes = [route for route in found if route is not None]
    return min(routes, key=lambda route: route[0])[1] if routes else None


def _v4(fields: list[str]) -> Found:
    if len(fields) < V4_FIELDS or fields[1] != NOWHERE_V4 or fields[7] != NOWHERE_V4:
        return None
    try:
        flags, metric, raw = int(fields[3], 16), int(fields[6]), bytes.fromhex(fields[2])
    except ValueError:
        return None
    if not _leads_out(flags) or len(raw) != 4:
        return None
    return metric, Gateway(str(ipaddress.IPv4Address(raw[::-1])), fields[0])  # as the kernel of a PC keeps it


def _v6(fields: list[str]) -> Found:
    if len(fields) < V6_FIELDS or (fields[0], fields[1]) != (NOWHERE_V6, "00") or fields[4] == NOWHERE_V6:
        return None
    try:
        flags, metric, raw = int(fields[8], 16), int(fields[5], 16), bytes.fromhex(fields[4])
    except ValueError:
        return None
    if not _leads_out(flags) or len(raw) != 16:
        return None
    return metric, Gateway(str(ipaddress.IPv6Address(raw)), fields[9])


def _leads_out(flags: int) -> bool:
    return flags & (UP | VIA_GATEWAY) == UP | VIA_GATEWAY
