"""Words between the bench and a page, without a page."""

import pytest

from bench.media.desk import Line


async def test_a_word_that_came_before_is_not_waited_for() -> None:
    line = Line()
    line.hear({"type": "ready", "at": 1.0})
    assert (await line.until("ready"))["at"] == 1.0


async def test_only_a_later_word_counts_after_so_many() -> None:
    line = Line()
    line.hear({"type": "counted", "n": 1})
    line.hear({"type": "counted", "n": 2})
    assert (await line.until("counted", after=1))["n"] == 2


async def test_what_never_comes_is_named() -> None:
    with pytest.raises(TimeoutError, match="nothing of 'offer' within 0 s"):
        await Line().until("offer", within_s=0)
