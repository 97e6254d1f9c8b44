"""What is known of the line to the service, and the telling of it whenever it has changed. Opens nothing itself."""

import asyncio
from collections.abc import Callable

from kiosk.ipc import LinkNow
from kiosk.link.pulse import Pulse


class LineState:
    """Tells `tell` a new LinkNow when the line, the refusal, the gateway or cleanness changes; a silence only grows.

    `now` gives seconds that never go back.
    """

    def __init__(self, tell: Callable[[LinkNow], None], now: Callable[[], float]) -> None:
        self._tell, self._now = tell, now
        self._pulse: Pulse | None = None  # of the connection there is, or of the last one that was welcomed
        self._told: LinkNow | None = None
        self._is_down = asyncio.Event()

    async def down(self) -> None:
        """Wait until it has been told that there is no line."""
        await self._is_down.wait()

    def came(self, pulse: Pulse) -> None:
        """The service has welcomed us."""
        self._pulse = pulse
        self._say(LinkNow(up=True, clean=pulse.is_clean(self._now())))

    def looked(self) -> None:
        """Time has passed: the line may have become slow, or quick again."""
        if self._told is not None and self._told.up and self._pulse is not None:
            self._say(LinkNow(up=True, clean=self._pulse.is_clean(self._now())))

    def went(self, refused: str | None) -> None:
        """There is no line; what the gateway last said while it was down still stands."""
        gateway = self._told.gateway if self._told is not None and not self._told.up else None
        self._say(self._down(refused, gateway))

    def gateway_is(self, answers: bool) -> None:
        """The gateway was asked while there was no line."""
        if self._told is not None and not self._told.up:
            self._say(self._down(self._told.refused, answers))

    def _down(self, refused: str | None, gateway: bool | None) -> LinkNow:
        silent_ms = 0 if self._pulse is None else self._pulse.silent_ms(self._now())
        return LinkNow(up=False, refused=refused, silent_ms=silent_ms, gateway=gateway, clean=False)

    def _say(self, link: LinkNow) -> None:
        if self._told is None or _without_silence(link) != _without_silence(self._told):
            self._told = link
            if link.up:
                self._is_down.clear()
            else:
                self._is_down.set()
            self._tell(link)


def _without_silence(link: LinkNow) -> LinkNow:
    return link.model_copy(update={"silent_ms": 0})
