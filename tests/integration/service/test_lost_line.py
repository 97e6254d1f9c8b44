"""A laptop whose line is lost and comes back: the service goes on where it was, or begins anew and restates all."""

import json
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from contract.documents import DocumentKind
from contract.laptop_link import (
    Document,
    GoingAway,
    Heard,
    LaptopWelcome,
    NumberedToLaptop,
    SaidToLaptop,
    ToLaptopMessage,
    VisitorNow,
)
from contract.media import Answer, Offer
from contract.record import OutcomeKept
from contract.refusals import RefusalCode, Refused
from contract.visitor_link import VisitorCall
from contract.words import Presence, Purpose
from tests.fakes.eventually import eventually
from tests.fakes.service_keys import sheet_in
from tests.fakes.visits import FakeServiceClock, report
from tests.integration.service.harness import PAGE, PATIENCE_S, SESSION, Browser, LaptopPeer, Running, laptop, running
from visits.api.lost_streams import KEPT_FOR_S
from visits.api.settings import Settings
from visits.demo_data.seed import Seeded


class Numbering:
    """What a laptop keeps from line to line, by hand."""

    def __init__(self) -> None:
        self.stream_id: str | None = None
        self.heard = self.said = 0

    async def hello(self, peer: LaptopPeer, **more: Any) -> LaptopWelcome:
        await peer.say(
            "hello",
            protocol=1,
            software="test",
            stream={"stream_id": self.stream_id, "heard": self.heard},
            **more,
        )
        welcome = await peer.hear()
        assert isinstance(welcome, LaptopWelcome)
        assert welcome.stream is not None
        if welcome.stream.stream_id != self.stream_id:
            self.stream_id, self.heard, self.said = welcome.stream.stream_id, 0, 0
        return welcome

    async def say(self, peer: LaptopPeer, message: dict[str, Any], number: int | None = None) -> None:
        self.said = self.said + 1 if number is None else number
        await peer.say("numbered", number=self.said, heard=self.heard, message=message)

    async def hear(self, peer: LaptopPeer) -> SaidToLaptop:
        return self.taken(await peer.hear_a(NumberedToLaptop))

    def taken(self, frame: ToLaptopMessage) -> SaidToLaptop:
        assert isinstance(frame, NumberedToLaptop)
        assert frame.number == self.heard + 1
        self.heard = frame.number
        return frame.message

    async def all_of_the_day(self, peer: LaptopPeer) -> list[SaidToLaptop]:
        """Its sheet and its visitors; other documents are passed over."""
        document = await self.hear(peer)
        while not (isinstance(document, Document) and document.kind is DocumentKind.SHEET):
            document = await self.hear(peer)
        return [document, *[await self.hear(peer) for _ in sheet_in(document.document).bookings]]


def outcome(booking_id: str, revision: int = 1) -> dict[str, Any]:
    return report(booking_id, revision).model_dump(mode="json")


async def test_what_happens_while_the_laptop_is_away_is_said_once_when_it_is_back(
    service: Running, seeded: Seeded
) -> None:
    numbering, browser = Numbering(), Browser(service, seeded.due.link)
    await browser.claim()
    async with laptop(service, seeded.laptop) as prison:
        await numbering.hello(prison)
        await numbering.all_of_the_day(prison)
    async with browser.page() as family:
        await family.hello()
        await family.ready()
        await family.say("received", booking_id=seeded.due.booking_id, session=SESSION, video_frames=1, audio_ms=0)
        async with laptop(service, seeded.laptop) as prison:
            stream_id = numbering.stream_id
            assert (await numbering.hello(prison)).stream is not None
            assert numbering.stream_id == stream_id
            heard = [await numbering.hear(prison), await numbering.hear(prison)]
            assert [each.presence for each in heard if isinstance(each, VisitorNow)] == ["checking", "waiting"]
            offer = Offer(
                booking_id=seeded.due.booking_id, session=SESSION, page=PAGE, purpose=Purpose.PREVIEW, sdp="v=0\r\n"
            )
            await numbering.say(prison, offer.model_dump(mode="json"))
            await family.hear_a(Offer)
            await family.say("answer", booking_id=seeded.due.booking_id, session=SESSION, sdp="v=0\r\n")
            assert isinstance(await numbering.hear(prison), Answer)


