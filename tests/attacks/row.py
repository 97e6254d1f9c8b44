"""What a row of the list of attacks says, and the tiers at which one is tried."""

from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """How close to the laptop an attack is tried; a lower one never passes for a higher."""

    UNIT = "U"
    SCREEN = "X"
    SCAN = "S"
    IMAGE = "I"


@dataclass(frozen=True)
class Row:
    """One attack. `tier` is the one it must at least be tried at; `files` are those whose every test tries it."""

    id: str
    attack: str
    tier: Tier
    control: str
    files: tuple[str, ...] = ()
