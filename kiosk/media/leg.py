"""One connection of a session, from its offer to its end: what the far side says to it and what becomes of it.

A session has one leg, and two while one takes over from the other. A leg opens no device.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from aiortc.mediastreams import MediaStreamTrack

from kiosk.errors import Unavailable, Untrusted
from kiosk.media.far_words import MOST_CANDIDATES
from kiosk.media.joining import Joining, Step
from kiosk.media.lending import Lending, Lent
from kiosk.media.peer import Peer
from kiosk.media.quality import Quality, QualityWindow
from kiosk.media.relay import RelayChoice
from kiosk.media.request import Answer, Candidate, SessionRequest
from kiosk.media.silence import Silence

CONNECT_LIMIT_S: Final = 20.0  # from the answer to the first packet; ICE itself gives up sooner
MOST_MESSAGES: Final = 80

Reading = Callable[[MediaStreamTrack, "Leg"], None]


class Leg:
    """One attempt to connect. `name` is its session, as guard and page know it; legs of a session count from 0."""

    def __init__(self, name: str, number: int, request: SessionRequest, relay: RelayChoice, read: Reading) -> None:
        self.name, self.number = name, number
        self.joining = Joining()
        self.silence = Silence()
        self._window = QualityWindow()
        self._messages: asyncio.Queue[Answer | Candidate] = asyncio.Queue(MOST_MESSAGES)
        self._failure: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._connected = asyncio.Event()
        self._lent: list[tuple[Lending, Lent]] = []
        self.peer = Peer(
            request.ice_servers,
            lambda track: read(track, self),
            self._on_state,
            relay_only=request.relay_only,
            relay=relay,
        )

    def borrow(self, lending: Lending) -> None:
        """Offer to send this, once we have our turn, and to receive one of its kind."""
        lent = lending.lend()
        self._lent.append((lending, lent))
        self.peer.send_and_receive(lent)

    def take_over(self) -> None:
        """From now on what we send goes this way."""
        for lending, lent in self._lent:
            lending.give_to(lent)

    async def offer(self) -> str:
        """The complete offer. Raises Unavailable where no relay would have us, or where it is over before that."""
        offering = asyncio.ensure_future(self.peer.offer())
        try:
            await asyncio.wait({offering, self._failure}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            offering.cancel()  # done or not: gathering is seen to by `close`
        if not offering.done():
            raise Unavailable(self._failure.result())
        sdp = offering.result()
        self.joining.reached(Step.OFFER)
        return sdp

    def tell(self, message: Answer | Candidate) -> None:
        """Hand on what the visitor says. Too much of it is the end."""
        try:
            self._messages.put_nowait(message)
        except asyncio.QueueFull:
            self.fail("The other side sent too many messages.")

    def fail(self, text: str) -> None:
        """It is over, for this reason or an earlier one."""
        if not self._failure.done():
            self._failure.set_result(text)

    @property
    def is_connected(self) -> bool:
        """Whether the two have met, and nothing is known to have ended it since."""
        return self._connected.is_set() and not self._failure.done()

    async def settled(self) -> None:
        """Wait until it is connected, or over."""
        connected = asyncio.ensure_future(self._connected.wait())
        either: set[asyncio.Future[Any]] = {connected, self._failure}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            connected.cancel()

    async def run(self) -> None:
        """Obey the visitor until it is over; then raise Unavailable, or Untrusted, alone or in a group."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch())
            tasks.create_task(self._obey(tasks))

    async def read_quality(self) -> Quality:
        """How the connection is. Raises Untrusted when the far side sends without bounds."""
        if (too_much := self.peer.excess()) is not None:
            raise Untrusted(too_much)
        return self._window.read((await self.peer.stats()).values())

    def has_fallen_silent(self) -> bool:
        """Whether a connection on which packets came steadily brings none any more."""
        if not self._connected.is_set():
            return False
        return self.silence.look(self.peer.packets_received(), asyncio.get_running_loop().time())

    async def _obey(self, tasks: asyncio.TaskGroup) -> None:
        """Act on the visitor's answer and candidates; those that come before the answer wait for it."""
        early: list[Candidate] = []
        candidates = 0
        answered = False
        while True:
            message = await self._messages.get()
            if isinstance(message, Answer):
                await self.peer.answer(message.untrusted_sdp)
                self.joining.reached(Step.ANSWER)
                tasks.create_task(self._connect_in_time())
                answered = True
            else:
                candidates += 1
                if candidates > MOST_CANDIDATES:
                    raise Untrusted("The other side sent too many messages.")
                early.append(message)
            while answered and early:
                candidate = early.pop(0)
                await self.peer.candidate(candidate.untrusted_candidate, candidate.mid)

    async def _connect_in_time(self) -> None:
        try:
            async with asyncio.timeout(CONNECT_LIMIT_S):
                await self._connected.wait()
        except TimeoutError:
            raise Unavailable("The other side could not be reached.") from None

    async def _watch(self) -> None:
        raise Unavailable(await asyncio.shield(self._failure))

    def _on_state(self, state: str) -> None:
        match state:
            case "completed":  # of ICE
                self.joining.reached(Step.ICE)
            case "connected":
                self.joining.reached(Step.DTLS)
                self._connected.set()
            case "failed":  # also what a wrong DTLS fingerprint comes to
                self.fail("The connection failed.")
            case "closed":
                self.fail("The other side closed the connection.")
