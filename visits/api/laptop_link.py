"""The laptop's WebSocket: who it is, its sheet, its call, what is kept of it, and media passed on. No rules."""

import logging
import secrets

from fastapi import APIRouter
from starlette.websockets import WebSocket

from contract.laptop_link import (
    FROM_LAPTOP,
    STREAM_HEADER,
    CallNow,
    FromLaptopMessage,
    Heard,
    LaptopHello,
    LaptopWelcome,
    NumberedByLaptop,
    RenewalAsked,
    StreamGiven,
    TimeAsked,
)
from contract.media import Candidate, Offer
from contract.readiness import Readiness
from contract.record import Cosigned, HeadNow, OutcomeKept, OutcomeReport
from contract.refusals import RefusalCode
from contract.stream import Broken, Stream
from contract.strict import PROTOCOL
from contract.words import CallState
from visits.api.answers import json_refusal
from visits.api.laptop_certificate import check_not_ended, check_still_stands, laptop_of, serial_shown
from visits.api.laptop_trust import renewed, signed_time
from visits.api.line import Line
from visits.api.room import Room
from visits.api.switchboard import Switchboard
from visits.domain.heads import CODE, Alarm, verified
from visits.domain.records import Laptop
from visits.errors import Refused
from visits.store.bookings import visit_by_id
from visits.store.documents import StoredDocument
from visits.store.heads import cosign_head
from visits.store.laptops import Issued
from visits.store.outcomes import keep_outcome
from visits.store.readiness import keep_readiness

log = logging.getLogger(__name__)