async def test_what_the_laptop_says_again_is_acted_on_once(service: Running, seeded: Seeded) -> None:
    numbering, booking_id = Numbering(), seeded.due.booking_id
    async with laptop(service, seeded.laptop) as prison:
        await numbering.hello(prison)
        await numbering.all_of_the_day(prison)
        await numbering.say(prison, outcome(booking_id))
        kept = await numbering.hear(prison)  # lost with the line, as far as the service knows
    numbering.heard -= 1
    async with laptop(service, seeded.laptop) as prison:
        welcome = await numbering.hello(prison)
        assert welcome.stream is not None
        assert welcome.stream.heard == 1
        await numbering.say(prison, outcome(booking_id), number=1)
        await numbering.say(prison, outcome(booking_id, revision=2), number=2)
        assert await numbering.hear(prison) == kept
        again = await numbering.hear(prison)
        while isinstance(again, Document):  # the booking is off the sheet now
            again = await numbering.hear(prison)
        assert again == OutcomeKept(booking_id=booking_id, revision=2)


async def test_the_call_in_a_hello_does_not_overtake_the_calls_of_the_stream(service: Running, seeded: Seeded) -> None:
    numbering, browser = Numbering(), Browser(service, seeded.due.link)
    call = {"type": "call", "booking_id": seeded.due.booking_id, "state": "live", "talk_ms": 1000, "left_ms": 9000}
    await browser.claim()
    async with browser.page() as family:
        await family.hello()
        async with laptop(service, seeded.laptop) as prison:
            await numbering.hello(prison)
            await numbering.all_of_the_day(prison)
        async with laptop(service, seeded.laptop) as prison:
            await numbering.hello(prison, call=call | {"talk_ms": 3000})
            for talk_ms in (2000, 3000):
                await numbering.say(prison, call | {"talk_ms": talk_ms})
            shown = [await family.hear_a(VisitorCall, lambda each: each.talk_ms > 0) for _ in range(2)]
    assert [each.talk_ms for each in shown] == [2000, 3000]


async def test_a_laptop_that_has_moved_goes_on_at_once_though_its_last_line_still_answers(
    service: Running, seeded: Seeded
) -> None:
    numbering = Numbering()
    async with laptop(service, seeded.laptop) as before:
        await numbering.hello(before)
        await numbering.all_of_the_day(before)
        stream_id = numbering.stream_id
        async with laptop(service, seeded.laptop, stream_id) as prison:
            await numbering.hello(prison)
            assert numbering.stream_id == stream_id
            assert await before.closed() in (1006, 1011)


async def test_whoever_names_another_stream_moves_nobody(file: Path, seeded: Seeded, clock: FakeServiceClock) -> None:
    numbering = Numbering()
    settings = Settings(place_within=timedelta(0))
    async with running(file, clock, settings) as service, laptop(service, seeded.laptop) as first:
        await numbering.hello(first)
        for name in ("not-the-stream", "\u00fc"):
            async with laptop(service, seeded.laptop, name) as second:
                assert await second.refused() is RefusalCode.LAPTOP_ELSEWHERE


async def test_a_laptop_that_stays_away_for_too_long_begins_anew(
    service: Running, seeded: Seeded, clock: FakeServiceClock
) -> None:
    numbering = Numbering()
    async with laptop(service, seeded.laptop) as prison:
        await numbering.hello(prison)
        day = await numbering.all_of_the_day(prison)
    await eventually(lambda: not service.board.laptops.has_place(1), PATIENCE_S, "the line is gone")
    clock.advance(timedelta(seconds=KEPT_FOR_S + 1))
    async with laptop(service, seeded.laptop) as prison:
        before = numbering.stream_id
        await numbering.hello(prison)
        assert numbering.stream_id != before
        assert await numbering.all_of_the_day(prison) == day


