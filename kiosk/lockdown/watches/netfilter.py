"""Hears of every change to the firewall the moment it is made, and asks for a look; it judges no rule."""

import socket
from collections.abc import Callable
from typing import Final

from kiosk.lockdown.watches.netlink import NetlinkGroup
from kiosk.policy.measures import MeasureName

NETLINK_NETFILTER: Final = 12
NFNLGRP_NFTABLES: Final = 7  # linux/netfilter/nfnetlink.h
GIVEN_AS: Final = "firewall-events"
RTNLGRP_LINK: Final = 1  # linux/rtnetlink.h


class NetfilterWatch:
    """Every table, chain and rule that comes or goes.

    Needs CAP_NET_ADMIN, or the socket of visit-firewall-events.socket: the guard has no right over the network.
    """

    def __init__(self) -> None:
        self._group = NetlinkGroup(NETLINK_NETFILTER, NFNLGRP_NFTABLES, GIVEN_AS)

    def open(self, poke: Callable[[MeasureName], None]) -> None:
        """Listen on the running loop. Raises OSError."""
        self._group.open(lambda: poke(MeasureName.NETWORK))

    def close(self) -> None:
        """Stop listening. Safe twice."""
        self._group.close()


class LinksWatch:
    """Every network interface that comes, goes, or is switched on: one of them may be wireless."""

    def __init__(self) -> None:
        self._group = NetlinkGroup(socket.NETLINK_ROUTE, RTNLGRP_LINK)

    def open(self, poke: Callable[[MeasureName], None]) -> None:
        """Listen on the running loop. Raises OSError."""
        self._group.open(lambda: poke(MeasureName.WIRELESS))

    def close(self) -> None:
        """Stop listening. Safe twice."""
        self._group.close()