class LaptopTalk:
    """One laptop's side of its connection, from hello to the end."""

    def __init__(self, board: Switchboard, laptop: Laptop, serial: str, line: Line[FromLaptopMessage]) -> None:
        self._board = board
        self._laptop = laptop
        self._serial = serial
        self._line = line
        self._greeted = False

    async def hear(self, message: FromLaptopMessage) -> None:
        """Handle one message. Raises Refused."""
        if isinstance(message, LaptopHello) == self._greeted:
            raise Refused(RefusalCode.OUT_OF_ORDER)
        if isinstance(message, LaptopHello):
            await self._hello(message)
        elif self._line.stream is None:
            await self._act(message)
        else:
            await self._numbered(message, self._line.stream)

    async def _numbered(self, message: FromLaptopMessage, stream: Stream) -> None:
        """Act on what is new, once. One that is cut short counts as unheard: it comes again, and is harmless twice."""
        try:
            match message:
                case NumberedByLaptop(number=number, heard=heard):
                    stream.acknowledged(heard)
                    if stream.is_new(number):
                        await self._once(message, stream)
                case Heard(heard=heard):
                    stream.acknowledged(heard)
                case _:
                    raise Refused(RefusalCode.OUT_OF_ORDER, "numbered")
        except Broken as broken:
            raise Refused(RefusalCode.OUT_OF_ORDER, str(broken)) from broken

    async def _once(self, frame: NumberedByLaptop, stream: Stream) -> None:
        try:
            await self._act(frame.message)
        except Refused as refused:
            if refused.ends_connection:
                raise
            self._line.say(refused.message)
        stream.has_heard(frame.number)
        if (heard := stream.acknowledgement()) is not None:
            self._line.say_unnumbered(Heard(heard=heard))

    async def _act(self, message: FromLaptopMessage) -> None:
        match message:
            case CallNow():
                await self._call(message)
            case Offer():
                self._listed_room(message.booking_id).relay_offer(message)
            case Candidate():
                self._listed_room(message.booking_id).relay_candidate(message)
            case OutcomeReport():
                await self._outcome(message)
            case HeadNow():
                await self._head(message)
            case Readiness():
                await self._readiness(message)
            case TimeAsked():
                self._line.say(signed_time(self._board, self._laptop, message))
            case RenewalAsked():
                self._line.say(await renewed(self._board, self._serial, message))
            case _:
                raise Refused(RefusalCode.OUT_OF_ORDER, "numbered")

    def gone(self) -> None:
        """The connection is over. Safe before hello."""
        board, laptop_id = self._board, self._laptop.laptop_id
        board.laptops.leave(laptop_id, self._line)
        if self._greeted:
            if self._line.stream is None:
                board.forget(laptop_id)
            else:
                board.laptops.lost.keep(laptop_id, self._line.stream, board.clock.monotonic())
            log.info("laptop %d is gone", laptop_id)
            self._tell_visitors()

    async def _hello(self, hello: LaptopHello) -> None:
        if hello.protocol != PROTOCOL:
            raise Refused(RefusalCode.WRONG_PROTOCOL)
        board, laptop_id = self._board, self._laptop.laptop_id
        with board.arrivals.one():
            await check_still_stands(board, self._serial)
            documents, issued = await board.documents.newest(laptop_id), await board.sheets.newest(laptop_id)
        self._greeted = True
        kept = board.laptops.lost.take(laptop_id, hello.stream, board.clock.monotonic())
        if kept is None:
            await self._begin(hello, documents, issued)
        else:
            self._go_on(*kept, documents, issued)
        self._tell_visitors()

    async def _begin(self, hello: LaptopHello, documents: tuple[StoredDocument, ...], issued: Issued) -> None:
        """Welcome a laptop that knows nothing yet, and tell it all."""
        board, laptop_id = self._board, self._laptop.laptop_id
        board.sheets.forget(laptop_id)
        board.documents.begin_anew(laptop_id)  # when its list of officers is due was seen to just now
        stream = None if hello.stream is None else Stream(secrets.token_urlsafe(12))
        self._line.say(self._welcome(stream))
        if stream is not None:
            self._line.number(stream)
        for document in board.documents.give(laptop_id, documents):
            self._line.say(document)
        for message in board.sheets.give(laptop_id, issued):
            self._line.say(message)
        board.laptops.greet(laptop_id, None if stream is None else stream.stream_id)
        log.info("laptop %d is connected", laptop_id)
        in_progress = None if hello.call is None else hello.call.booking_id
        for room in board.rooms.on_laptop(laptop_id):
            if room.visit.call.booking_id != in_progress:
                room.laptop_has_no_call()
        if hello.call is not None:
            await self._call(hello.call)

    def _go_on(self, stream: Stream, again: list[str], documents: tuple[StoredDocument, ...], issued: Issued) -> None:
        """Welcome a laptop back: say again what was lost with its line, then what has changed since."""
        board, laptop_id = self._board, self._laptop.laptop_id
        self._line.say(self._welcome(stream))
        self._line.number(stream, again)
        for document in board.documents.give(laptop_id, documents):
            self._line.say(document)
        for message in board.sheets.news(laptop_id, issued):
            self._line.say(message)
        board.laptops.greet(laptop_id, stream.stream_id)
        log.info("laptop %d goes on", laptop_id)

    def _welcome(self, stream: Stream | None) -> LaptopWelcome:
        settings, now = self._board.settings, self._board.clock.now()
        return LaptopWelcome(
            establishment=self._laptop.establishment.name,
            laptop=self._laptop.name,
            server_time=now,
            ice_servers=settings.ice_for_laptop(self._laptop.laptop_id, now),
            relay_only=settings.relay is not None,
            stream=None if stream is None else StreamGiven(stream_id=stream.stream_id, heard=stream.heard),
        )

    async def _call(self, call: CallNow) -> None:
        """Tell the page. Nothing of it is kept: a call that has ended is kept by its outcome report alone."""
        room = await self._own_room(call)
        room.laptop_said(call)

    async def _outcome(self, report: OutcomeReport) -> None:
        """Keep it, however late it comes, and only then say so. Raises Refused."""
        board, booking_id = self._board, report.booking_id
        ending = await board.store.write(keep_outcome, self._laptop.laptop_id, report, board.clock.now())
        if ending is None:
            raise Refused(RefusalCode.NOT_YOUR_BOOKING)
        room = board.rooms.get(booking_id)
        if room is not None:
            room.ended(ending)
        log.info("call %s has ended: %s, revision %d", booking_id, ending.outcome, report.revision)
        self._line.say(OutcomeKept(booking_id=booking_id, revision=report.revision))

    async def _readiness(self, report: Readiness) -> None:
        """Keep the newest; nobody waits for an answer."""
        board, laptop_id = self._board, self._laptop.laptop_id
        await board.store.write(keep_readiness, laptop_id, report, board.clock.now())
        log.info("laptop %d checked itself: %s", laptop_id, report.light)

    async def _head(self, message: HeadNow) -> None:
        """Sign a head that goes on from the newest signed one. Raises Refused, which costs no connection."""
        board, laptop_id = self._board, self._laptop.laptop_id
        shown = verified(message)
        answer = await board.store.write(cosign_head, laptop_id, shown, board.clock.now(), board.cosigner.sign)
        if isinstance(answer, Alarm):
            log.error("ALARM: the audit trail of laptop %d: %s", laptop_id, answer)
            raise Refused(CODE[answer])
        self._line.say(Cosigned(note=answer))

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
            serial = serial_shown(socket)
            check_not_ended(board, serial)
            board.arrivals.admit()
            with board.arrivals.one():
                certificate, laptop = await laptop_of(board, serial)
            board.laptops.make_way(laptop.laptop_id, socket.headers.get(STREAM_HEADER))
            await board.laptops.wait_for_place(laptop.laptop_id, board.settings.place_within)
        except Refused as refused:
            await socket.send_denial_response(json_refusal(refused))
            return
        await socket.accept()
        line = Line(socket, FROM_LAPTOP, board.clock)
        talk = LaptopTalk(board, laptop, serial, line)
        try:
            board.laptops.enter(certificate, line)
        except Refused as refused:
            await line.turn_away(refused)
            return
        try:
            await line.converse(talk.hear, board.settings.hello_within)
        finally:
            talk.gone()

    return router
