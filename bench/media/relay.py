"""The emulated network as a process: UDP ports on loopback in pairs, a Line each way; obeys words on its input.

A pair of ports is one flow: whatever connections two sides have with each other at once, each goes by a flow of its
own, and all share the two lines. Words are lines of JSON: {"do": "string", "condition": {...}, "seed": "1"} for fresh
lines and no flows, {"do": "flow"} for the two ports of another one, {"do": "cut"}, {"do": "mend"}, {"do": "count"}.
Every one is answered by a line.
"""

import asyncio
import json
import sys
from dataclasses import asdict
from typing import Any, Final, cast

from bench.media.line import Condition, Line

HOST: Final = "127.0.0.1"
WAYS: Final = ("up", "down")  # from the contender, and from the far end
Address = tuple[str, int]


class End(asyncio.DatagramProtocol):
    """One port of a flow; whoever spoke to it last is across from the other."""

    other: "End"
    transport: asyncio.DatagramTransport

    def __init__(self, line: Line) -> None:
        self._line = line
        self.across: Address | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, sender: Address) -> None:
        """Into the line; out of the other end when it is through."""
        self.across = sender
        loop = asyncio.get_running_loop()
        now = loop.time()
        out_at = self._line.send(now, len(data))
        if out_at is None:
            return
        if out_at <= now:
            self.other.give(data)
        else:
            loop.call_at(out_at, self.other.give, data)

    def give(self, data: bytes) -> None:
        """Out of this end, unless the line has been strung anew meanwhile."""
        if self.across is not None and not self.transport.is_closing():
            self.transport.sendto(data, self.across)

    @property
    def port(self) -> int:
        return int(self.transport.get_extra_info("sockname")[1])


class Cable:
    """Both lines, and the flows that share them; a flow's first end is the contender's, the second the far end's."""

    def __init__(self) -> None:
        self.flows: list[tuple[End, End]] = []
        self.string(Condition("clean"), "0")

    def string(self, condition: Condition, seed: str) -> None:
        """Begin anew: no flow is known, nothing is under way."""
        self.close()
        self.lines = [Line(condition, f"{seed} {way}") for way in WAYS]

    async def flow(self) -> list[int]:
        """Another one; its ports."""
        first, second = ends = (End(self.lines[0]), End(self.lines[1]))
        first.other, second.other = second, first
        for end in ends:
            await asyncio.get_running_loop().create_datagram_endpoint(lambda end=end: end, local_addr=(HOST, 0))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        self.flows.append(ends)
        return [end.port for end in ends]

    async def obey(self, word: dict[str, Any]) -> dict[str, Any]:
        """Do it; the answer."""
        match word["do"]:
            case "string":
                self.string(Condition(**word["condition"]), word["seed"])
            case "flow":
                return {"ports": await self.flow()}
            case "cut" | "mend":
                for line in self.lines:
                    line.cut = word["do"] == "cut"
        return {"counts": [[line.carried, line.lost, line.overflowed] for line in self.lines]}

    def close(self) -> None:
        """Carry nothing more. Safe twice."""
        for end in (end for flow in self.flows for end in flow):
            end.transport.close()
        self.flows = []


async def serve() -> None:
    """Until the input ends."""
    cable = Cable()
    words = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)
    while line := await words.readline():
        print(json.dumps(await cable.obey(json.loads(line))), flush=True)
    cable.close()


def over(sdp: str, port: int) -> str:
    """`sdp` with one end of a flow as the only way to whoever made it."""
    way = f"a=candidate:1 1 udp 2130706431 {HOST} {port} typ host"
    lines = [line for line in sdp.splitlines() if not line.startswith(("a=candidate:", "a=end-of-candidates"))]
    return "".join(f"{line}\r\n{way}\r\n" if line.startswith("a=ice-pwd:") else f"{line}\r\n" for line in lines)


def stringing(condition: Condition, seed: str) -> dict[str, Any]:
    """The word that strings fresh lines."""
    return {"do": "string", "condition": asdict(condition), "seed": seed}


if __name__ == "__main__":
    asyncio.run(serve())
