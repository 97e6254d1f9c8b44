"""A laptop and the world, each in a network namespace of its own, and the wire between them, on which we listen."""

import json
import os
import socket
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.lockdown.machine import Machine
from tests.fakes.namespaces import enter_with, inside, ip

SHELL, OTHER = 64_390, 64_391
LAPTOP_V4, LAPTOP_V6 = "192.0.2.2", "2001:db8::2"
SERVICE, SERVICE_V6, TURN, GATEWAY, STRANGER, STRANGER_V6 = (
    "192.0.2.10",
    "2001:db8::10",
    "192.0.2.20",
    "192.0.2.1",
    "192.0.2.99",
    "2001:db8::99",
)
WORLD = (SERVICE, SERVICE_V6, TURN, GATEWAY, STRANGER, STRANGER_V6)
SO_RCVBUFFORCE, SOL_PACKET, PACKET_STATISTICS = 33, 263, 6
PING_GROUPS = Path("/proc/sys/net/ipv4/ping_group_range")  # of the namespace it is written from
OF_NEIGHBOURS = {133, 134, 135, 136, 143}  # what the kernel itself says on every link
POLICY = f"""
[network]
services = ["{SERVICE}:443", "[{SERVICE_V6}]:443"]
gateways = ["{GATEWAY}"]
dhcp = true
[[network.relays]]
address = "{TURN}"
"""
PASSWD = f"root:x:0:0:root:/root:/bin/sh\nvisit-shell:x:{SHELL}:{SHELL}::/nonexistent:/usr/sbin/nologin\n"


@dataclass(frozen=True, order=True)
class Packet:
    """What was seen: where to, and by what (`port` is an ICMP type for icmp)."""

    to: str
    protocol: str
    port: int


class InNamespace(Machine):
    """A laptop whose files are below `root` and whose kernel tables are those of a namespace."""

    def __init__(self, root: Path, namespace: str) -> None:
        super().__init__(root, tools_within_s=20)  # a stall of two seconds is all that a laptop's own tools are given
        self._namespace = namespace

    def run(self, *command: str, given: str | None = None) -> str:
        return super().run("/usr/sbin/ip", "netns", "exec", self._namespace, *command, given=given)


class Wire:
    """Both namespaces, for as long as the context is open."""

    def __init__(self) -> None:
        self.laptop, self.world = f"laptop{os.getpid()}", f"world{os.getpid()}"

    def __enter__(self) -> Self:
        ip = self.ip
        for name in (self.laptop, self.world):
            ip("netns", "add", name)
        ip("link", "add", "up0", "netns", self.laptop, "type", "veth", "peer", "name", "up0", "netns", self.world)
        for name in (self.laptop, self.world):
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "link", "set", "up0", "up")
        for name, addresses in ((self.laptop, (LAPTOP_V4, LAPTOP_V6)), (self.world, WORLD)):
            for address in addresses:
                size = "64" if ":" in address else "24"
                ip(
                    "-n",
                    name,
                    "address",
                    "add",
                    f"{address}/{size}",
                    "dev",
                    "up0",
                    *(["nodad"] if size == "64" else []),
                )
        with self.inside(self.laptop):
            PING_GROUPS.write_text("0 2147483647")
        with self.inside(self.world):
            self._tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
            self._tap.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 * 1024 * 1024)
            self._tap.bind(("up0", 3))  # not what the world says to itself
            self._tap.settimeout(5)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._tap.close()
        for name in (self.laptop, self.world):
            self.ip("netns", "del", name)

    ip = staticmethod(ip)
    enter_with = staticmethod(enter_with)
    inside = staticmethod(inside)

    def send(self, uid: int, packets: list[Packet]) -> None:
        """Try to send these as `uid`; whether one is refused is of no interest, only what is on the wire."""
        asked = json.dumps([[p.to, p.protocol, p.port] for p in packets])
        user = ("/usr/bin/setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups")
        self.enter_with(self.laptop, *user, sys.executable, "-I", str(Path(__file__).with_name("sender.py")), asked)

    def seen_until(self, last: Packet) -> list[Packet]:
        """Everything that came to the world up to `last`, which is not part of it."""
        seen: list[Packet] = []
        while True:
            data, sender = self._tap.recvfrom(65535)
            packet = None if sender[2] == socket.PACKET_OUTGOING else _packet(data)
            if packet == last:
                _, dropped = struct.unpack("II", self._tap.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
                assert dropped == 0, "the tap was too slow: not every packet was seen"
                return seen
            if packet is not None:
                seen.append(packet)


def _packet(data: bytes) -> Packet | None:
    """An IP packet, or None for what the kernel says to neighbours, and for ARP."""
    if data[0] >> 4 == 4 and len(data) >= 20 and data[6:8] != b"\x00\x01":
        number, start, to = data[9], (data[0] & 15) * 4, socket.inet_ntop(socket.AF_INET, data[16:20])
    elif data[0] >> 4 == 6:
        number, start, to = data[6], 40, socket.inet_ntop(socket.AF_INET6, data[24:40])
    else:
        return None
    protocol = {6: "tcp", 17: "udp", 1: "icmp", 58: "icmp"}.get(number)
    if protocol is None or to.startswith(("ff02", "224.")):
        return None
    port = data[start] if protocol == "icmp" else struct.unpack("!H", data[start + 2 : start + 4])[0]
    return None if number == 58 and port in OF_NEIGHBOURS else Packet(to, protocol, port)
