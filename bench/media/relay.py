"""The emulated network as a process: two UDP ports on loopback, a Line each way between; obeys words on its input.

Words are lines of JSON: {"do": "string", "condition": {...}, "seed": "1"} for a fresh line, {"do": "cut"},
{"do": "mend"}, {"do": "count"}. Every one is answered by a line.
"""

import asyncio
import json
import sys
from dataclasses import asdict
from typing import Any, Final, cast

from bench.media.line import Condition, Line

HOST: Final = "127.0.0.1"
Address = tuple[str, int]


class End(asyncio.DatagramProtocol):
    """One port; whoever speaks to it is across from the other."""

    def __init__(self, cable: "Cable") -> None:
        self._cable = cable
        self.transport: asyncio.DatagramTransport
        self.across: Address | None = None
        self.other: End
        self.line: Line

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, sender: Address) -> None:
        """Into the line; out of the other end when it is through."""
        self.across = sender
        loop = asyncio.get_running_loop()
        now = loop.time()
        out_at = self.line.send(now, len(data))
        if out_at is None:
            return
        if out_at <= now:
            self.other.give(self.line, data)
        else:
            loop.call_at(out_at, self.other.give, self.line, data)

    def give(self, line: Line, data: bytes) -> None:
        """Out of this end, unless the line has been strung anew meanwhile."""
        if self.across is not None and line is self.other.line:
            self.transport.sendto(data, self.across)

    @property
    def port(self) -> int:
        return int(self.transport.get_extra_info("sockname")[1])


class Cable:
    """Both ends: the first is the contender's, the second the far end's."""

    def __init__(self) -> None:
        self.ends = (End(self), End(self))
        self.ends[0].other, self.ends[1].other = self.ends[1], self.ends[0]
        self.string(Condition("clean"), "0")

    def string(self, condition: Condition, seed: str) -> None:
        """Begin anew: nobody is known, nothing is under way."""
        for end, way in zip(self.ends, ("up", "down"), strict=True):
            end.line, end.across = Line(condition, f"{seed} {way}"), None

    def obey(self, word: dict[str, Any]) -> dict[str, Any]:
        """Do it; the answer."""
        match word["do"]:
            case "string":
                self.string(Condition(**word["condition"]), word["seed"])
            case "cut" | "mend":
                for end in self.ends:
                    end.line.cut = word["do"] == "cut"
        lines = [end.line for end in self.ends]
        return {"counts": [[line.carried, line.lost, line.overflowed] for line in lines]}


async def serve() -> None:
    """Until the input ends."""
    loop = asyncio.get_running_loop()
    cable = Cable()
    for end in cable.ends:
        await loop.create_datagram_endpoint(lambda end=end: end, local_addr=(HOST, 0))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    print(json.dumps({"ports": [end.port for end in cable.ends]}), flush=True)
    words = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)
    while line := await words.readline():
        print(json.dumps(cable.obey(json.loads(line))), flush=True)


def over(sdp: str, port: int) -> str:
    """`sdp` with one end of the cable as the only way to whoever made it."""
    way = f"a=candidate:1 1 udp 2130706431 {HOST} {port} typ host"
    lines = [line for line in sdp.splitlines() if not line.startswith(("a=candidate:", "a=end-of-candidates"))]
    return "".join(f"{line}\r\n{way}\r\n" if line.startswith("a=ice-pwd:") else f"{line}\r\n" for line in lines)


def stringing(condition: Condition, seed: str) -> dict[str, Any]:
    """The word that strings a fresh line."""
    return {"do": "string", "condition": asdict(condition), "seed": seed}


if __name__ == "__main__":
    asyncio.run(serve())
