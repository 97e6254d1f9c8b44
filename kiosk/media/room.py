"""The media room as the rest of the shell sees it: every method returns at once, and all work is on its own thread.

Nothing heavy is imported here: the shell's first scene must not wait for codecs.
"""

import asyncio
import logging
import ssl
import threading
from collections.abc import Callable
from typing import Final

from contract.media import IceServer
from kiosk.latest import Latest, Picture
from kiosk.media.facts import Fact, RoomBroke
from kiosk.media.fit import PictureSizes, Size
from kiosk.media.request import Answer, Candidate, Disconnect, Renew, SelfTest, SessionRequest, Use, Wish

__all__ = ["MediaRoom", "SessionRequest"]

log = logging.getLogger(__name__)

CLOSE_LIMIT_S: Final = 2.0


class MediaRoom:
    """Camera, microphone, loudspeaker and the peer connection, on one thread with its own loop.

    `on_fact` is called on that thread. `family` gets the visitor's pictures, `own` the self-view. `camera` names the
    only video device to use; by default the first one found is used. Devices open only for a CALL. `relay_tls` says
    whom to believe that it is the relay, by TLS; without it that way is not tried.
    """

    def __init__(
        self,
        *,
        on_fact: Callable[[Fact], None],
        family: Latest[Picture],
        own: Latest[Picture],
        camera: str | None = None,
        relay_tls: ssl.SSLContext | None = None,
    ) -> None:
        self._on_fact = on_fact
        self._family = family
        self._own = own
        self._camera = camera
        self._relay_tls = relay_tls
        self._sizes = PictureSizes()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wishes: asyncio.Queue[Wish] = asyncio.Queue()
        self._closing = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="media", daemon=True)

    def start(self) -> None:
        """Start the thread; once. `DevicesFound` is its first fact."""
        self._loop = asyncio.new_event_loop()
        self._thread.start()

    def connect(self, request: SessionRequest) -> None:
        """End any session and begin this one; `OfferMade` or `SessionFailed` follows."""
        self._wish(request)

    def answer(self, session: str, sdp: str) -> None:
        """Hand on the visitor's answer; ignored unless `session` is the one that is open."""
        self._wish(Answer(session, sdp))

    def candidate(self, session: str, candidate: str, mid: str | None) -> None:
        """Hand on one of the visitor's candidates; ignored unless `session` is the one that is open."""
        self._wish(Candidate(session, candidate, mid))

    def renew(self, ice_servers: tuple[IceServer, ...]) -> None:
        """The laptop's own address has changed: let a new connection take over, if one runs; `Renewed` follows."""
        self._wish(Renew(ice_servers))

    def use(self, ice_servers: tuple[IceServer, ...]) -> None:
        """What a session was told of its relays before will lapse: what it connects from now on goes by these."""
        self._wish(Use(ice_servers))

    def test_itself(self, asked: SelfTest) -> None:
        """Look at camera, sound and relays; `SelfTested` follows, unless something else is wished for first."""
        self._wish(asked)

    def disconnect(self) -> None:
        """Shut the devices, then end the session. Safe twice, in any state."""
        self._wish(Disconnect())

    def picture_sizes(self, family_w: int, family_h: int, own_w: int, own_h: int) -> None:
        """How large the screen draws the two pictures, in pixels; holds from the next picture on."""
        self._sizes = PictureSizes(Size(max(2, family_w), max(2, family_h)), Size(max(2, own_w), max(2, own_h)))

    def close(self) -> None:
        """End everything; waits for it, CLOSE_LIMIT_S at most. Safe twice, and before `start`."""
        if not self._thread.is_alive():
            return
        self._on_loop(self._closing.set)
        self._thread.join(CLOSE_LIMIT_S)
        if self._thread.is_alive():
            log.error("the media room did not close in time")

    def _wish(self, wish: Wish) -> None:
        self._on_loop(lambda: self._wishes.put_nowait(wish))

    def _on_loop(self, call: Callable[[], object]) -> None:
        if self._loop is None:
            call()  # not started: it waits in the queue
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)

    def _run(self) -> None:
        assert self._loop is not None
        loop = self._loop
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(self._live())
        except Exception:  # a thread would die unseen
            log.exception("the media room broke")
            self._on_fact(RoomBroke())

    async def _live(self) -> None:
        from kiosk.media.engine import Engine  # noqa: PLC0415 (half a second of codecs, off the screen's thread)

        engine = Engine(self._on_fact, self._family, self._own, lambda: self._sizes, self._relay_tls)
        work = asyncio.create_task(engine.run(self._camera, self._wishes), name="media-engine")
        closing = asyncio.create_task(self._closing.wait(), name="media-closing")
        await asyncio.wait([work, closing], return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        work.cancel()
        await asyncio.gather(work, closing, return_exceptions=True)
        if not work.cancelled():
            work.result()
