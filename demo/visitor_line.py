"""The built-in visitor's line to the service: claims the link, keeps a WebSocket up, and does what a page would."""

import asyncio
import contextlib
import logging
import secrets
from typing import Final, assert_never

import aiohttp
from yarl import URL

from contract.media import Answer, Candidate, IceServer, Offer
from contract.refusals import RefusalCode, Refused
from contract.strict import LONGEST_MESSAGE_BYTES, PROTOCOL, Malformed, Message, parse
from contract.visitor_link import (
    TO_VISITOR,
    Leave,
    Phase,
    Ready,
    ToVisitorMessage,
    VisitorCall,
    VisitorHello,
    VisitorWelcome,
)
from demo.visitor_media import VisitorMedia

log = logging.getLogger(__name__)

FIRST_PAUSE_S: Final = 0.25
LONGEST_PAUSE_S: Final = 4.0
REQUEST_LIMIT_S: Final = 10.0
HEARTBEAT_S: Final = 10.0
REPORT_EVERY_S: Final = 1.0
LOOK_FIRST_S: Final = 0.1  # the call is not live until we have said that something came
WORTH_ANOTHER_TRY: Final = frozenset(
    {
        RefusalCode.LINK_IN_USE,
        RefusalCode.LINK_NOT_CLAIMED,
        RefusalCode.NOBODY_THERE,
        RefusalCode.OPENED_ELSEWHERE,
        RefusalCode.TOO_MANY,
        RefusalCode.UNAVAILABLE,
    }
)


class TurnedAway(Exception):
    """The service will not have this visitor, now or later; the text is its sentence."""


class VisitorLine:
    """One loading of the visitor's page, at `url`. `run` returns when the call has ended; `live`: it has begun."""

    def __init__(self, url: str, media: VisitorMedia) -> None:
        self._url = url.rstrip("/")
        self._media = media
        self._page = secrets.token_urlsafe(12)
        self._ice_servers: tuple[IceServer, ...] = ()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._is_ready = asyncio.Event()  # has said so on this connection; before that nothing else may be said
        self.live = asyncio.Event()
        self.ended: VisitorCall | None = None

    async def run(self) -> None:
        """Stay connected until the call has ended. Raises TurnedAway."""
        pause = FIRST_PAUSE_S
        async with self._browser() as browser:
            while self.ended is None:
                try:
                    await self._claim(browser)
                    await self._talk(browser)
                    pause = FIRST_PAUSE_S
                except (aiohttp.ClientError, TimeoutError, Malformed) as error:
                    log.info("no line to the service: %r", error)
                if self.ended is None:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE_S)

    async def leave(self) -> None:
        """Say goodbye; the service ends the call."""
        await self._say(Leave())

    def _browser(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # the demo's service has a number for a name
            timeout=aiohttp.ClientTimeout(total=REQUEST_LIMIT_S),
            headers={"Origin": str(URL(self._url).origin())},
            trust_env=False,
        )

    async def _claim(self, browser: aiohttp.ClientSession) -> None:
        async with browser.post(f"{self._url}/claim") as answer:
            if answer.ok:
                return
            message = parse(await answer.content.read(LONGEST_MESSAGE_BYTES), TO_VISITOR)
            if isinstance(message, Refused):
                self._refused(message)

    async def _talk(self, browser: aiohttp.ClientSession) -> None:
        opening = browser.ws_connect(f"{self._url}/ws", heartbeat=HEARTBEAT_S, max_msg_size=LONGEST_MESSAGE_BYTES)
        async with opening as socket:
            self._socket = socket
            self._is_ready.clear()
            reporting = asyncio.create_task(self._report(), name="visitor-reports")
            try:
                await self._say(VisitorHello(protocol=PROTOCOL, page=self._page))
                await self._listen(socket)
            finally:
                self._socket = None
                reporting.cancel()
                await asyncio.gather(reporting, return_exceptions=True)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            if frame.type is not aiohttp.WSMsgType.TEXT:
                raise Malformed("not text")
            await self._hear(parse(frame.data, TO_VISITOR))
            if self.ended is not None:
                return

    async def _hear(self, message: ToVisitorMessage) -> None:
        match message:
            case VisitorWelcome():
                self._ice_servers = message.ice_servers
                await self._say(Ready(camera=True, microphone=True))
                self._is_ready.set()
            case VisitorCall(phase=Phase.ENDED):
                self.ended = message
            case VisitorCall(phase=Phase.LIVE):
                self.live.set()
            case VisitorCall() | Candidate():
                pass  # the laptop's offers are complete: its candidates are in them
            case Offer():
                await self._answer(message)
            case Refused():
                self._refused(message)
            case _:
                assert_never(message)

    async def _answer(self, offer: Offer) -> None:
        log.info("%s: an offer for a %s", offer.session, offer.purpose)
        sdp = await self._media.answer(offer, self._ice_servers)
        await self._say(Answer(booking_id=offer.booking_id, session=offer.session, sdp=sdp))

    async def _report(self) -> None:
        """As soon as picture has come, as soon as sound has, and then every second."""
        told, told_at = ("", 0), 0.0
        await self._is_ready.wait()
        while True:
            received, now = self._media.report(), asyncio.get_running_loop().time()
            if received is not None:
                come = (received.session, (received.video_frames > 0) + (received.audio_ms > 0))
                is_news = come[1] > 0 and (come[0] != told[0] or come[1] > told[1])
                if is_news or (come == told and now - told_at >= REPORT_EVERY_S):
                    told, told_at = come, now
                    await self._say(received)
            await asyncio.sleep(LOOK_FIRST_S)

    async def _say(self, message: Message) -> None:
        if self._socket is not None and not self._socket.closed:
            with contextlib.suppress(ConnectionError):  # the listener notices too, and connects again
                await self._socket.send_str(message.model_dump_json())

    def _refused(self, refused: Refused) -> None:
        if refused.code not in WORTH_ANOTHER_TRY:
            raise TurnedAway(refused.text)
        log.info("refused for now: %s", refused.text)
