"""The demo's policy: the example that `visits policy example` prints, for today and for the demo's establishment."""

from datetime import datetime, timedelta
from typing import Final

import assets
from contract.policy import policy_in
from visits.demo_data import people

EXAMPLE: Final = "policy/example.toml"
VALID_FOR: Final = timedelta(days=30)


def policy_of_today(now: datetime) -> str:
    """The text, ready to be signed."""
    text = assets.text(EXAMPLE)
    example = policy_in(text)
    for before, after in (
        (f'establishment = "{example.establishment}"', f'establishment = "{people.ESTABLISHMENT}"'),
        ('use = "live"', 'use = "demo"'),
        ("recorded = true", "recorded = false"),  # nothing records a demo, so nobody is told that it is
        ("watched = true", "watched = false"),
        (_day(example.valid_from), _day(now - timedelta(days=1))),
        (_day(example.valid_until), _day(now + VALID_FOR)),
    ):
        text = text.replace(before, after, 1)
    return text


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT00:00:00Z}"
