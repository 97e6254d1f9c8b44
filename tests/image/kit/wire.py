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
_IPV6: Final = 0x86DD
_NAMES: Final = {1: "icmp", 6: "tcp", 17: "udp"}


def seen(folder: Path) -> set[str]:
    """Whatever went out or came in over IP, such as "udp 10.0.2.3 53"."""
    return set(_packets((folder / "wire.pcap").read_bytes()))


def _packets(capture: bytes) -> Iterator[str]:
    at = _HEAD
    while at + _RECORD.size <= len(capture):
        length = _RECORD.unpack_from(capture, at)[2]
        frame = capture[at + _RECORD.size :][:length]
        at += _RECORD.size + length
        (kind,) = struct.unpack_from(">H", frame, 12)
        if kind == _IPV4:
            yield _named(frame[14 + 9], frame[14 + 16 : 14 + 20], frame[14 + (frame[14] & 15) * 4 :])
        elif kind == _IPV6:
            yield _named(frame[14 + 6], frame[14 + 24 : 14 + 40], frame[14 + 40 :])


def _named(protocol: int, to: bytes, payload: bytes) -> str:
    name = _NAMES.get(protocol, str(protocol))
    port = f" {struct.unpack_from('>H', payload, 2)[0]}" if name in {"tcp", "udp"} else ""
    return f"{name} {ip_address(to)}{port}"
