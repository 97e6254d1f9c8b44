"""How many laptops arrive at once, and what the next one is told."""

import pytest

from contract.refusals import RefusalCode
from visits.api.answers import json_refusal
from visits.api.arrivals import LATEST_S, SOONEST_S, Arrivals, Busy


def test_one_too_many_is_asked_to_come_back_and_the_next_is_let_in() -> None:
    arrivals = Arrivals(most=2)
    with arrivals.one(), arrivals.one():
        with pytest.raises(Busy) as busy:
            arrivals.admit()
        answer = json_refusal(busy.value)
    arrivals.admit()
    assert answer.status_code == 503
    assert SOONEST_S <= int(answer.headers["Retry-After"]) <= LATEST_S
    assert busy.value.code is RefusalCode.UNAVAILABLE


def test_a_place_is_given_back_whatever_happens() -> None:
    arrivals = Arrivals(most=1)
    with pytest.raises(ZeroDivisionError), arrivals.one():
        raise ZeroDivisionError
    arrivals.admit()
