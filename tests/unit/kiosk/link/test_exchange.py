"""The laptop's end over many lines, against a stream by hand: what goes on, what begins anew, and what waits."""

import json
from typing import Any

import pytest

from contract.laptop_link import (
    CallNow,
    GoingAway,
    Heard,
    LaptopWelcome,
    NumberedToLaptop,
    StreamGiven,
    ToLaptopMessage,
)
from contract.record import OutcomeKept
from contract.refusals import RefusalCode, refusal
from contract.stream import MOST_UNACKNOWLEDGED, Broken
from contract.words import CallState
from kiosk.link.exchange import Exchange
from tests.fakes.clock import NOON
from tests.fakes.visits import report

KEPT = OutcomeKept(booking_id="b1", revision=1)


def welcome(stream_id: str | None = "stream-1", heard: int = 0) -> LaptopWelcome:
    given = None if stream_id is None else StreamGiven(stream_id=stream_id, heard=heard)
    return LaptopWelcome(establishment="HMP Example", laptop="Visits 1", server_time=NOON, stream=given)


def numbered(number: int, heard: int = 0, message: Any = KEPT) -> NumberedToLaptop:
    return NumberedToLaptop(number=number, heard=heard, message=message)


def call(state: CallState = CallState.LIVE, talk_ms: int = 0) -> CallNow:
    return CallNow(booking_id="b1", state=state, talk_ms=talk_ms, left_ms=0)


class Laptop:
    """An exchange with what it sends on its newest line."""

    def __init__(self) -> None:
        self.exchange = Exchange("test")
        self.sent: list[dict[str, Any]] = []

    def line(self, answer: LaptopWelcome) -> dict[str, Any]:
        """A new line, welcomed; what was said in its hello."""
        self.exchange.lost()
        self.sent.clear()
        hello = self.exchange.begin()
        self.hears(answer)
        return dict(json.loads(hello.model_dump_json()))

    def hears(self, message: ToLaptopMessage) -> ToLaptopMessage | None:
        return self.exchange.hear(message, lambda frame: self.sent.append(json.loads(frame)))

    def said(self) -> list[tuple[int, str]]:
        return [(each["number"], each["message"]["type"]) for each in self.sent if each["type"] == "numbered"]


@pytest.fixture
def laptop() -> Laptop:
    return Laptop()


def test_the_first_hello_asks_for_a_stream_and_later_ones_name_it_and_what_was_heard(laptop: Laptop) -> None:
    assert laptop.line(welcome())["stream"] == {"stream_id": None, "heard": 0}
    laptop.hears(numbered(1))
    assert laptop.line(welcome())["stream"] == {"stream_id": "stream-1", "heard": 1}
    assert laptop.exchange.goes_on


def test_what_was_said_without_a_line_is_said_on_the_next_that_goes_on(laptop: Laptop) -> None:
    laptop.line(welcome())
    laptop.exchange.say(report(revision=1))
    laptop.exchange.lost()
    laptop.exchange.say(report(revision=2))
    laptop.line(welcome(heard=1))
    assert laptop.said() == [(2, "outcome")]


def test_what_waits_is_dropped_when_the_service_begins_anew(laptop: Laptop) -> None:
    laptop.line(welcome())
    laptop.exchange.say(report(revision=1))
    laptop.line(welcome("stream-2"))
    assert not laptop.exchange.goes_on
    assert laptop.said() == []
    laptop.exchange.say(report(revision=2))
    assert laptop.said() == [(1, "outcome")]


def test_a_message_that_comes_twice_is_acted_on_once(laptop: Laptop) -> None:
    laptop.line(welcome())
    assert laptop.hears(numbered(1)) == KEPT
    assert laptop.hears(numbered(1)) is None
    with pytest.raises(Broken):
        laptop.hears(numbered(3))


def test_of_the_calls_told_without_a_line_only_the_newest_waits(laptop: Laptop) -> None:
    laptop.exchange.tell(call(talk_ms=1))
    assert laptop.line(welcome())["call"]["talk_ms"] == 1
    assert laptop.said() == []  # the hello has it, and this stream begins with it
    laptop.exchange.lost()
    laptop.exchange.tell(call(talk_ms=2))
    laptop.exchange.tell(call(talk_ms=3))
    laptop.line(welcome())
    assert [each["message"]["talk_ms"] for each in laptop.sent] == [3]
    laptop.line(welcome())
    assert laptop.said() == [(1, "call")]  # it was not acknowledged; it is no new one


def test_a_call_that_changes_between_hello_and_welcome_is_told_too(laptop: Laptop) -> None:
    laptop.exchange.begin()
    laptop.exchange.tell(call())
    laptop.hears(welcome())
    assert laptop.said() == [(1, "call")]


def test_a_service_that_numbers_nothing_is_spoken_to_bare(laptop: Laptop) -> None:
    laptop.line(welcome(None))
    laptop.exchange.say(report())
    assert [each["type"] for each in laptop.sent] == ["outcome"]
    assert laptop.hears(KEPT) == KEPT
    assert laptop.exchange.acknowledgement() is None
    with pytest.raises(Broken):
        laptop.hears(Heard(heard=0))


def test_an_exchange_that_waits_for_too_long_begins_anew(laptop: Laptop) -> None:
    laptop.line(welcome())
    for _ in range(MOST_UNACKNOWLEDGED + 1):
        laptop.exchange.say(report())
    assert not laptop.exchange.is_up
    assert laptop.line(welcome("stream-2"))["stream"]["stream_id"] is None


def test_a_refusal_that_ends_the_connection_ends_the_stream_and_another_does_not(laptop: Laptop) -> None:
    laptop.line(welcome())
    assert laptop.hears(numbered(1, message=refusal(RefusalCode.NOBODY_THERE))) is not None
    assert laptop.line(welcome())["stream"]["stream_id"] == "stream-1"
    laptop.hears(numbered(2, message=refusal(RefusalCode.TOO_MANY)))
    assert laptop.line(welcome("stream-2"))["stream"]["stream_id"] is None


def test_when_the_service_wants_us_back_counts_once(laptop: Laptop) -> None:
    laptop.line(welcome())
    assert laptop.hears(numbered(1, message=GoingAway(again_in_ms=7350))) is None
    assert laptop.exchange.pause_s(0, 0.5) == 7.35
    assert laptop.exchange.pause_s(0, 0.5) == 1.0  # it was asked once
    laptop.hears(numbered(2, message=GoingAway(again_in_ms=7350)))
    laptop.line(welcome("stream-2"))
    assert laptop.exchange.pause_s(0, 0.5) == 1.0


def test_a_call_is_in_hand_until_it_has_ended(laptop: Laptop) -> None:
    assert not laptop.exchange.in_call
    laptop.exchange.tell(call(CallState.WAITING))
    assert laptop.exchange.in_call
    laptop.exchange.tell(call(CallState.ENDED))
    assert not laptop.exchange.in_call


def test_what_was_heard_is_acknowledged_when_asked_and_after_eight(laptop: Laptop) -> None:
    laptop.line(welcome())
    for number in range(1, 9):
        laptop.hears(numbered(number))
    assert laptop.sent == [{"type": "heard", "heard": 8}]
    assert laptop.exchange.acknowledgement() is None
    laptop.hears(numbered(9))
    assert laptop.exchange.acknowledgement() == '{"type":"heard","heard":9}'
