"""The officer and the prisoner at the laptop, pressing real keys."""

from typing import Final

import numpy as np

from tests.e2e.kit.family import Family
from tests.e2e.kit.screen import Pixels, Seen
from tests.fakes.eventually import eventually

OFFICER: Final = "Q4471"
PIN: Final = "482913"
STOP: Final = (0xB3, 0x26, 0x1E)
WARNING: Final = (0xAB, 0x4E, 0x08)
ACCENT: Final = (0x00, 0x69, 0x5C)
INK: Final = (0x12, 0x20, 0x2B)
BAND: Final = slice(96, 200)  # rows of the screen: where the check says to look away
KEYS: Final = slice(640, 736)  # and where the keys are
RING: Final = 100  # pixels of its upper edge, at least; no letter has a stroke so wide


async def is_due(screen: Seen) -> None:
    """Wait until the laptop shows a call that may be opened: the officer's End key is red, no longer dim."""
    await eventually(lambda: _has(screen.picture(), STOP), screen.patience_s, "the call is due on the laptop")


async def opens_check(screen: Seen) -> None:
    """Press the key that opens the check, once: it has a ring when the window is active and a press reaches it."""
    await is_due(screen)
    await eventually(
        lambda: _widest(screen.picture()[KEYS], INK) >= RING,
        screen.patience_s,
        "the key that opens the check can be pressed",
    )
    await screen.press("Return")


async def ticks(screen: Seen, people: int = 2) -> None:
    """Tick everybody and press Start. What is pressed before it can be seen would go to whatever was there before."""
    await eventually(lambda: _has(screen.picture()[BAND], WARNING), screen.patience_s, "whom to compare")
    for _ in range(people - 1):
        await screen.press("space", "Tab")
    await screen.press("space")
    await eventually(lambda: _has(screen.picture()[KEYS], ACCENT), screen.patience_s, "all are ticked: Start is lit")
    await screen.press("Tab", "Return")  # now that it can be reached


def _has(picture: Pixels, colour: tuple[int, int, int]) -> bool:
    return bool((picture == colour).all(axis=2).any())


def _widest(picture: Pixels, colour: tuple[int, int, int]) -> int:
    """The longest unbroken line of this colour, across."""
    longest = now = np.zeros(picture.shape[0], dtype=int)
    for column in (picture == colour).all(axis=2).T:
        now = (now + 1) * column
        longest = np.maximum(longest, now)
    return int(longest.max())


async def identifies(screen: Seen, number: str = OFFICER, pin: str = PIN) -> None:
    """Type number and PIN on an open keypad; it has the focus when it opens."""
    await screen.press(*number.lower(), "Return", *pin, "Return")


async def admits(screen: Seen, family: Family, people: int = 2) -> None:
    """Open the call, wait for the preview, tick everybody, start, and say who one is."""
    await opens_check(screen)
    await family.reads("They can see you now.", screen.patience_s)
    await ticks(screen, people)
    await identifies(screen)


async def opens_panel(screen: Seen) -> None:
    """Open the officer's panel from a scene on which nothing has the focus: the shield is the last key."""
    await screen.press("shift+Tab", "Return")


async def ends_in_60_s(screen: Seen) -> None:
    """In a call, by the panel: "End in 60 s" is the first deed there."""
    await opens_panel(screen)
    await screen.press("Return")
    await identifies(screen)


async def goes_on(screen: Seen) -> None:
    """Go on with a held call, by the panel: that is the first deed there."""
    await opens_panel(screen)
    await screen.press("Return")
    await identifies(screen)


async def leaves(screen: Seen) -> None:
    """The prisoner presses Leave, and says so again when asked."""
    await screen.press("Tab", "Return")
    await screen.press("Left", "Return")  # the focus stands on the key that stays in the call
