"""Which presses of the keyboard mean anything on which scene: a table. What is not in it means nothing there."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kiosk.scenes import AnyScene
from kiosk.ui.key_meanings import AT_ONCE, Meaning

CHOOSE: Final = frozenset({Meaning.NEXT, Meaning.PREVIOUS, Meaning.PRESS})  # the officer's shield is on every scene
IN_PANEL: Final = frozenset({Meaning.BACK})
WHILE_TYPING: Final = frozenset({Meaning.ERASE})

ALLOWED: Final[Mapping[str, frozenset[Meaning]]] = MappingProxyType(
    {
        "nothing_booked": AT_ONCE | CHOOSE,
        "next_call": AT_ONCE | CHOOSE,
        "officer_admits": AT_ONCE | CHOOSE,
        "joining": AT_ONCE | CHOOSE,
        "in_call": AT_ONCE | CHOOSE,
        "interrupted": AT_ONCE | CHOOSE,
        "held": AT_ONCE | CHOOSE,
        "goodbye": AT_ONCE | CHOOSE,
        "locked": AT_ONCE | CHOOSE,
        "out_of_service": AT_ONCE | CHOOSE,
    }
)


def allowed(scene: AnyScene, *, panel_open: bool, typing: bool) -> frozenset[Meaning]:
    """What a press may mean now. Going back needs an open panel; rubbing out, something that is being typed."""
    found = ALLOWED.get(scene.kind, AT_ONCE)
    if panel_open:
        found |= IN_PANEL
    return found | WHILE_TYPING if panel_open and typing else found
