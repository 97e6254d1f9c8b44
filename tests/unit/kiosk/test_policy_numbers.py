"""Every number of the rules comes from the policy."""

from collections import Counter
from dataclasses import fields
from datetime import timedelta

import assets
from contract.policy import Policy, policy_in
from contract.strict import Message
from kiosk.policy.numbers import Needs, Numbers
from kiosk.policy_numbers import NAMES, numbers_of

EXAMPLE = assets.text("policy/example.toml")


def test_every_number_of_the_rules_is_within_the_policys_reach_exactly_once() -> None:
    sections = [field.default for field in Policy.model_fields.values() if isinstance(field.default, Message)]
    said = Counter(name for section in sections for name in type(section).model_fields if name in NAMES)
    assert said == Counter(field.name for field in fields(Numbers))


def test_the_example_gives_the_numbers_that_count_without_a_policy() -> None:
    assert numbers_of(policy_in(EXAMPLE)) == Numbers()


def test_a_policy_changes_the_numbers_it_names() -> None:
    text = EXAMPLE.replace('room_opens = "5 min"', 'room_opens = "10 min"').replace('"sound"', '"picture"')
    numbers = numbers_of(policy_in(text))
    assert numbers.room_opens == timedelta(minutes=10)
    assert numbers.talk_needs is Needs.PICTURE
