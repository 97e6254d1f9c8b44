"""The one door for outside data."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from contract.laptop_link import FROM_LAPTOP, TO_LAPTOP, CallNow, LaptopHello
from contract.sheet import CALL_SHEET, Revoked
from contract.strict import LONGEST_MESSAGE_BYTES, LONGEST_SHEET_BYTES, Malformed, parse
from contract.visitor_link import FROM_VISITOR, TO_VISITOR
from contract.words import CallState, Revocation
from kiosk.ipc import FROM_SHELL, TO_SHELL
from tests.fakes.bookings import MUM, booking, sheet
from tests.fakes.clock import NOON

DOORS: list[TypeAdapter[object]] = [
    FROM_LAPTOP,  # type: ignore[list-item]  # adapters are invariant; here only that they parse matters
    TO_LAPTOP,  # type: ignore[list-item]
    FROM_VISITOR,  # type: ignore[list-item]
    TO_VISITOR,  # type: ignore[list-item]
    FROM_SHELL,  # type: ignore[list-item]
    TO_SHELL,  # type: ignore[list-item]
    CALL_SHEET,  # type: ignore[list-item]
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
TYPES = [
    "hello",
    "call",
    "offer",
    "candidate",
    "document",
    "visitor",
    "ready",
    "leave",
    "received",
    "refused",
    "pressed",
]


@pytest.mark.attack("sheet-bad")
@pytest.mark.parametrize("door", DOORS)
@given(untrusted=st.binary(max_size=300))
def test_bytes_that_are_no_message_are_refused_and_nothing_else_happens(
    door: TypeAdapter[object], untrusted: bytes
) -> None:
    with pytest.raises(Malformed):
        parse(untrusted, door)


@pytest.mark.slow
@pytest.mark.attack("sheet-bad")
@pytest.mark.parametrize("door", DOORS)
@given(fields=st.dictionaries(st.text(max_size=12), JSON, max_size=6), kind=st.sampled_from(TYPES))
def test_any_json_is_a_message_or_is_refused(door: TypeAdapter[object], fields: dict[str, object], kind: str) -> None:
    untrusted = json.dumps({**fields, "type": kind})
    with contextlib.suppress(Malformed):
        assert parse(untrusted, door) is not None


@pytest.mark.attack("sheet-bad")
@pytest.mark.parametrize(
    "untrusted",
    [
        '{"type":"hello","protocol":1,"software":"x","extra":1}',
        '{"type":"hello","protocol":"1","software":"x"}',
        '{"type":"hello","protocol":1,"protocol":1,"software":"x"}',
        '{"type":"hello","protocol":1,"software":""}',
        '{"type":"hello","protocol":NaN,"software":"x"}',
        '{"type":"unheard-of"}',
        "[" * 100_000,
        '{"a":' * 100_000,
        b"\xff\xfe",
        "\ud800",
        "",
    ],
)
def test_a_message_with_anything_unexpected_is_refused(untrusted: bytes | str) -> None:
    with pytest.raises(Malformed):
        parse(untrusted, FROM_LAPTOP)


@pytest.mark.attack("sheet-bad")
def test_a_message_that_is_too_long_is_refused_unread() -> None:
    with pytest.raises(Malformed, match="longer"):
        parse(b" " * (LONGEST_MESSAGE_BYTES + 1), FROM_LAPTOP)


def test_what_was_sent_is_never_repeated_in_the_refusal() -> None:
    with pytest.raises(Malformed) as caught:
        parse('{"type":"hello","protocol":1,"software":{"secret":"hunter2"}}', FROM_LAPTOP)
    assert "hunter2" not in str(caught.value)


@given(talk_ms=st.integers(0, 2**53 - 1), state=st.sampled_from(CallState))
def test_a_message_survives_the_wire(talk_ms: int, state: CallState) -> None:
    call = CallNow(booking_id="b1", state=state, talk_ms=talk_ms, left_ms=0)
    hello = LaptopHello(protocol=1, software="x", call=call)
    assert parse(hello.model_dump_json(), FROM_LAPTOP) == hello


def test_a_sheet_survives_the_wire() -> None:
    whole = sheet(booking())
    assert parse(whole.model_dump_json(), CALL_SHEET) == whole


@pytest.mark.slow
@pytest.mark.attack("sheet-bad")
@pytest.mark.parametrize(
    "inside",
    [b"{}," * 200_000 + b"{}", b"1," * 200_000 + b"1", b"[]," * 200_000 + b"[]"],
    ids=["objects", "numbers", "lists"],
)
def test_a_message_of_too_many_values_is_refused_before_any_is_looked_at(inside: bytes) -> None:
    with pytest.raises(Malformed, match="too many values"):
        parse(b'{"bookings":[' + inside + b"]}", CALL_SHEET, LONGEST_SHEET_BYTES)


def test_the_fullest_sheet_there_may_be_has_not_too_many_values() -> None:
    family = tuple(MUM.model_copy(update={"visitor_id": f"visitor-{number}"}) for number in range(5))
    full = sheet(
        *(booking(f"b{number}", participants=family) for number in range(60)),
        revoked=tuple(
            Revoked(booking_id=f"r{number}", visitor_id="mum", kind=Revocation.VISITOR_BANNED, starts_at=NOON)
            for number in range(360)
        ),
    )
    assert parse(full.model_dump_json(), CALL_SHEET, LONGEST_SHEET_BYTES) == full