async def test_a_service_that_was_restarted_begins_anew(file: Path, seeded: Seeded, clock: FakeServiceClock) -> None:
    numbering, ids = Numbering(), []
    for _ in range(2):
        async with running(file, clock) as service, laptop(service, seeded.laptop) as prison:
            await numbering.hello(prison)
            assert await numbering.all_of_the_day(prison)
            ids.append(numbering.stream_id)
    assert len(set(ids)) == 2


async def test_a_refusal_that_costs_no_connection_is_numbered_and_said_once(service: Running, seeded: Seeded) -> None:
    numbering = Numbering()
    async with laptop(service, seeded.laptop) as prison:
        await numbering.hello(prison)
        await numbering.all_of_the_day(prison)
        await numbering.say(prison, outcome("unknown"))
        refused = await numbering.hear(prison)
        assert isinstance(refused, Refused)
        assert refused.code is RefusalCode.NOT_YOUR_BOOKING
        await numbering.say(prison, outcome("unknown"), number=1)
        await numbering.say(prison, outcome(seeded.due.booking_id), number=2)
        assert isinstance(await numbering.hear(prison), OutcomeKept)


async def test_numbers_that_do_not_fit_end_the_connection_and_the_stream(service: Running, seeded: Seeded) -> None:
    for wrong in (
        {"type": "numbered", "number": 7, "heard": 0, "message": outcome("b1")},
        {"type": "numbered", "number": 1, "heard": 99, "message": outcome("b1")},
        {"type": "heard", "heard": 99},
        outcome("b1"),
    ):
        numbering = Numbering()
        async with laptop(service, seeded.laptop) as prison:
            await numbering.hello(prison)
            await numbering.all_of_the_day(prison)
            await prison.send(json.dumps(wrong))
            refused = numbering.taken(await prison.hear_a(NumberedToLaptop))
            assert isinstance(refused, Refused)
            assert refused.code is RefusalCode.OUT_OF_ORDER
            assert await prison.closed() == 1008
        async with laptop(service, seeded.laptop) as prison:
            before = numbering.stream_id
            await numbering.hello(prison)
            assert numbering.stream_id != before


async def test_eight_messages_are_acknowledged_when_nothing_else_is_said(service: Running, seeded: Seeded) -> None:
    numbering = Numbering()
    call = {"type": "call", "booking_id": seeded.due.booking_id, "state": "waiting", "talk_ms": 0, "left_ms": 0}
    async with laptop(service, seeded.laptop) as prison:
        await numbering.hello(prison)
        await numbering.all_of_the_day(prison)
        for _ in range(8):
            await numbering.say(prison, call)
        assert (await prison.hear_a(Heard)).heard == 8


async def test_a_laptop_may_number_nothing(service: Running, seeded: Seeded) -> None:
    async with laptop(service, seeded.laptop) as prison:
        welcome, _, visitors = await prison.hello()
    assert welcome.stream is None
    assert {visitor.presence for visitor in visitors} == {Presence.ABSENT}


async def test_a_service_that_stops_says_when_to_come_back_and_finishes_what_it_was_told(
    file: Path, seeded: Seeded, clock: FakeServiceClock
) -> None:
    numbering = Numbering()
    async with AsyncExitStack() as stack:
        async with running(file, clock) as service:
            prison = await stack.enter_async_context(laptop(service, seeded.laptop))
            await numbering.hello(prison)
            await numbering.all_of_the_day(prison)
            await numbering.say(prison, outcome(seeded.due.booking_id))
            await prison.hear_a(NumberedToLaptop, lambda frame: isinstance(frame.message, OutcomeKept))
        last = await prison.hear_a(NumberedToLaptop, lambda frame: isinstance(frame.message, GoingAway))
        assert isinstance(last.message, GoingAway)
        assert last.message.again_in_ms >= 1000
        assert await prison.closed() == 1012
