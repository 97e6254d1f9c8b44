"""A call of the running product from a laptop that moves: the real shell, the real service and a real coturn.

The guard and the visitor's page are played by the test, which is in the world, and keeps when it received what.
"""

import asyncio
import contextlib
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from contract.laptop_link import CallNow
from contract.media import JoinSteps, Offer
from contract.words import CallState, Presence, Purpose, Use
from kiosk.ipc import Connect, LinkNow, MediaNow, SessionFailed, SessionJoined, SessionRenewed, Tell, VisitorSeen
from tests.e2e.kit.played_guard import PlayedGuard
from tests.e2e.kit.process import Process
from tests.fakes.eventually import eventually
from tests.fakes.namespaces import enter_with
from tests.fakes.service_keys import enrolled, laptop_key
from tests.fakes.visits import FakeServiceClock
from tests.integration.media.links import SERVICE, TURN, WIFI, Links
from tests.integration.media.visitor import GreenSquare, Tone, Visitor
from tests.integration.service.harness import PAGE, Browser, Running, VisitorPeer, running
from visits.api.relay import Relay
from visits.api.server import LAPTOPS_PING_EVERY_S
from visits.api.settings import Settings
from visits.cli.opened import opened
from visits.demo_data.seed import Seeded, Wish, seed
from visits.keys.authority import private_pem
from visits.keys.folder import Names, make_keys
from visits.keys.live import LiveKeys

SECRET: Final = b"a secret of the service and its relay"
SESSION: Final = "session-0"
WITHIN_S: Final = 15.0


class RealClock(FakeServiceClock):
    """The time as it is: coturn knows no other."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class Page:
    """The visitor's page: answers each offer, and lets go of a connection once the next stands, as sessions.js does."""

    def __init__(self, line: VisitorPeer, booking_id: str) -> None:
        self._line, self._booking_id = line, booking_id
        self._visitors: list[Visitor] = []
        self.came: dict[str, list[float]] = {"video": [], "audio": []}  # when each frame was received

    async def run(self) -> None:
        """Hear the service until cancelled."""
        while True:
            try:
                offer = await self._line.hear_a(Offer)
            except TimeoutError:  # nothing was said for a while
                continue
            visitor = Visitor(GreenSquare(320, 180), Tone(), self._note)
            sdp = await visitor.answer(offer.sdp)
            visitor.connection.on("connectionstatechange", lambda new=visitor: self._state(new))
            self._visitors.append(visitor)
            await self._line.say("answer", booking_id=self._booking_id, session=offer.session, sdp=sdp)

    async def _state(self, new: Visitor) -> None:
        if new.connection.connectionState == "connected" and new is self._visitors[-1]:
            before, self._visitors = self._visitors[:-1], [new]
            for visitor in before:
                await visitor.close()

    def _note(self, kind: str) -> None:
        self.came[kind].append(time.monotonic())

    def longest_gap_s(self, kind: str, since: float) -> float:
        """The longest time between two frames, of those that ended after `since`."""
        came = self.came[kind]
        return max((b - a for a, b in itertools.pairwise(came) if b > since), default=0.0)

    async def close(self) -> None:
        for visitor in self._visitors:
            await visitor.close()


@dataclass(frozen=True)
class Took:
    """How long a move took: until the laptop had picture and sound again, and how long the page was without either."""

    here_s: float
    sound_there_s: float
    picture_there_s: float
    steps: JoinSteps

    def as_ms(self) -> dict[str, int]:
        """For a report; the steps are the new connection's own."""
        gaps = {"here": self.here_s, "sound there": self.sound_there_s, "picture there": self.picture_there_s}
        return {name: round(1000 * seconds) for name, seconds in gaps.items()} | self.steps.model_dump()


class Call:
    """A call that is under way."""

    first = SESSION

    def __init__(self, links: Links, guard: PlayedGuard, page: Page, shell: Process) -> None:
        self.links, self.guard, self.page, self.shell = links, guard, page, shell

    @property
    def received(self) -> MediaNow:
        """What the laptop has measured last."""
        return self.guard.all(MediaNow)[-1]

    async def moves(self, happens: Callable[[Links], Awaitable[None]]) -> Took:
        """Let this happen to the laptop's links, and wait until the call goes on by another connection."""
        joined = len(self.guard.all(SessionJoined))
        await happens(self.links)
        began = time.monotonic()
        what = f"another connection; {self.shell.log[-3000:]}"
        await self.guard.until(lambda: len(self.guard.all(SessionJoined)) > joined, what)
        here_s = time.monotonic() - began
        await self.flows()
        sound_s, picture_s = (self.page.longest_gap_s(kind, began) for kind in ("audio", "video"))
        return Took(here_s, sound_s, picture_s, self.guard.all(SessionJoined)[-1].steps)

    async def has_one_connection(self, address: str) -> None:
        """Wait until there is one connection's sockets alone, one for an address, and this address among them."""
        await eventually(lambda: self._is_one(self._sockets(), address), WITHIN_S, "one connection is left")

    def _sockets(self) -> list[str]:
        """From which addresses the laptop has UDP sockets."""
        lines = enter_with(self.links.laptop, "/usr/bin/ss", "-Hnua").splitlines()
        return [line.split()[3].rpartition(":")[0] for line in lines]

    @staticmethod
    def _is_one(sockets: list[str], address: str) -> bool:
        return address in sockets and len(sockets) == len(set(sockets))

    async def flows(self) -> None:
        """Wait until picture and sound have come on by some way, at both ends."""
        before, since = self.received, time.monotonic()

        def come() -> bool:
            now = self.received
            here = now.received_video_frames > before.received_video_frames + 5
            heard = now.received_audio_ms > before.received_audio_ms + 300
            return here and heard and all(came and came[-1] > since + 0.3 for came in self.page.came.values())

        await eventually(come, WITHIN_S, f"media both ways; {self.shell.log[-3000:]}")

    @property
    def renewals(self) -> list[SessionRenewed]:
        """Every new connection that took over."""
        return self.guard.all(SessionRenewed)

    @property
    def failures(self) -> list[SessionFailed]:
        """Every session that failed."""
        return self.guard.all(SessionFailed)


