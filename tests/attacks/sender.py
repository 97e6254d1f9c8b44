"""Run as a program, as some user: sends one packet of each kind that its argument lists, and refuses nothing."""

import contextlib
import json
import socket
import sys

KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM, "icmp": socket.SOCK_DGRAM}


def send(to: str, protocol: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in to else socket.AF_INET
    number = 0
    if protocol == "icmp":
        number = socket.IPPROTO_ICMPV6 if ":" in to else socket.IPPROTO_ICMP
    with socket.socket(family, KINDS[protocol] | socket.SOCK_NONBLOCK, number) as line, contextlib.suppress(OSError):
        if protocol == "udp" and port == 67:
            line.bind(("", 68))
        line.connect((to, 0 if protocol == "icmp" else port))
        line.send(bytes([port % 256, 0, 0, 0, 0, 0, 0, 1]))


if __name__ == "__main__":
    for each in json.loads(sys.argv[1]):
        send(*each)
