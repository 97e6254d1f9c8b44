"""The written ladders, as tables."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.ladder import LEAST_BPS, MOST_BPS, SIGNING, TALKING, Ladder

BITS = st.integers(0, 5_000_000)
LADDERS = st.sampled_from([TALKING, SIGNING])


def test_it_goes_from_720_lines_at_30_to_180_lines_at_10() -> None:
    first, last = TALKING.rungs[0], TALKING.rungs[-1]
    assert (str(first), first.most_bps, str(last), last.least_bps) == ("1280x720@30", 1_800_000, "320x180@10", 80_000)


@pytest.mark.parametrize("ladder", [TALKING, SIGNING])
def test_every_rung_is_smaller_than_the_one_before_and_they_overlap(ladder: Ladder) -> None:
    for above, below in pairwise(ladder.rungs):
        assert below.least_bps < above.least_bps <= below.most_bps < above.most_bps
        assert (below.width, below.per_second) <= (above.width, above.per_second)
        assert below.width * 9 == below.height * 16
    assert (ladder.rungs[-1].least_bps, ladder.rungs[0].most_bps) == (LEAST_BPS, MOST_BPS)


def test_signing_keeps_its_movement_where_talking_gives_it_up() -> None:
    for bps in range(LEAST_BPS, MOST_BPS, 10_000):
        signing, talking = (ladder.rungs[ladder.at(bps)] for ladder in (SIGNING, TALKING))
        assert signing.per_second >= talking.per_second
        assert signing.per_second >= 20 or bps < 100_000
    assert min(rung.per_second for rung in SIGNING.rungs) >= 12


def test_signing_is_never_left_without_a_picture() -> None:
    assert SIGNING.keeps_picture
    assert not TALKING.keeps_picture


@given(LADDERS, BITS, BITS)
def test_more_bits_never_give_a_lower_rung(ladder: Ladder, one: int, other: int) -> None:
    fewer, more = sorted((one, other))
    assert ladder.at(more) <= ladder.at(fewer)


@given(LADDERS, st.integers(0, 5), BITS)
def test_a_step_up_is_never_taken_back_for_the_same_bits(ladder: Ladder, now: int, bps: int) -> None:
    then = ladder.from_rung(now, bps)
    assert ladder.from_rung(then, bps) == then
