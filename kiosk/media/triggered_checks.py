"""Asks the far side again as soon as it asks us, where our own question of it is still open. It starts no other check.

A first question often gets lost: it arrives before a browser has taken in the answer, or before a router lets it in. By
RFC 8445, 7.3.1.4 a question from there makes us ask at once; aioice waits until half a second is over, which is most of
the time that joining took. One question that came, with the right password, makes one that goes: nothing grows by it.
"""

from collections.abc import Iterator
from typing import Any

import aioice.ice
from aioice import stun

_heard_check = aioice.Connection.check_incoming


def ask_again_when_asked() -> None:
    """For every connection that is made from now on. Safe twice. Can go once aioice does so itself."""
    setattr(aioice.Connection, "check_incoming", _check_incoming)  # noqa: B010 - a method to mypy


def _check_incoming(
    connection: aioice.Connection, message: stun.Message, addr: tuple[str, int], protocol: aioice.ice.StunProtocol
) -> None:
    _heard_check(connection, message, addr, protocol)
    for question in list(_open_questions(protocol, addr)):  # those that this check begins are not asked yet
        protocol.send_stun(question, addr)


def _open_questions(protocol: aioice.ice.StunProtocol, addr: tuple[str, int]) -> Iterator[stun.Message]:
    """The same message again, so that an answer to either is the answer."""
    for transaction in protocol.transactions.values():
        inside: dict[str, Any] = vars(transaction)
        if inside["_Transaction__addr"] == addr and not inside["_Transaction__future"].done():
            yield inside["_Transaction__request"]
