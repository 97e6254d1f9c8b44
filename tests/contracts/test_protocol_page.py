"""docs/protocol.md against the contract: every example is a message, and every message has an example."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from contract.laptop_link import FROM_LAPTOP, TO_LAPTOP, Document
from contract.refusals import SENTENCE, Refused
from contract.sheet import CALL_SHEET
from contract.strict import parse
from contract.visitor_link import FROM_VISITOR, TO_VISITOR, VisitorWelcome
from docs.generate import LAPTOP_HEARS, LAPTOP_SAYS, VISITOR_HEARS, VISITOR_SAYS

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
DOORS: dict[tuple[str, str], TypeAdapter[Any]] = {
    ("laptop", "→"): FROM_LAPTOP,
    ("laptop", "←"): TO_LAPTOP,
    ("visitor", "→"): FROM_VISITOR,
    ("visitor", "←"): TO_VISITOR,
}
KINDS: dict[tuple[str, str], tuple[type[BaseModel], ...]] = {
    ("laptop", "→"): LAPTOP_SAYS,
    ("laptop", "←"): LAPTOP_HEARS,
    ("visitor", "→"): VISITOR_SAYS,
    ("visitor", "←"): VISITOR_HEARS,
}
EXAMPLES = re.findall(r"^(laptop|visitor) +([→←]) (\{.*)$", PAGE, re.MULTILINE)


def example(who: str, arrow: str, line: str) -> BaseModel:
    message = parse(line, DOORS[who, arrow])
    assert isinstance(message, BaseModel)
    return message


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize(("who", "arrow", "line"), EXAMPLES)
def test_every_example_is_a_whole_message_as_it_goes_over_the_wire(who: str, arrow: str, line: str) -> None:
    assert example(who, arrow, line).model_dump_json() == line


@pytest.mark.parametrize(("who", "arrow"), list(KINDS))
def test_every_message_of_the_contract_has_an_example(who: str, arrow: str) -> None:
    shown = {type(example(*each)) for each in EXAMPLES if each[:2] == (who, arrow)}
    assert shown == set(KINDS[who, arrow])


def test_every_message_a_door_takes_is_on_the_page() -> None:
    for side, kinds in KINDS.items():
        schema = DOORS[side].json_schema()
        assert set(schema["discriminator"]["mapping"]) == {kind.model_fields["type"].default for kind in kinds}


def test_the_call_sheet_in_the_example_is_one_and_fits_the_visitors_welcome() -> None:
    messages = [example(*each) for each in EXAMPLES]
    (document,) = [message.document for message in messages if isinstance(message, Document)]
    (welcome,) = [message for message in messages if isinstance(message, VisitorWelcome)]
    (booking,) = parse(document, CALL_SHEET).bookings
    assert booking.booking_id == welcome.booking_id
    assert booking.prisoner.name == welcome.for_whom
    assert tuple(person.name for person in booking.participants) == welcome.visitors
    assert (booking.starts_at, booking.ends_at) == (welcome.starts_at, welcome.ends_at)


def test_refusals_in_examples_have_their_own_sentence() -> None:
    refusals = [message for message in (example(*each) for each in EXAMPLES) if isinstance(message, Refused)]
    assert refusals
    assert all(refused.text == SENTENCE[refused.code] for refused in refusals)
