"""The visitor's WebSocket: whose page it is, what it is told, and media messages passed on. Holds no rules."""

from fastapi import APIRouter
from starlette.websockets import WebSocket

from contract.media import Answer, Candidate, Received
from contract.refusals import RefusalCode
from contract.strict import PROTOCOL
from contract.visitor_link import FROM_VISITOR, Leave, Ready, VisitorHello, VisitorWelcome
from visits.api.answers import json_refusal
from visits.api.cookie import presented
from visits.api.line import Line
from visits.api.origin import is_from_us
from visits.api.room import Room
from visits.api.switchboard import Switchboard
from visits.domain.claims import check_holder
from visits.domain.records import Digest
from visits.domain.window import Visit, check_door
from visits.errors import Refused, Unavailable
from visits.store.bookings import visit_by_link
from visits.tokens import digest

FromVisitor = VisitorHello | Ready | Answer | Candidate | Received | Leave


class VisitorTalk:
    """One page's side of its connection, from hello to the end."""

    def __init__(self, board: Switchboard, link: Digest, cookie: Digest | None, line: Line[FromVisitor]) -> None:
        self._board = board
        self._link = link
        self._cookie = cookie
        self._line = line
        self._room: Room | None = None

    async def hear(self, message: FromVisitor) -> None:
        """Handle one message. Raises Refused."""
        if isinstance(message, VisitorHello):
            await self._hello(message)
            return
        if self._room is None:
            raise Refused(RefusalCode.OUT_OF_ORDER)
        match message:
            case Ready(camera=False, microphone=False):
                raise Refused(RefusalCode.NOT_READY)
            case Ready():
                self._room.visitor_is_ready(self._line, message)
            case Leave():
                self._room.visitor_left(self._line)
            case Answer() | Candidate() | Received():
                self._room.relay_to_laptop(self._line, message)

    def gone(self) -> None:
        """The connection is over. Safe before hello."""
        if self._room is not None:
            self._room.visitor_lost(self._line)

    async def _hello(self, hello: VisitorHello) -> None:
        if self._room is not None:
            raise Refused(RefusalCode.OUT_OF_ORDER)
        if hello.protocol != PROTOCOL:
            raise Refused(RefusalCode.WRONG_PROTOCOL)
        visit = await self._visit()
        room = self._board.rooms.of(visit)
        if room.has_said_goodbye:
            self._line.hang_up(Refused(RefusalCode.BOOKING_OVER).message)
            return
        room.visitor_came(self._line, hello.page)
        self._room = room
        self._line.say(self._welcome(visit))
        room.tell_visitor()

    async def _visit(self) -> Visit:
        """The visit, if this browser may come in. One that has ended may: it is told how. Raises Refused."""
        visit = await self._board.store.read(visit_by_link, self._link)
        if visit is None:
            raise Refused(RefusalCode.LINK_UNKNOWN)
        check_holder(visit.call.claim, self._cookie)
        if visit.call.ending is None:
            check_door(visit, self._board.clock.now())
        return visit

    def _welcome(self, visit: Visit) -> VisitorWelcome:
        call = visit.call
        establishment, now = call.laptop.establishment, self._board.clock.now()
        return VisitorWelcome(
            booking_id=call.booking_id,
            for_whom=call.prisoner.name,
            visitors=tuple(visitor.name for visitor in call.visitors),
            establishment=establishment.name,
            timezone=establishment.timezone,
            opens_at=visit.opens_at,
            starts_at=call.starts_at,
            ends_at=call.ends_at,
            server_time=now,
            recorded=establishment.recorded,
            watched=establishment.watched,
            ice_servers=self._board.settings.ice_for_visitor(call.booking_id, call.ends_at, now),
        )


def visitor_routes(board: Switchboard) -> APIRouter:
    """The WebSocket beneath a visitor's link."""
    router = APIRouter()

    @router.websocket("/v/{token}/ws")
    async def visitor_link(socket: WebSocket, token: str) -> None:
        link = digest(token)
        try:
            await _check_caller(board, socket, link)
            with board.seats.one(link):
                await _talk(board, socket, link)
        except Refused as refused:
            await socket.send_denial_response(json_refusal(refused))

    return router


async def _check_caller(board: Switchboard, socket: WebSocket, link: Digest) -> None:
    """Before the upgrade: only our own page, and only with a link that exists, gets a connection. Raises Refused."""
    if not is_from_us(socket, board.settings):
        raise Refused(RefusalCode.LINK_NOT_CLAIMED, "Origin")
    try:
        visit = await board.store.read(visit_by_link, link)
    except Unavailable as error:
        raise Refused(RefusalCode.UNAVAILABLE) from error
    if visit is None:
        raise Refused(RefusalCode.LINK_UNKNOWN)


async def _talk(board: Switchboard, socket: WebSocket, link: Digest) -> None:
    await socket.accept()
    line = Line(socket, FROM_VISITOR, board.clock)
    talk = VisitorTalk(board, link, presented(socket), line)
    try:
        await line.converse(talk.hear, board.settings.hello_within)
    finally:
        talk.gone()
