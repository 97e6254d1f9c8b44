"""Records: one line each, chained by hash, and read back only from the very bytes that were written."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import Untrusted
from kiosk.policy.audit import (
    LONGEST_RECORD_BYTES,
    Happening,
    Record,
    chain_hash,
    first_prev,
    parse_record,
    wall_text,
)
from tests.fakes.audit import happening

RECORD = Record(7, "ab" * 32, happening("devices_opened", {"booking_id": "b1"}, at_s=5))
LINE = RECORD.line()


def test_a_record_is_one_line_of_canonical_json() -> None:
    assert LINE == (
        b'{"actor":"guard","boot_id":"0888cfd5-9407-4dba-bcc9-4a810dca1bb0","data":{"booking_id":"b1"},'
        b'"event":"devices_opened","mono_ns":"5000000000","prev":"' + b"ab" * 32 + b'",'
        b'"seq":7,"wall":"2026-11-22T12:00:05.000Z"}'
    )


@given(st.integers(1, 2**53 - 1), st.integers(0, 2**63), st.datetimes(timezones=st.just(UTC)), st.text(), st.text())
def test_a_record_is_read_back_as_it_was_written(seq: int, ns: int, wall: datetime, actor: str, event: str) -> None:
    wall = wall.replace(microsecond=wall.microsecond // 1000 * 1000, year=max(wall.year, 1000))
    record = Record(seq, "00" * 32, Happening("boot", ns, wall, actor, event, {"text": event}))
    assert parse_record(record.line()) == record


def test_the_hash_of_a_record_and_of_the_place_before_the_first() -> None:
    assert chain_hash(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert first_prev("abc") == chain_hash(b"abc")


def test_times_are_utc_to_the_millisecond_whatever_the_zone() -> None:
    wall = datetime(2026, 7, 1, 0, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert wall_text(wall) == "2026-06-30T23:30:00.999Z"


def test_a_record_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than"):
        Record(1, "00" * 32, happening("x", {"text": "a" * LONGEST_RECORD_BYTES})).line()


def changed(**fields: object) -> bytes:
    return json.dumps({**json.loads(LINE), **fields}, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"not json",
        b"\xff",
        LINE + b" ",
        b"[" * 100_000,
        changed(seq=0),
        changed(seq="7"),
        changed(seq=True),
        changed(prev="AB" * 32),
        changed(prev=1),
        changed(wall="2026-11-22T12:00:05Z"),
        changed(wall="2026-13-22T12:00:05.000Z"),
        changed(mono_ns="05"),
        changed(mono_ns="five"),
        changed(data=[]),
        changed(data={"n": 1.5}),
        changed(more=1),
    ],
)
def test_a_line_that_is_no_record_is_refused(line: bytes) -> None:
    with pytest.raises(Untrusted):
        parse_record(line)


def test_a_line_that_is_as_it_should_be_is_not_refused() -> None:
    assert parse_record(changed()) == RECORD
