"""What left the machine on its network card: the capture that QEMU writes."""

from pathlib import Path
from typing import Final

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Packet
from scapy.utils import RawPcapReader

CAPTURE: Final = ("-object", "filter-dump,id=dump,netdev=net,file=/out/wire.pcap")


def seen(folder: Path) -> set[str]:
    """Whatever went out or came in over IP, such as "udp 10.0.2.3 53"."""
    with RawPcapReader(str(folder / "wire.pcap")) as capture:
        packets = [Ether(frame) for frame, _ in capture]
    return {named(each) for each in packets if IP in each or IPv6 in each}


def named(packet: Packet) -> str:
    """What it is and where it goes."""
    over = packet[IP] if IP in packet else packet[IPv6]
    for name, layer in (("tcp", TCP), ("udp", UDP)):
        if layer in packet:
            return f"{name} {over.dst} {packet[layer].dport}"
    return f"{'icmp' if ICMP in packet else over.payload.name} {over.dst}"
