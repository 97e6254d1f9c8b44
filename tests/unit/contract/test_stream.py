"""Numbered messages over a line that is cut at any frame: each is heard once, in order, or the stream begins anew."""

import json
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.record import OutcomeKept
from contract.stream import ACKNOWLEDGE_EVERY, MOST_KEPT_CHARS, MOST_UNACKNOWLEDGED, Broken, Stream
from contract.words import BookingId


def message(name: str) -> OutcomeKept:
    return OutcomeKept(booking_id=BookingId(name), revision=1)


class End:
    """One end with what it has heard, as a laptop or a service uses its stream."""

    def __init__(self) -> None:
        self.stream = Stream("one")
        self.heard: list[str] = []
        self.said: list[str] = []
        self.out: deque[str] = deque()  # frames under way; gone when the line is cut

    def says(self, *, connected: bool) -> None:
        self.said.append(f"m{len(self.said)}")
        frame = self.stream.say(message(self.said[-1]))
        if connected:
            self.out.append(frame)

    def hears(self, frame: str, *, dies_in_the_middle: bool) -> None:
        data = json.loads(frame)
        self.stream.acknowledged(data["heard"])
        if data["type"] == "numbered" and self.stream.is_new(data["number"]) and not dies_in_the_middle:
            self.heard.append(data["message"]["booking_id"])
            self.stream.has_heard(data["number"])
        if (heard := self.stream.acknowledgement()) is not None:
            self.out.append(json.dumps({"type": "heard", "heard": heard}))


STEPS = st.lists(st.tuples(st.sampled_from(["say", "carry", "die", "cut", "join"]), st.integers(0, 1)), max_size=90)


@given(STEPS)
def test_every_message_is_heard_once_and_in_order_over_a_line_that_is_cut_at_any_frame(
    steps: list[tuple[str, int]],
) -> None:
    ends, connected = (End(), End()), True
    for step, who in [*steps, ("cut", 0), ("join", 0), *[("carry", 0), ("carry", 1)] * 100]:
        here, there = ends[who], ends[1 - who]
        match step:
            case "say":
                here.says(connected=connected)
            case "carry" | "die" if connected and here.out:
                there.hears(here.out.popleft(), dies_in_the_middle=step == "die")
                connected = step == "carry"
            case "cut":
                connected = False
            case "join" if not connected:
                for end, other in (ends, ends[::-1]):
                    end.out = deque(end.stream.again(other.stream.heard))
                connected = True
    assert (ends[0].heard, ends[1].heard) == (ends[1].said, ends[0].said)


def test_a_frame_carries_how_far_the_other_end_was_heard() -> None:
    stream = Stream("one")
    stream.has_heard(1)
    assert json.loads(stream.say(message("b1"))) == {
        "type": "numbered",
        "number": 1,
        "heard": 1,
        "message": {"type": "outcome_kept", "booking_id": "b1", "revision": 1},
    }
    assert stream.acknowledgement(1) is None


def test_what_is_heard_is_acknowledged_every_few_messages_where_nothing_is_said() -> None:
    stream = Stream("one")
    told = []
    for number in range(1, 2 * ACKNOWLEDGE_EVERY + 2):
        stream.has_heard(number)
        told.append(stream.acknowledgement())
    assert [number for number in told if number is not None] == [ACKNOWLEDGE_EVERY, 2 * ACKNOWLEDGE_EVERY]
    assert stream.acknowledgement(1) == 2 * ACKNOWLEDGE_EVERY + 1


def test_an_end_that_nobody_listens_to_keeps_so_much_and_no_more() -> None:
    stream = Stream("one")
    for _ in range(MOST_UNACKNOWLEDGED):
        stream.say(message("b1"))
    with pytest.raises(Broken):
        stream.say(message("b1"))


def test_long_messages_fill_it_sooner_and_one_alone_always_fits() -> None:
    class Long(OutcomeKept):
        padding: str

    stream = Stream("one")
    stream.say(Long(booking_id=BookingId("b1"), revision=1, padding="x" * (MOST_KEPT_CHARS + 1)))
    with pytest.raises(Broken):
        stream.say(message("b1"))
    stream.acknowledged(1)
    stream.say(message("b1"))


@pytest.mark.parametrize("number", [3, 9])
def test_a_gap_in_the_numbers_breaks_the_stream(number: int) -> None:
    stream = Stream("one")
    stream.has_heard(1)
    with pytest.raises(Broken):
        stream.is_new(number)


def test_what_was_never_said_cannot_be_acknowledged_and_what_was_let_go_not_said_again() -> None:
    stream = Stream("one")
    stream.say(message("b1"))
    with pytest.raises(Broken):
        stream.acknowledged(2)
    stream.acknowledged(1)
    with pytest.raises(Broken):
        stream.again(0)
