"""The one door for outside data: bytes in, frozen message or one of two errors out; it never guesses."""

import json
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

T = TypeVar("T")

PROTOCOL: Final = 1
MOST_VALUES: Final = 20_000  # in one message: each that is wrong costs more than its few bytes. A full sheet has 6,000
LONGEST_WHERE: Final = 200  # characters; the name of an unknown field comes from outside
LONGEST_MESSAGE_BYTES: Final = 262_144  # a browser's largest session description, four times over
LONGEST_PHOTO_BYTES: Final = 60_000  # a photo on file, PNG or JPEG
LONGEST_SHEET_BYTES: Final = (
    1_048_576  # a message that carries a call sheet: sixty bookings with the longest names and notes
)


class Message(BaseModel):
    """Frozen data with no unknown fields and no silent conversions."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Malformed(ValueError):
    """The bytes are not a message this side knows. `where` names the field; the bytes themselves are never repeated."""

    def __init__(self, where: str) -> None:
        self.where = where[:LONGEST_WHERE]
        super().__init__(f"not a valid message: {self.where}")


class _Fields:
    """Every object of one message as it is read: no field twice, and not too many in all."""

    def __init__(self, most_values: int) -> None:
        self._count, self._most = 0, most_values

    def of(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise Malformed("a field is given twice")
        self._count += 1 + len(fields)
        if self._count > self._most:
            raise Malformed("too many values")
        return fields


def _check_count(found: Any, most_values: int) -> None:
    """Values in lists count too; the objects have been counted."""
    waiting, count = [found], 0
    while waiting:
        each = waiting.pop()
        inside = list(each.values()) if isinstance(each, dict) else each if isinstance(each, list) else ()
        count += len(inside)
        if count > most_values:
            raise Malformed("too many values")
        waiting.extend(inside)


def _no_constant(name: str) -> float:
    raise Malformed(f"{name} is not a number")


def parse(
    untrusted: bytes | str,
    kind: TypeAdapter[T],
    longest: int = LONGEST_MESSAGE_BYTES,
    most_values: int = MOST_VALUES,
) -> T:
    """Read one JSON message of at most `longest` bytes. Raises Malformed for anything else, whatever it is."""
    raw = untrusted.encode("utf-8", "surrogatepass") if isinstance(untrusted, str) else untrusted
    if len(raw) > longest:
        raise Malformed(f"longer than {longest} bytes")
    try:
        _check_count(
            json.loads(raw, object_pairs_hook=_Fields(most_values).of, parse_constant=_no_constant), most_values
        )
        return kind.validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise Malformed(f"{'.'.join(map(str, first['loc'])) or 'message'}: {first['msg']}") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed("not JSON") from None
