"""The laptop's WebSocket: who it is, its sheet, its call, and media messages passed on. Holds no rules."""

import logging

from fastapi import APIRouter
from starlette.websockets import WebSocket

from contract.laptop_link import FROM_LAPTOP, CallNow, LaptopHello, LaptopWelcome
from contract.media import Candidate, Offer
from contract.refusals import RefusalCode
from contract.strict import PROTOCOL
from contract.words import CallState
from visits.api.answers import json_refusal
from visits.api.line import Line
from visits.api.room import Room
from visits.api.switchboard import Switchboard
from visits.domain.progress import ending_of
from visits.domain.records import Digest, Laptop
from visits.errors import Refused, Unavailable
from visits.store.bookings import record_ending, visit_by_id
from visits.store.laptops import laptop_by_token
from visits.tokens import digest

log = logging.getLogger(__name__)

FromLaptop = LaptopHello | CallNow | Offer | Candidate


class LaptopTalk:
    """One laptop's side of its connection, from hello to the end."""

    def __init__(self, board: Switchboard, laptop: Laptop, line: Line[FromLaptop]) -> None:
        self._board = board
        self._laptop = laptop
        self._line = line
        self._greeted = False

    async def hear(self, message: FromLaptop) -> None:
        """Handle one message. Raises Refused."""
        if isinstance(message, LaptopHello) == self._greeted:
            raise Refused(RefusalCode.OUT_OF_ORDER)
        match message:
            case LaptopHello():
                await self._hello(message)
            case CallNow():
                await self._call(message)
            case Offer():
                self._listed_room(message.booking_id).relay_offer(message)
            case Candidate():
                self._listed_room(message.booking_id).relay_candidate(message)

    def gone(self) -> None:
        """The connection is over. Safe before hello."""
        board, laptop_id = self._board, self._laptop.laptop_id
        board.laptops.leave(laptop_id, self._line)
        if self._greeted:
            board.sheets.forget(laptop_id)
            log.info("laptop %d is gone", laptop_id)
            self._tell_visitors()

    async def _hello(self, hello: LaptopHello) -> None:
        if hello.protocol != PROTOCOL:
            raise Refused(RefusalCode.WRONG_PROTOCOL)
        board, laptop_id = self._board, self._laptop.laptop_id
        issued = await board.sheets.newest(laptop_id)
        self._greeted = True
        self._line.say(self._welcome())
        for message in board.sheets.give(laptop_id, issued):
            self._line.say(message)
        board.laptops.greet(laptop_id)
        log.info("laptop %d is connected", laptop_id)
        in_progress = None if hello.call is None else hello.call.booking_id
        for room in board.rooms.on_laptop(laptop_id):
            if room.visit.call.booking_id != in_progress:
                room.laptop_has_no_call()
        if hello.call is not None:
            await self._call(hello.call)
        self._tell_visitors()

    def _welcome(self) -> LaptopWelcome:
        return LaptopWelcome(
            establishment=self._laptop.establishment.name,
            laptop=self._laptop.name,
            server_time=self._board.clock.now(),
            ice_servers=self._board.settings.ice_servers,
        )

    async def _call(self, call: CallNow) -> None:
        room = await self._own_room(call)
        room.laptop_said(call)
        if call.state is CallState.ENDED:
            ending = await self._board.store.write(record_ending, call.booking_id, ending_of(call))
            if ending is not None:
                room.ended(ending)
                log.info("call %s has ended: %s", call.booking_id, ending.outcome)

    async def _own_room(self, call: CallNow) -> Room:
        """The room of a call on the sheet, or of one that is over or is now reported so. Raises Refused."""
        is_listed = self._board.sheets.lists(self._laptop.laptop_id, call.booking_id)
        room = self._board.rooms.get(call.booking_id)
        if is_listed and room is not None:
            return room
        visit = await self._board.store.read(visit_by_id, call.booking_id)
        if visit is None or visit.call.laptop.laptop_id != self._laptop.laptop_id:
            raise Refused(RefusalCode.NOT_YOUR_BOOKING)
        if not is_listed and call.state is not CallState.ENDED and visit.call.ending is None:
            raise Refused(RefusalCode.NOT_YOUR_BOOKING)
        return self._board.rooms.of(visit)

    def _listed_room(self, booking_id: str) -> Room:
        if not self._board.sheets.lists(self._laptop.laptop_id, booking_id):
            raise Refused(RefusalCode.NOT_YOUR_BOOKING)
        room = self._board.rooms.get(booking_id)
        if room is None:
            raise Refused(RefusalCode.NOBODY_THERE)
        return room

    def _tell_visitors(self) -> None:
        for room in self._board.rooms.on_laptop(self._laptop.laptop_id):
            room.tell_visitor()


def laptop_routes(board: Switchboard) -> APIRouter:
    """The laptop's one address."""
    router = APIRouter()

    @router.websocket("/laptop/v1/link")
    async def laptop_link(socket: WebSocket) -> None:
        try:
            token = _token(socket)
            laptop = await _laptop(board, token)
            await board.laptops.wait_for_place(laptop.laptop_id, board.settings.place_within)
        except Refused as refused:
            await socket.send_denial_response(json_refusal(refused))
            return
        await socket.accept()
        line = Line(socket, FROM_LAPTOP, board.clock)
        talk = LaptopTalk(board, laptop, line)
        try:
            board.laptops.enter(laptop.laptop_id, token, line)
        except Refused as refused:
            await line.turn_away(refused)
            return
        try:
            await line.converse(talk.hear, board.settings.hello_within)
        finally:
            talk.gone()

    return router


def _token(socket: WebSocket) -> Digest:
    """The digest of the bearer token. Raises Refused."""
    scheme, _, untrusted_token = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not untrusted_token:
        raise Refused(RefusalCode.NOT_A_LAPTOP)
    return digest(untrusted_token)


async def _laptop(board: Switchboard, token: Digest) -> Laptop:
    """Which laptop is calling. Raises Refused."""
    try:
        laptop = await board.store.read(laptop_by_token, token)
    except Unavailable as error:
        raise Refused(RefusalCode.UNAVAILABLE) from error
    if laptop is None:
        raise Refused(RefusalCode.NOT_A_LAPTOP)
    return laptop
