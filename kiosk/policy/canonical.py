"""Canonical JSON (RFC 8785) of what a record may hold, and nothing else; numbers that are not whole are refused.

A record holds strings, booleans, null, whole numbers below 2^53, lists and objects. That is enough: everything that
is measured is in whole milliseconds, nanoseconds are strings (they pass 2^53), and without fractions the one hard
part of RFC 8785, how ECMAScript prints a double, does not arise.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

JsonValue: TypeAlias = "str | int | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
LARGEST: Final = 2**53 - 1  # the largest whole number every reader of JSON agrees on
DEEPEST: Final = 32


def canonical(value: JsonValue) -> bytes:
    """The one encoding of `value`. Raises ValueError for what a record may not hold; the value is not repeated."""
    ordered = _ordered(value, DEEPEST)
    text = json.dumps(ordered, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ValueError("a record holds half a character (a lone surrogate)") from None


def _ordered(value: object, deeper: int) -> object:
    """The value with the keys of every object in the order of RFC 8785, section 3.2.3."""
    if deeper == 0:
        raise ValueError(f"a record is nested deeper than {DEEPEST}")
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError("a record holds a number that is too large")
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a record has a key that is not a string")
        return {key: _ordered(value[key], deeper - 1) for key in sorted(value, key=utf16)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_ordered(item, deeper - 1) for item in value]
    raise ValueError(f"a record cannot hold {type(value).__name__}")


def utf16(key: str) -> bytes:
    """What RFC 8785 sorts by: the key's UTF-16 code units."""
    return key.encode("utf-16-be", "surrogatepass")
