"""Looks at something again and again from the loop, and says what is new. What to look at is its subclasses'."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final, Generic, TypeVar

LOOK_EVERY_S: Final = 0.1  # an eye wants no more, and the screen is to be asked for no more

T = TypeVar("T")


class Watch(ABC, Generic[T]):
    """Tells `say` each thing once, until there is another; None where there is nothing to say."""

    def __init__(self, say: Callable[[T | None], None]) -> None:
        self._say = say
        self._said: T | None = None

    async def run(self) -> None:
        """Look until cancelled; then what is watched is shut, and there is nothing to say of it."""
        try:
            while True:
                self.look()
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            self._tell(None)

    @abstractmethod
    def look(self) -> None:
        """Look once."""

    def _tell(self, now: T | None) -> None:
        if now != self._said:
            self._said = now
            self._say(now)
