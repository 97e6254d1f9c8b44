"""The officer and the prisoner at the laptop, pressing real keys."""

from typing import Final

from tests.e2e.kit.eventually import eventually
from tests.e2e.kit.family import Family
from tests.e2e.kit.screen import Screen

STOP: Final = (0xB3, 0x26, 0x1E)


async def is_due(screen: Screen) -> None:
    """Wait until the laptop shows a call that may be opened: the officer's red End key is on the screen."""
    await eventually(lambda: bool((screen.picture() == STOP).all(axis=2).any()), 40, "the call is due on the laptop")


async def admits(screen: Screen, family: Family, people: int = 2) -> None:
    """Open the call, wait for the preview, tick everybody, start."""
    await is_due(screen)
    await screen.press("Return")
    await family.reads("They can see you now.")
    for _ in range(people):
        await screen.press("space", "Tab")
    await screen.press("Return")


async def leaves(screen: Screen) -> None:
    """The prisoner presses Leave, and says so again when asked."""
    await screen.press("Tab", "Return")
    await screen.press("Left", "Return")  # the focus stands on the key that stays in the call
