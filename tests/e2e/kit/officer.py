"""The officer and the prisoner at the laptop, pressing real keys."""

from typing import Final

from tests.e2e.kit.family import Family
from tests.e2e.kit.screen import Screen
from tests.fakes.eventually import eventually

OFFICER: Final = "Q4471"
PIN: Final = "482913"
STOP: Final = (0xB3, 0x26, 0x1E)


async def is_due(screen: Screen) -> None:
    """Wait until the laptop shows a call that may be opened: the officer's End key is red, no longer dim."""
    await eventually(lambda: bool((screen.picture() == STOP).all(axis=2).any()), 40, "the call is due on the laptop")


async def identifies(screen: Screen, number: str = OFFICER, pin: str = PIN) -> None:
    """Type number and PIN on an open keypad; it has the focus when it opens."""
    await screen.press(*number.lower(), "Return", *pin, "Return")


async def admits(screen: Screen, family: Family, people: int = 2) -> None:
    """Open the call, wait for the preview, tick everybody, start, and say who one is."""
    await is_due(screen)
    await screen.press("Return")
    await family.reads("They can see you now.")
    for _ in range(people):
        await screen.press("space", "Tab")
    await screen.press("Return")
    await identifies(screen)


async def opens_panel(screen: Screen) -> None:
    """Open the officer's panel from a scene on which nothing has the focus: the shield is the last key."""
    await screen.press("shift+Tab", "Return")


async def ends_in_60_s(screen: Screen) -> None:
    """In a call, by the panel: "End in 60 s" is the first deed there."""
    await opens_panel(screen)
    await screen.press("Return")
    await identifies(screen)


async def goes_on(screen: Screen) -> None:
    """Go on with a held call, by the panel: that is the first deed there."""
    await opens_panel(screen)
    await screen.press("Return")
    await identifies(screen)


async def leaves(screen: Screen) -> None:
    """The prisoner presses Leave, and says so again when asked."""
    await screen.press("Tab", "Return")
    await screen.press("Left", "Return")  # the focus stands on the key that stays in the call
