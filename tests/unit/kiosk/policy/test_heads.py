"""Heads and starts: three lines or four, read back only from the very text that was signed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import Untrusted
from kiosk.policy.heads import Head, Start
from tests.fakes.clock import NOON

HEAD = Head("laptop.example/w1", 42, "00ff" * 16)
START = Start.at(HEAD, NOON)


def test_a_head_is_origin_number_and_hash() -> None:
    assert HEAD.text() == "laptop.example/w1\n42\nAP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8=\n"


def test_a_start_says_when_records_were_removed_too() -> None:
    assert START.text() == HEAD.text() + "removed 2026-11-22T12:00:00.000Z\n"


@given(st.integers(0, 10**15), st.binary(min_size=32, max_size=32))
def test_both_are_read_back_as_they_were_written(seq: int, raw: bytes) -> None:
    head = Head("laptop.example/w1", seq, raw.hex())
    assert Head.parse(head.text()) == head
    assert Start.parse(Start.at(head, NOON).text()) == Start.at(head, NOON)


def test_neither_is_taken_for_the_other() -> None:
    with pytest.raises(Untrusted, match="not a head"):
        Head.parse(START.text())
    with pytest.raises(Untrusted, match="not the start"):
        Start.parse(HEAD.text())


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD.text() + "\n\n",
        HEAD.text().replace("42", "042"),
        HEAD.text().replace("42", "-1"),
        HEAD.text().replace("42", "many"),
        HEAD.text().replace("AP8", "AP"),
        HEAD.text().replace("AP8=", "AP9="),
        HEAD.text().replace("AP8A", "éééé"),
        HEAD.text()[:-1],
    ],
)
def test_what_is_not_a_head_is_refused(text: str) -> None:
    with pytest.raises(Untrusted):
        Head.parse(text)


def test_a_start_without_a_time_is_refused() -> None:
    with pytest.raises(Untrusted):
        Start.parse(HEAD.text() + "removed yesterday\n")
