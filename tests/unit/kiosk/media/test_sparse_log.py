"""What a far side can have written to the log again and again is written a few times."""

import logging

import pytest

from kiosk.media.sparse_log import LINES_AT_ONCE, Sparse, log_sparsely


def test_of_a_thousand_lines_that_say_the_same_a_few_are_written(caplog: pytest.LogCaptureFixture) -> None:
    log_sparsely("test-sparse")
    log_sparsely("test-sparse")
    logger = logging.getLogger("test-sparse")
    for number in range(1000):
        logger.warning("what arrives is broken: %d", number)
    logger.warning("something else")
    assert len(logger.filters) == 1
    assert len(caplog.records) == LINES_AT_ONCE + 1


def test_the_next_line_says_how_many_were_left_out() -> None:
    sparse = Sparse()
    lines = [logging.makeLogRecord({"msg": "broken: %d", "args": (number,)}) for number in range(20)]
    assert sum(sparse.filter(line) for line in lines) == LINES_AT_ONCE
    for allowance, _count in sparse._lines.values():
        allowance._left = 1
    last = logging.makeLogRecord({"msg": "broken: %d", "args": (20,)})
    assert sparse.filter(last)
    assert last.getMessage() == "broken: 20 (15 more like it)"
