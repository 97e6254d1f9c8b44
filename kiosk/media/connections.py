"""The connections of one session: one, and two while a new one is made and takes over from the old. Opens no device."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from aiortc.mediastreams import MediaStreamTrack

from contract.media import IceServer
from kiosk.errors import Unavailable
from kiosk.media.facts import Fact, Joined, OfferMade, Renewed
from kiosk.media.family_view import FamilyView
from kiosk.media.first_error import first_error
from kiosk.media.inflow import Inflow
from kiosk.media.joining import FIRST_MEDIA, Step
from kiosk.media.leg import Leg
from kiosk.media.lending import Lending
from kiosk.media.quality import Quality
from kiosk.media.relay import RelayChoice
from kiosk.media.request import Answer, Candidate, SessionRequest
from kiosk.media.silence import LOOK_EVERY_S
from kiosk.media.sound_packets import SoundPacket
from kiosk.media.tally import Direction
from kiosk.media.turns import Turns

log = logging.getLogger(__name__)

RENEW_LIMIT_S: Final = 6.0  # from the wish to the new connection; then another try, if it is still needed
RENEW_PAUSE_S: Final = 0.5
LINGER_S: Final = 1.0  # the old one, after the new one stands: its last packets are still on their way


class Connections:
    """`name` is the one that stands, as guard and page know it. Nothing is sent or asked for before `offer`."""

    def __init__(
        self,
        request: SessionRequest,
        relay: RelayChoice,
        view: FamilyView,
        received: Direction,
        on_fact: Callable[[Fact], None],
    ) -> None:
        self.name = request.session
        self._request = request
        self._relay = relay
        self._view = view
        self._received = received
        self._on_fact = on_fact
        self._turns = Turns()
        self._lendings: list[Lending] = []
        self._play: Callable[[SoundPacket], None] | None = None
        self._legs: list[Leg] = []  # that are not closed yet; the newest last
        self._next: Leg | None = None  # is to take over from `_leg`, and does not stand yet
        self._begun = 0
        self._leg = self._begin()
        self._renewal_due, self._moved = asyncio.Event(), asyncio.Event()

    def tell(self, message: Answer | Candidate) -> None:
        """Hand on what the visitor says to one of our connections; what is said to another is ignored."""
        for leg in self._legs:
            if leg.name == message.session:
                leg.tell(message)

    def use(self, ice_servers: tuple[IceServer, ...]) -> None:
        """Let connections that are made from now on go by these servers: what we were told before lapses."""
        self._request = replace(self._request, ice_servers=ice_servers)

    def renew(self, ice_servers: tuple[IceServer, ...]) -> None:
        """Let a new connection, by these servers, take over from the one that stands, or stood until another was begun;
        without one, nothing happens.

        One that is being made already is given up: it was begun from an address that we no longer have.
        """
        self.use(ice_servers)
        if self._leg.is_connected or self._next is not None:
            self._renewal_due.set()
            self._moved.set()
            if self._next is not None:
                self._next.fail("This laptop has another address again.")

    def carry(self, *sources: MediaStreamTrack, play: Callable[[SoundPacket], None]) -> None:
        """The devices are open: what they bring is to be sent, and the sound that arrives goes to `play`."""
        self._lendings = [Lending(source) for source in sources]
        self._play = play
        self._leg.joining.reached(Step.DEVICES)

    async def offer(self, tasks: asyncio.TaskGroup) -> None:
        """Make the first offer. From now on `tasks` runs what each connection needs."""
        self._tasks = tasks
        self._prepare(self._leg)
        self._leg.take_over()
        self._on_fact(OfferMade(self._leg.name, await self._leg.offer()))

    async def run_first(self) -> None:
        """Run the one that was offered first, as `_keep` does."""
        await self._keep(self._leg)

    async def read_quality(self) -> Quality:
        """How the one that stands is. Raises Untrusted when the far side sends without bounds."""
        return await self._leg.read_quality()

    def _begin(self) -> Leg:
        number, self._begun = self._begun, self._begun + 1  # none twice: what is said to one is never another's
        name = self._request.session if number == 0 else f"{self._request.session[:56]}-{number}"
        self._legs.append(Leg(name, number, self._request, self._relay, self._read))
        return self._legs[-1]

    def _prepare(self, leg: Leg) -> None:
        for lending in self._lendings:
            leg.borrow(lending)
        if not self._lendings:
            leg.peer.only_receive("video")

    async def _keep(self, leg: Leg) -> None:
        """Run a connection; its end is the session's, unless another has taken over or is about to."""
        try:
            await leg.run()
        except* Unavailable as group:
            why = str(first_error(group))
            if leg is self._leg and self._next is None:
                raise Unavailable(why) from None
            leg.fail(why)
            log.info("connection %s is over: %s", leg.name, why)

    async def listen(self) -> None:
        """A connection that falls silent is to be renewed: before anybody knows whether it will come back."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if self._next is None and self._leg.has_fallen_silent():
                self._renewal_due.set()

    async def renewals(self) -> None:
        """Renew whenever that is due. Raises Unavailable where none stands any more."""
        while True:
            await self._renewal_due.wait()
            self._renewal_due.clear()
            self._moved.clear()
            await self._renew()
            if not self._leg.is_connected and not self._moved.is_set():
                raise Unavailable("The connection was lost, and no other took over.")
            with suppress(TimeoutError):
                async with asyncio.timeout(RENEW_PAUSE_S):
                    await self._moved.wait()

    async def _renew(self) -> None:
        """Make before break (decision 029). What is let go of is closed meanwhile: that may take a while."""
        leg = self._next = self._begin()
        self._prepare(leg)
        running = self._tasks.create_task(self._keep(leg))
        try:
            async with asyncio.timeout(RENEW_LIMIT_S):
                self._on_fact(OfferMade(leg.name, await leg.offer(), renews=self._leg.name))
                await leg.settled()
        except (Unavailable, TimeoutError) as error:
            log.info("connection %s came to nothing: %s", leg.name, error or "no answer in time")
        finally:
            self._next = None
        if leg.is_connected:
            self._let_take_over(leg)
        else:
            running.cancel()
            self._tasks.create_task(self._part(leg, 0))

    def _let_take_over(self, leg: Leg) -> None:
        before, self._leg = self._leg, leg
        leg.take_over()
        self._on_fact(Renewed(before.name, leg.name))
        self.name = leg.name
        self._tasks.create_task(self._part(before, LINGER_S))

    async def _part(self, leg: Leg, after_s: float) -> None:
        await asyncio.sleep(after_s)
        leg.fail("Another connection has taken over.")
        await leg.peer.close()
        self._legs.remove(leg)  # not before: cut short, it is closed with the session

    async def close(self) -> None:
        """Close every one that is left."""
        await asyncio.gather(*(leg.peer.close() for leg in self._legs))

    def _read(self, track: MediaStreamTrack, leg: Leg) -> None:
        def passes(kind: str) -> bool:
            if leg.joining.reached(FIRST_MEDIA[kind]) and leg.joining.is_complete:
                self._on_fact(Joined(leg.name, leg.joining.ms()))
            return self._turns.passes(kind, leg.number)

        inflow = Inflow(self._received, self._view, self._play, passes)
        self._tasks.create_task(self._read_to_the_end(inflow, track, leg))

    @staticmethod
    async def _read_to_the_end(inflow: Inflow, track: MediaStreamTrack, leg: Leg) -> None:
        try:
            await inflow.read(track)
        except Unavailable as error:
            leg.fail(str(error))