@contextlib.asynccontextmanager
async def call_under_way(folder: Path, *, relayed: bool) -> AsyncIterator[Call]:
    """A call from a laptop that is on the wireless network, through the relay alone if it is to be."""
    with Links() as links, links.in_the_world():
        await links.up(WIFI)
        keys = folder / "keys"
        make_keys(keys, Names("visits, tried", Use.DEMO, (SERVICE, TURN)), datetime.now(UTC))
        live = LiveKeys(keys)
        with opened(folder / "visits.db") as database:
            seeded = database.write(seed, Wish(timedelta(0), timedelta(minutes=30)), datetime.now(UTC))
        relay = Relay((f"turn:{TURN}:3478?transport=udp",), SECRET)
        served = running(
            folder / "visits.db",
            RealClock(),
            Settings(relay=relay if relayed else None),
            live,
            laptop_host=SERVICE,
            laptops_ping_every_s=LAPTOPS_PING_EVERY_S,
        )
        async with served as service, _coturn(folder), _shell(folder, links, service, seeded, live) as (guard, shell):
            browser = Browser(service, seeded.due.link)
            await browser.claim()
            async with browser.page() as line, _page(line, seeded.due.booking_id) as page:
                await _joined(guard, seeded.due.booking_id, shell)
                call = Call(links, guard, page, shell)
                await call.flows()
                yield call


@contextlib.asynccontextmanager
async def _coturn(folder: Path) -> AsyncIterator[Process]:
    conf = folder / "turnserver.conf"
    conf.write_text(
        f"listening-ip={TURN}\nrelay-ip={TURN}\nlistening-port=3478\nuse-auth-secret\nrealm=visits\n"
        f"static-auth-secret={SECRET.decode()}\nno-tls\nno-dtls\nno-cli\nverbose\nlog-file=stdout\npidfile={folder}/turn.pid\n"
    )
    relay = await Process.start(folder / "turn.log", "/usr/bin/turnserver", "-c", str(conf))
    try:
        await eventually(lambda: f"{TURN}:3478" in relay.log, 20, "coturn listens")
        yield relay
    finally:
        await relay.stop()


@contextlib.asynccontextmanager
async def _shell(
    folder: Path, links: Links, service: Running, seeded: Seeded, keys: LiveKeys
) -> AsyncIterator[tuple[PlayedGuard, Process]]:
    now = datetime.now(UTC)
    issued = await service.board.store.write(
        enrolled, seeded.laptop, now, lambda n, k: keys.issue(n, k, now, timedelta(days=9))
    )
    known_by = {
        "service": service.laptop_url,
        "authority": keys.authority.pem,
        "certificate": issued.pem,
        "key": private_pem(laptop_key()).decode(),
    }
    guard = PlayedGuard(folder / "guard.sock")
    await guard.open()
    program = (sys.executable, "-m", "tests.integration.media.shell_process", "--guard", str(guard.path))
    shell = await Process.start(folder / "shell.log", *links.command(*program), said=json.dumps(known_by))
    try:
        yield guard, shell
    finally:
        await shell.stop()
        await guard.close()
        await links.without_lines()


@contextlib.asynccontextmanager
async def _page(line: VisitorPeer, booking_id: str) -> AsyncIterator[Page]:
    await line.hello()
    await line.ready()
    page = Page(line, booking_id)
    running_page = asyncio.create_task(page.run())
    try:
        yield page
    finally:
        running_page.cancel()
        await asyncio.gather(running_page, return_exceptions=True)
        await page.close()


async def _joined(guard: PlayedGuard, booking_id: str, shell: Process) -> None:
    def waits() -> bool:
        return any(seen.presence is Presence.WAITING for seen in guard.all(VisitorSeen))

    await guard.until(lambda: any(link.up for link in guard.all(LinkNow)) and waits(), "a visitor", 20)
    guard.says(Tell(call=CallNow(booking_id=booking_id, state=CallState.LIVE, talk_ms=1, left_ms=900_000)))
    guard.says(Connect(booking_id=booking_id, session=SESSION, page=PAGE, purpose=Purpose.CALL, synthetic=True))

    def stands() -> bool:
        return bool(guard.all(SessionJoined) and guard.all(MediaNow))

    await guard.until(stands, f"the call; {shell.log[-3000:]}", 20)
