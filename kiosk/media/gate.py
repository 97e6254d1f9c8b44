"""What is let in at a port of a call, before anything is made of it: strangers' data, floods and giants are not.

Every port of a call takes packets from anybody on the network. aioice hands on whatever is not STUN, from wherever it
comes and however much waits already, and remembers every address whose check is in order.
"""

from typing import Any, Final

import aioice.ice
from aioice.ice import Connection, StunProtocol

from kiosk.media.allowance import Allowance

LONGEST_DATAGRAM: Final = 2048  # bytes; no browser sends more than an Ethernet frame holds
MOST_WAITING: Final = 1000  # datagrams that nobody has read yet: more than a second of a call
MOST_ADDRESSES: Final = 128  # that one far side may be reached at; its words may name half as many
CHECKS_A_SECOND: Final = 100  # of connectivity, by addresses that are known; a browser sends twenty
STRANGERS_CHECKS_A_SECOND: Final = 50  # by all others together
_LAST_FIRST_BYTE_OF_STUN: Final = 3  # RFC 7983, 7
_TRANSACTION: Final = slice(8, 20)  # RFC 8489, 5
_IS_ANSWER: Final = 1  # in the first byte, ibidem: one that succeeded, or an error

Address = tuple[str, int]


class Gate(StunProtocol):
    """A port of a call. `turned_away` counts what was not let in."""

    def __init__(self, receiver: Connection) -> None:
        super().__init__(receiver)
        self.turned_away = 0
        self._known: set[Address] = set()
        self._checks = Allowance(CHECKS_A_SECOND, 2 * CHECKS_A_SECOND)
        self._strangers_checks = Allowance(STRANGERS_CHECKS_A_SECOND, 2 * STRANGERS_CHECKS_A_SECOND)

    def datagram_received(self, data: bytes | str, addr: tuple[Any, ...]) -> None:
        """Let it in, or count it."""
        if not isinstance(data, bytes) or not self._passes(data, (addr[0], addr[1])):
            self.turned_away += 1
            return
        try:
            super().datagram_received(data, addr)
        except Exception:  # aioice reads attributes that a check may lack, or have otherwise
            self.turned_away += 1

    def _passes(self, data: bytes, address: Address) -> bool:
        if not 0 < len(data) <= LONGEST_DATAGRAM:
            return False
        if data[0] > _LAST_FIRST_BYTE_OF_STUN:
            return self._knows(address) and self.receiver._queue.qsize() < MOST_WAITING
        if data[0] & _IS_ANSWER and data[_TRANSACTION] in self.transactions:
            return True
        if self._knows(address):
            return self._checks.take()
        return len(self.receiver._remote_candidates) < MOST_ADDRESSES and self._strangers_checks.take()

    def _knows(self, address: Address) -> bool:
        """Whether the far side said that it is there, or has shown so by a check in order."""
        if address not in self._known:
            said = ((each._network_host, each.port) for each in self.receiver._remote_candidates)
            shown = (each[1] for each in self.receiver._early_checks)
            if address not in said and address not in shown:
                return False
            self._known.add(address)
        return True


def gate_ports() -> None:
    """Have every new connection use it. Safe twice. Can go once aioice has bounds of its own."""
    setattr(aioice.ice, "StunProtocol", Gate)  # noqa: B010 - a class is no variable to mypy
