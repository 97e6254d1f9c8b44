"""A policy in words: every field as a person writes it, and what has changed between two. It judges nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from contract.policy import Policy
from contract.policy_network import Endpoint, Host, Relay
from contract.spans import spelled
from contract.strict import Message


def said(policy: Policy) -> dict[str, str]:
    """Every field by its full name, such as `call.length`, with its value in words."""
    return dict(_fields("", policy))


def changes(before: Policy, after: Policy) -> list[str]:
    """A sentence for every field that differs, in the order of the text."""
    was, now = said(before), said(after)
    names = list(now) + [name for name in was if name not in now]
    return [
        f"{name} was {was.get(name, 'not set')} and is {now.get(name, 'not set')}."
        for name in names
        if was.get(name, "not set") != now.get(name, "not set")
    ]


def _fields(before: str, part: Message) -> Iterator[tuple[str, str]]:
    for name, value in part:
        if isinstance(value, Message):
            yield from _fields(f"{before}{name}.", value)
        else:
            yield f"{before}{name}", in_words(value)


def in_words(value: object) -> str:
    """One value, as it is written in the text or near enough to be told by."""
    match value:
        case None:
            return "not set"
        case bool():
            return "on" if value else "off"
        case timedelta():
            return spelled(value)
        case datetime():
            return value.isoformat()
        case tuple():
            return ", ".join(in_words(each) for each in value) or "none"
        case Host(address=address):
            return address
        case Endpoint(host=host, port=port):
            return f"{_bracketed(host)}:{port}"
        case Relay(address=host, udp=udp, tcp=tcp):
            ports = [f"{port}/{kind}" for kind, all_of in (("udp", udp), ("tcp", tcp)) for port in all_of]
            return f"{_bracketed(host)} ({' '.join(ports) or 'no ports'})"
        case _:
            return str(value)


def _bracketed(host: Host) -> str:
    return host.address if host.version == 4 else f"[{host.address}]"
