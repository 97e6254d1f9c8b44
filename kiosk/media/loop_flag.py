"""Wakes one waiter on the loop from any thread; says only that there is something new, never what."""

import asyncio


class LoopFlag:
    """Made on the loop. Raised from any thread; one `wait` on the loop lowers it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._raised = asyncio.Event()

    def raise_from_thread(self) -> None:
        """There is something new; returns at once."""
        self._loop.call_soon_threadsafe(self._raised.set)

    async def wait(self) -> None:
        """Wait for the flag and lower it; it may have been raised for something that was taken already."""
        await self._raised.wait()
        self._raised.clear()
