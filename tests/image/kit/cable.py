"""Somebody on the machine's cable, between it and the network: every frame comes by, and goes on only if they let it.

QEMU hands the frames out and takes them back by two of its filters, which come and go while the machine runs.
"""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from random import Random
from selectors import EVENT_READ, DefaultSelector
from typing import Any, Final, Protocol

from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Packet

from tests.image.kit.vm import Vm, connected
from tests.image.kit.wire import named

ASKS_FOR_AN_ADDRESS: Final = 67
DHCP_ANSWERS: Final = {1: "offer", 3: "ack"}  # by what is asked: DISCOVER, REQUEST
LEASE_S: Final = 3600
_LENGTH: Final = struct.Struct(">I")


class Between(Protocol):
    """Decides over each frame."""

    def goes_on(self, frame: bytes) -> bool:
        """Whether it does, whichever way it was going."""

    def answer(self, frame: bytes) -> bytes | None:
        """What the laptop hears to something that it sent."""


class Lossy:
    """Loses a part of all frames, both ways."""

    def __init__(self, part: float, seed: int = 7) -> None:
        self._part, self._random = part, Random(seed)
        self.lost = 0

    def goes_on(self, frame: bytes) -> bool:
        """Not always."""
        is_lost = self._random.random() < self._part
        self.lost += is_lost
        return not is_lost

    def answer(self, frame: bytes) -> None:
        """None."""


class Rogue:
    """Hands out addresses of a network of their own, as its gateway, name server and time server, before anybody else.

    Nothing that the laptop sends goes on. `heard` has what it sent once it had taken such an address.
    """

    MAC: Final = "02:00:00:00:06:66"
    ADDRESS: Final = "10.66.0.1"
    GIVEN: Final = "10.66.0.15"
    NAME: Final = "theirs"

    def __init__(self) -> None:
        self.has_given = False
        self.heard: set[str] = set()

    def goes_on(self, frame: bytes) -> bool:
        """No: neither the laptop's words nor the site's answers."""
        return False

    def answer(self, frame: bytes) -> bytes | None:
        """Every question for an address, and every question for a neighbour."""
        said = Ether(frame)
        if ARP in said and said[ARP].op == 1 and said[ARP].pdst != self.GIVEN:
            return self._framed(
                said, ARP(op=2, hwsrc=self.MAC, psrc=said[ARP].pdst, hwdst=said.src, pdst=said[ARP].psrc)
            )
        if UDP in said and said[UDP].dport == ASKS_FOR_AN_ADDRESS and DHCP in said:
            return self._address(said)
        if self.has_given and (IP in said or IPv6 in said):
            self.heard.add(named(said))
        return None

    def _address(self, said: Packet) -> bytes | None:
        options: dict[str, Any] = dict(each[:2] for each in said[DHCP].options if isinstance(each, tuple))
        if (kind := DHCP_ANSWERS.get(options["message-type"])) is None:
            return None
        if kind == "ack" and options.get("requested_addr", said[BOOTP].ciaddr) != self.GIVEN:
            kind = "nak"  # an address from before
        self.has_given |= kind == "ack"
        return self._framed(
            said,
            IP(src=self.ADDRESS, dst="255.255.255.255")
            / UDP(sport=67, dport=68)
            / BOOTP(
                op=2, xid=said[BOOTP].xid, flags=said[BOOTP].flags, chaddr=said[BOOTP].chaddr,
                yiaddr=self.GIVEN if kind != "nak" else "0.0.0.0", siaddr=self.ADDRESS,
            )
            / DHCP(options=[
                ("message-type", kind), ("server_id", self.ADDRESS),
                *self._of_the_network() * (kind != "nak"), "end",
            ]),
        )  # fmt: skip

    def _of_the_network(self) -> list[tuple[str, object]]:
        return [
            ("lease_time", LEASE_S), ("subnet_mask", "255.255.255.0"), ("router", self.ADDRESS),
            ("name_server", self.ADDRESS), ("NTP_server", self.ADDRESS), ("hostname", self.NAME.encode()),
            ("domain", b"theirs.example"),
        ]  # fmt: skip

    def _framed(self, said: Packet, word: Packet) -> bytes:
        return bytes(Ether(src=self.MAC, dst=said.src) / word)


@contextlib.contextmanager
def between(vm: Vm, somebody: Between) -> Iterator[None]:
    """They are there for as long as this lasts."""
    with contextlib.ExitStack() as stack:
        ways = [stack.enter_context(_way(vm, *each)) for each in (("leaving", "rx"), ("coming", "tx"))]
        stop, stopping = socket.socketpair()
        pump = threading.Thread(target=_pump, args=(ways, somebody, stop), daemon=True)
        pump.start()
        try:
            yield
        finally:
            stopping.close()
            pump.join()
            stop.close()


@contextlib.contextmanager
def _way(vm: Vm, name: str, queue: str) -> Iterator[tuple[socket.socket, socket.socket]]:
    """What goes one way: where it is heard, and where it is put back."""
    with contextlib.ExitStack() as stack:
        lines = {end: stack.enter_context(_line(vm, f"{name}-{end}")) for end in ("heard", "goes-on")}
        vm.ask(
            "object-add", id=name, netdev="net", queue=queue, outdev=f"{name}-heard", indev=f"{name}-goes-on",
            **{"qom-type": "filter-redirector"},
        )  # fmt: skip
        try:
            yield lines["heard"], lines["goes-on"]
        finally:
            vm.ask("object-del", id=name)


@contextlib.contextmanager
def _line(vm: Vm, name: str) -> Iterator[socket.socket]:
    address = {"type": "unix", "data": {"path": f"/out/{name}.sock"}}
    vm.ask("chardev-add", id=name, backend={"type": "socket", "data": {"addr": address, "server": True, "wait": False}})
    with connected(vm.folder / f"{name}.sock") as line:
        yield line
    vm.ask("chardev-remove", id=name)


def _pump(ways: list[tuple[socket.socket, socket.socket]], somebody: Between, stop: socket.socket) -> None:
    """Until `stop` is closed at its other end."""
    leaving, coming = ways
    unread = {leaving[0]: b"", coming[0]: b""}
    with DefaultSelector() as selector:
        for each in (*unread, stop):
            selector.register(each, EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is stop:
                    return
                heard, goes_on = leaving if key.fileobj is leaving[0] else coming
                frames, unread[heard] = _frames(unread[heard] + heard.recv(1 << 16))
                for frame in frames:
                    if heard is leaving[0] and (answer := somebody.answer(frame)):
                        coming[1].sendall(_framed(answer))
                    if somebody.goes_on(frame):
                        goes_on.sendall(_framed(frame))


def _framed(frame: bytes) -> bytes:
    return _LENGTH.pack(len(frame)) + frame


def _frames(read: bytes) -> tuple[list[bytes], bytes]:
    """The whole ones, and what is left."""
    frames = []
    while len(read) >= _LENGTH.size and len(read) >= (end := _LENGTH.size + _LENGTH.unpack_from(read)[0]):
        frames.append(read[_LENGTH.size : end])
        read = read[end:]
    return frames, read
