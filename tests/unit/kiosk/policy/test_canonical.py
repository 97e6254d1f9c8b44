"""Canonical JSON: the one encoding, in the order of UTF-16, and a clear refusal of what a record may not hold."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.policy.canonical import DEEPEST, LARGEST, JsonValue, canonical

LEAVES = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


def test_keys_stand_in_the_order_of_the_example_in_rfc_8785() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\u00f6"]
    in_order = ["\r", "1", "\x80", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(keys, 1)))) == in_order


def test_strings_are_escaped_as_rfc_8785_has_it_and_no_more() -> None:
    assert (
        canonical('\u20ac$\x0f\nA\'B"\\"/\x7f\b\t\f\r') == b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\"/\x7f\\b\\t\\f\\r"'
    )


def test_nothing_is_between_the_parts() -> None:
    assert canonical({"b": [1, None, True, False, -0, ()], "a": {}}) == b'{"a":{},"b":[1,null,true,false,0,[]]}'


@given(VALUES)
def test_what_is_encoded_is_read_back_and_encoded_the_same(value: JsonValue) -> None:
    raw = canonical(value)
    assert json.loads(raw) == value
    assert canonical(json.loads(raw)) == raw


@given(st.dictionaries(st.text(), LEAVES, max_size=6))
def test_the_order_of_insertion_does_not_matter(value: dict[str, JsonValue]) -> None:
    assert canonical(value) == canonical(dict(reversed(value.items())))


NESTED: JsonValue = []
for _ in range(DEEPEST + 1):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (1.5, "cannot hold float"),
        (float("nan"), "cannot hold float"),
        (LARGEST + 1, "too large"),
        (-LARGEST - 1, "too large"),
        ("\ud800", "lone surrogate"),
        ({"\udfff": 1}, "lone surrogate"),
        ({1: 1}, "not a string"),
        (b"bytes", "cannot hold bytes"),
        ({"a": {1, 2}}, "cannot hold set"),
        (NESTED, "nested deeper"),
    ],
)
def test_what_a_record_may_not_hold_is_refused(value: JsonValue, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        canonical(value)
