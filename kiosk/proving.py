"""Looks at the shell's own measures every 5 s and says what it found; it decides nothing.

Keys are tried on the screen's thread, which is this loop's; the rest may take some time and has a thread of its own.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from kiosk.ipc import ProvenHere

LOOK_EVERY_S: Final = 5.0


@dataclass(frozen=True)
class Confinement:
    """What a composition above the shell has done to its process, as the shell may use it.

    `seal` shuts the last doors once everything is loaded; `look` is told what got past the input guard, if anything,
    says what holds now, and may take some time. `on_laptop` is whether this machine was made to be locked down.
    """

    seal: Callable[[], None]
    look: Callable[[str | None], ProvenHere]
    on_laptop: bool = False


async def prove(
    confinement: Confinement,
    try_input: Callable[[], str | None],
    say: Callable[[ProvenHere], None],
    every_s: float = LOOK_EVERY_S,
) -> None:
    """Look and say, at once and for as long as the shell runs. `try_input` is called on this thread."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="prove") as eyes:
        while True:
            say(await loop.run_in_executor(eyes, confinement.look, try_input()))
            await asyncio.sleep(every_s)
