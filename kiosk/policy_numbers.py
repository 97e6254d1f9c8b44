"""What the rules on this laptop go by, taken from a policy: every number, each once. Pure; it reads no file."""

from dataclasses import fields
from types import MappingProxyType
from typing import Any, Final

from contract.policy import Policy
from contract.strict import Message
from kiosk.policy.numbers import Needs, Numbers

NAMES: Final = frozenset(field.name for field in fields(Numbers))
KINDS: Final = MappingProxyType({"talk_needs": Needs})


def numbers_of(policy: Policy) -> Numbers:
    """Every number of the rules. A field of any section that has a number's name sets it."""
    found: dict[str, Any] = {}
    for _, section in policy:
        if isinstance(section, Message):
            found |= {name: KINDS.get(name, _as_it_is)(value) for name, value in section if name in NAMES}
    return Numbers(**found)


def _as_it_is(value: Any) -> Any:
    return value
