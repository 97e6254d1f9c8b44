"""Spans of time as people write them in a policy: a whole number and a unit, within bounds; it reads no clock."""

import re
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

UNITS: Final = MappingProxyType(
    {
        "ms": timedelta(milliseconds=1),
        "s": timedelta(seconds=1),
        "min": timedelta(minutes=1),
        "h": timedelta(hours=1),
        "days": timedelta(days=1),
    }
)
SHAPE: Final = re.compile(r"([0-9]{1,6}) (ms|s|min|h|days)")


def span(text: str) -> timedelta:
    """`"30 s"`, `"5 min"`, `"90 days"` as a span. Raises ValueError."""
    found = SHAPE.fullmatch(text)
    if found is None:
        raise ValueError('a span of time is written "30 s": a whole number and one of ms, s, min, h, days')
    return int(found[1]) * UNITS[found[2]]


def spelled(length: timedelta) -> str:
    """The same span in the largest unit that leaves no rest: `span(spelled(x)) == x` for whole milliseconds."""
    unit = next((name for name in reversed(UNITS) if length and length % UNITS[name] == timedelta()), "s")
    return f"{length // UNITS[unit]} {unit}"


@dataclass(frozen=True)
class Span:
    """Stands in an annotation: the shortest and the longest that a policy may say, both allowed."""

    least: str
    most: str

    def read(self, untrusted: object) -> timedelta:
        """The span that `untrusted` spells. Raises ValueError with words for whoever writes the policy."""
        if isinstance(untrusted, timedelta):  # a default, or another policy's
            length = untrusted
        elif isinstance(untrusted, str):
            length = span(untrusted)
        else:
            raise ValueError('a span of time is written as text, such as "30 s"')  # noqa: TRY004 - pydantic's
        if not span(self.least) <= length <= span(self.most):
            raise ValueError(f"it must be between {self.least} and {self.most}")
        return length

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)
