"""What is told of the line: each change once, and nothing for a silence that only grows."""

import pytest

from kiosk.ipc import LinkNow
from kiosk.link.line_state import LineState
from kiosk.link.pulse import Pulse


class Told:
    """A state with a clock that moves when told, and everything it said."""

    def __init__(self) -> None:
        self.at = 100.0
        self.links: list[LinkNow] = []
        self.state = LineState(self.links.append, lambda: self.at)
        self.pulse = Pulse(self.at)


@pytest.fixture
def told() -> Told:
    return Told()


def test_a_line_that_comes_is_told_once(told: Told) -> None:
    told.state.came(told.pulse)
    told.state.came(told.pulse)
    told.state.looked()
    assert told.links == [LinkNow(up=True)]


def test_a_slow_line_is_told_and_a_quick_one_again(told: Told) -> None:
    told.state.came(told.pulse)
    told.pulse.asked(100)
    told.at = 101.5
    told.state.looked()
    told.pulse.answered(101.6)
    told.pulse.asked(102)
    told.pulse.answered(102.1)
    told.state.looked()
    assert [link.clean for link in told.links] == [True, False, True]


def test_a_lost_line_tells_since_when_the_service_is_silent_and_then_of_the_gateway(told: Told) -> None:
    told.state.came(told.pulse)
    told.at = 103.0
    told.state.went(None)
    told.at = 104.0
    told.state.gateway_is(False)
    told.state.gateway_is(False)
    told.at = 106.0
    told.state.gateway_is(True)
    down = LinkNow(up=False, clean=False)
    assert told.links[1:] == [
        down.model_copy(update={"silent_ms": 3000}),
        down.model_copy(update={"silent_ms": 4000, "gateway": False}),
        down.model_copy(update={"silent_ms": 6000, "gateway": True}),
    ]


def test_a_line_that_never_was_is_told_down_once_and_again_when_the_refusal_changes(told: Told) -> None:
    told.state.went(None)
    told.state.went(None)
    told.state.went("not_a_laptop")
    assert [(link.refused, link.silent_ms) for link in told.links] == [(None, 0), ("not_a_laptop", 0)]


def test_a_new_try_does_not_forget_what_the_gateway_said(told: Told) -> None:
    told.state.went(None)
    told.state.gateway_is(False)
    told.state.went(None)
    assert len(told.links) == 2
    told.state.came(told.pulse)
    told.state.went(None)
    assert told.links[-1].gateway is None


def test_an_answer_of_the_gateway_that_comes_after_the_line_is_back_is_not_told(told: Told) -> None:
    told.state.went(None)
    told.state.came(told.pulse)
    told.state.gateway_is(True)
    assert told.links[-1] == LinkNow(up=True)
