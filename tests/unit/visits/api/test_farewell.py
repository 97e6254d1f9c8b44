"""When laptops are asked to come back: spread over the seconds, each once."""

import random
from collections import Counter
from math import floor

from visits.api.farewell import A_SECOND, SOONEST_S, spread


def test_twelve_hundred_laptops_are_asked_back_at_an_even_pace() -> None:
    moments = spread(1200, random.Random(5))
    a_second = Counter(floor(moment - SOONEST_S) for moment in moments)
    assert set(a_second.values()) == {int(A_SECOND)}
    assert list(moments) != sorted(moments)


def test_one_laptop_is_asked_back_soon_and_none_is_nobody() -> None:
    (moment,) = spread(1, random.Random(5))
    assert SOONEST_S <= moment < SOONEST_S + 1
    assert list(spread(0, random.Random(5))) == []
