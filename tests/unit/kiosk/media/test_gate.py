"""At a port of a call: who is not known sends no data, and whoever it is, only so much."""

import asyncio
from typing import Any

import aioice.ice
import pytest
from aioice import stun
from aioice.candidate import Candidate
from aioice.ice import Connection, StunProtocol
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.gate import LONGEST_DATAGRAM, MOST_ADDRESSES, MOST_WAITING, Gate, gate_ports

FAR = ("192.0.2.7", 40_000)
STRANGER = ("192.0.2.66", 6666)
MEDIA = b"\x80" + bytes(40)


class Wire:
    """What is sent from the port."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def sendto(self, data: bytes, addr: object) -> None:
        self.sent.append(data)


def port(kind: type[StunProtocol] = Gate) -> Any:
    connection = Connection(ice_controlling=True)
    connection.remote_username, connection.remote_password = "user", "p" * 22
    connection._early_checks_done = True
    connection._remote_candidates.append(candidate(*FAR))
    gate = kind(connection)
    gate.local_candidate = candidate("192.0.2.1", 50_000)
    wire: Any = Wire()
    gate.connection_made(wire)
    return gate


def candidate(host: str, port: int) -> Candidate:
    return Candidate("1", 1, "udp", 1, host, port, "host")


def check(gate: Any, *, leave_out: str = "") -> bytes:
    """A check of connectivity that is in order, except for what is left out."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    local, remote = gate.receiver.local_username, gate.receiver.remote_username
    message.attributes.update({"USERNAME": f"{local}:{remote}", "PRIORITY": 1, "ICE-CONTROLLED": 1})
    message.attributes.pop(leave_out, None)
    message.add_message_integrity(gate.receiver.local_password.encode())
    return bytes(message)


async def test_a_question_with_the_number_of_our_own_is_let_in_like_any_other() -> None:
    gate = port()
    question = check(gate)
    gate.transactions[question[8:20]] = object()
    assert sum(gate._passes(question, FAR) for _ in range(5000)) < 1000


def waiting(gate: Any) -> int:
    number: int = gate.receiver._queue.qsize()
    return number


async def ended(gate: Any) -> None:
    for pair in gate.receiver._check_list:
        pair.task.cancel()
    await asyncio.gather(*(pair.task for pair in gate.receiver._check_list), return_exceptions=True)


async def test_the_far_side_is_let_in() -> None:
    gate = port()
    gate.datagram_received(MEDIA, FAR)
    assert (waiting(gate), gate.turned_away) == (1, 0)


async def test_an_address_whose_check_waits_for_the_answer_is_let_in() -> None:
    gate = port()
    gate.receiver._early_checks_done = False
    gate.datagram_received(check(gate), STRANGER)
    gate.datagram_received(MEDIA, STRANGER)
    assert waiting(gate) == 1


@pytest.mark.parametrize(("kind", "let_in"), [(Gate, 0), (StunProtocol, 1)])
@pytest.mark.parametrize(
    ("data", "address"),
    [(b"", FAR), (MEDIA, STRANGER), (b"\x80" * (LONGEST_DATAGRAM + 1), FAR), (b"\x16\xfe\xff", STRANGER)],
    ids=["nothing", "a stranger's", "a giant", "a stranger's handshake"],
)
async def test_only_at_the_gate_is_it_turned_away(
    kind: type[StunProtocol], let_in: int, data: bytes, address: tuple[str, int]
) -> None:
    gate = port(kind)
    gate.datagram_received(data, address)
    assert waiting(gate) == let_in


@pytest.mark.parametrize(("kind", "most"), [(Gate, MOST_WAITING), (StunProtocol, 3 * MOST_WAITING)])
async def test_only_at_the_gate_is_there_an_end_to_what_waits(kind: type[StunProtocol], most: int) -> None:
    gate = port(kind)
    for _ in range(3 * MOST_WAITING):
        gate.datagram_received(MEDIA, FAR)
    assert waiting(gate) == most


@pytest.mark.parametrize(("kind", "bounded"), [(Gate, True), (StunProtocol, False)])
async def test_only_at_the_gate_are_strangers_checks_answered_so_often_and_no_more(
    kind: type[StunProtocol], bounded: bool
) -> None:
    gate = port(kind)
    if bounded:
        gate._strangers_checks._now = lambda: gate._strangers_checks._at
    request = bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST))
    for _ in range(1000):
        gate.datagram_received(request, STRANGER)
    assert (len(gate.transport.sent) < 150) is bounded
    gate.datagram_received(check(gate), FAR)
    assert bytes(gate.transport.sent[-1])[:2] == b"\x01\x01"  # the far side's is answered all the same
    await ended(gate)


@pytest.mark.parametrize(("kind", "kept"), [(Gate, MOST_ADDRESSES), (StunProtocol, MOST_ADDRESSES + 50)])
async def test_only_at_the_gate_is_there_an_end_to_a_far_sides_addresses(kind: type[StunProtocol], kept: int) -> None:
    gate = port(kind)
    for number in range(MOST_ADDRESSES + 49):
        if kind is Gate:
            gate._strangers_checks._left = 2  # as if they came slowly
        gate.datagram_received(check(gate), ("192.0.2.99", 10_000 + number))
    assert len(gate.receiver._remote_candidates) == kept
    await ended(gate)


async def test_only_at_the_gate_is_a_check_without_its_attributes_harmless() -> None:
    gate, plain = port(), port(StunProtocol)
    gate.datagram_received(check(gate, leave_out="PRIORITY"), STRANGER)
    assert gate.turned_away == 1
    with pytest.raises(KeyError):
        plain.datagram_received(check(plain, leave_out="PRIORITY"), STRANGER)


@given(st.binary(max_size=80), st.sampled_from([FAR, STRANGER]))
def test_any_bytes_are_let_in_or_turned_away(data: bytes, address: tuple[str, int]) -> None:
    async def come() -> None:
        gate = port()
        gate.datagram_received(data, address)
        gate.datagram_received(b"\x00\x01\x00\x00\x21\x12\xa4\x42" + data, address)

    asyncio.run(come())


def test_every_new_port_has_a_gate() -> None:
    gate_ports()
    gate_ports()
    assert aioice.ice.StunProtocol is Gate
