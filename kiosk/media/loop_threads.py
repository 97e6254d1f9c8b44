"""The threads to which the room's loop hands what takes time: no encoder waits behind a name that is looked up."""

import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from kiosk.media.urgency import be_patient

P = ParamSpec("P")
T = TypeVar("T")

ENCODERS: Final = 2  # a picture and a sound at a time
LOOK_UPS: Final = 4  # relays by several ways, while a connection that is given up still asks


class LoopThreads(ThreadPoolExecutor):
    """The loop's default executor. asyncio and aioice look names up in it, while a name server is silent."""

    def __init__(self) -> None:
        super().__init__(ENCODERS, "media-encode", initializer=be_patient)
        self._names = ThreadPoolExecutor(LOOK_UPS, "media-names")

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run it soon; a look-up on threads of its own."""
        is_look_up = any(fn is each for each in (socket.getaddrinfo, socket.gethostbyname))
        return (self._names.submit if is_look_up else super().submit)(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more. A look-up is not waited for: nobody wants its answer."""
        self._names.shutdown(wait=False, cancel_futures=True)
        super().shutdown(wait, cancel_futures=cancel_futures)
