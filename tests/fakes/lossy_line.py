"""A line for media between a laptop and a visitor, in user space: it loses packets, or is cut, when a test says so."""

import asyncio
import contextlib
import random
import re
from collections.abc import AsyncIterator
from typing import Final, cast

Address = tuple[str, int]
CANDIDATE: Final = re.compile(r"a=candidate:\S+ 1 udp \d+ (\d+\.\d+\.\d+\.\d+) (\d+) typ host")


class _End(asyncio.DatagramProtocol):
    """One socket of the line; whoever speaks to it is across from the other end."""

    def __init__(self, line: "LossyLine") -> None:
        self._line = line
        self.transport: asyncio.DatagramTransport
        self.across: Address | None = None
        self.other: _End
        self.gone = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()

    @property
    def address(self) -> Address:
        host, port = self.transport.get_extra_info("sockname")[:2]
        return str(host), int(port)

    def datagram_received(self, data: bytes, sender: Address) -> None:
        self.across = sender
        self._line.carried += 1
        if self._line.loses():
            self._line.lost += 1
        elif self.other.across is not None:
            self.other.transport.sendto(data, self.other.across)


class LossyLine:
    """Carries every packet until told otherwise; what it loses it loses by a fixed seed."""

    def __init__(self) -> None:
        self.loss = 0.0
        self.carried = self.lost = 0
        self._chance = random.Random(4)
        self._ends = (_End(self), _End(self))
        self._ends[0].other, self._ends[1].other = self._ends[1], self._ends[0]

    def loses(self) -> bool:
        """Whether the next packet is lost."""
        return self._chance.random() < self.loss

    def to_visitor(self, offer: str) -> str:
        """The laptop's offer as the visitor gets it: to be answered over the line."""
        return self._over(offer, laptop_end=False)

    def to_laptop(self, answer: str) -> str:
        """The visitor's answer as the laptop gets it."""
        return self._over(answer, laptop_end=True)

    def _over(self, sdp: str, *, laptop_end: bool) -> str:
        """`sdp` with this end of the line as its only way; where it really leads is kept at the other end."""
        near, far = self._ends if laptop_end else self._ends[::-1]
        host, port = CANDIDATE.findall(sdp)[0]
        far.across = (host, int(port))
        way = "a=candidate:1 1 udp 2130706431 {} {} typ host".format(*near.address)
        lines = (line for line in sdp.splitlines() if not line.startswith("a=candidate:"))
        return "\r\n".join(f"{way}\r\n{line}" if line == "a=end-of-candidates" else line for line in lines) + "\r\n"

    @classmethod
    @contextlib.asynccontextmanager
    async def strung(cls, address: str) -> AsyncIterator["LossyLine"]:
        """A line whose both ends are at `address`."""
        line, loop = cls(), asyncio.get_running_loop()
        for end in line._ends:
            await loop.create_datagram_endpoint(lambda end=end: end, local_addr=(address, 0))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        try:
            yield line
        finally:
            for end in line._ends:
                end.transport.close()
                await end.gone.wait()


def address_in(sdp: str) -> str:
    """The first address that `sdp` offers to be reached at."""
    host, _port = CANDIDATE.findall(sdp)[0]
    return str(host)
