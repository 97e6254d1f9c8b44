"""What left the machine on its network card: the capture that QEMU writes, read with no other program."""

import struct
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Final

CAPTURE: Final = ("-object", "filter-dump,id=dump,netdev=net,file=/out/wire.pcap")
_HEAD: Final = 24
_RECORD: Final = struct.Struct("<IIII")
_IPV4: Final = 0x0800
_NAMES: Final = {1: "icmp", 6: "tcp", 17: "udp"}


def seen(folder: Path) -> set[str]:
    """Whatever went out or came in over IPv4, such as "udp 10.0.2.3 53"."""
    return set(_packets((folder / "wire.pcap").read_bytes()))


def _packets(capture: bytes) -> Iterator[str]:
    at = _HEAD
    while at + _RECORD.size <= len(capture):
        length = _RECORD.unpack_from(capture, at)[2]
        frame = capture[at + _RECORD.size :][:length]
        at += _RECORD.size + length
        if struct.unpack_from(">H", frame, 12) == (_IPV4,):
            packet = frame[14:]
            name, to = _NAMES.get(packet[9], str(packet[9])), ip_address(packet[16:20])
            port = f" {struct.unpack_from('>H', packet, (packet[0] & 15) * 4 + 2)[0]}" if name in {"tcp", "udp"} else ""
            yield f"{name} {to}{port}"
