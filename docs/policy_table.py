"""The table of fields for docs/policy.md: names, defaults and bounds from the code, words from the example policy."""

import re
from collections.abc import Iterator
from typing import Any, Final, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic.fields import FieldInfo

import assets
from contract.policy import Policy
from contract.spans import Span
from contract.strict import Message
from kiosk.policy_numbers import NAMES
from visits.domain.policy_words import in_words

READ_BY: Final = {
    "turnaround": "sheets",
    "longest_extension": "sheets, laptop",
    "recorded": "sheets",
    "watched": "sheets",
    "camera_id": "laptop",
    "least_version": "laptop",
    "calls_from": "laptop",
    "calls_until": "laptop",
    "site_cache": "laptop",
}
COMMENT: Final = re.compile(r"^(?:# )?(\w+) = .*?\s# ?(.*)$")


def policy_block() -> str:
    """A table for each section, in the order of the model."""
    told = dict(_comments(assets.text("policy/example.toml")))
    parts = []
    for name, field in Policy.model_fields.items():
        if isinstance(field.default, Message):
            parts += [f"### `[{name}]`", "", *_table(name, field.default, told), ""]
    return "\n".join(parts)


def _table(name: str, section: Message, told: dict[str, str]) -> Iterator[str]:
    yield "| field | default | may be | read by | what it is |"
    yield "|---|---|---|---|---|"
    for inner, field in type(section).model_fields.items():
        value = in_words(getattr(section, inner))
        by = READ_BY.get(inner, "laptop" if inner in NAMES else "nothing yet")
        yield f"| `{inner}` | {value} | {_bounds(field)} | {by} | {told.get(f'{name}.{inner}', '')} |"


def _comments(text: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in text.splitlines():
        if found := re.match(r"^\[(\w+)\]", line):
            section = found[1]
        elif found := COMMENT.match(line):
            yield f"{section}.{found[1]}", found[2].replace("|", "\\|")


def _bounds(field: FieldInfo) -> str:
    """What the field may be, in words; each item of a list, where it is one."""
    said = [word for part in field.metadata if (word := _of_metadata(part))]
    return ", ".join([*said, *dict.fromkeys(_of_type(field.annotation))]) or "text"


def _of_metadata(part: object) -> str:
    match part:
        case Span(least=least, most=most):
            return f"{least} to {most}"
        case Ge(ge=least):
            return f"from {least}"
        case Le(le=most):
            return f"to {most}"
        case MinLen(min_length=least):
            return f"at least {least}"
        case MaxLen(max_length=most):
            return f"at most {most}"
    return ""


def _of_type(kind: Any) -> Iterator[str]:
    if kind is bool:
        yield "true, false"
    elif get_origin(kind) is Literal:
        yield ", ".join(f'"{word}"' for word in get_args(kind))
    else:
        yield from (word for part in getattr(kind, "__metadata__", ()) if (word := _of_metadata(part)))
        for inner in get_args(kind):
            yield from _of_type(inner)
