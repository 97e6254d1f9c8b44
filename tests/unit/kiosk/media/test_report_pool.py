"""Many small reports say together what one large one says."""

import pytest

from kiosk.media.report_pool import LEAST_S, REACTS_S, ReportPool


def test_the_first_and_every_slow_report_is_an_answer_by_itself() -> None:
    pool = ReportPool()
    answers = [pool.add(lost, 50.0, 100 * number, float(number)) for number, lost in enumerate((0.0, 0.1, 0.25))]
    assert [answer and answer.lost for answer in answers] == [0.0, 0.1, 0.25]
    assert [answer and answer.highest for answer in answers] == [0, 100, 200]


def test_reports_of_a_few_packets_each_count_by_their_packets() -> None:
    pool = ReportPool()
    pool.add(0.0, None, 0, 0.0)
    few = [pool.add(0.8, None, 5 * (number + 1), 0.05 * number) for number in range(2)]
    assert few == [None, None]
    answer = pool.add(0.0, None, 100, LEAST_S)
    assert answer is not None
    assert answer.lost == pytest.approx(0.08)


def test_a_slow_line_is_given_a_round_trip_to_show_what_a_lower_rate_does() -> None:
    pool = ReportPool()
    pool.add(0.0, None, 0, 0.0)
    assert pool.add(0.5, 900.0, 10, LEAST_S) is None
    answer = pool.add(0.5, None, 20, REACTS_S + 0.9)
    assert answer is not None
    assert answer.rtt_ms == 900.0


def test_numbers_that_wrap_or_come_late_are_counted_once() -> None:
    pool = ReportPool()
    pool.add(0.0, None, 65_530, 0.0)
    pool.add(0.5, None, 4, 0.1)
    pool.add(1.0, None, 65_535, 0.2)
    answer = pool.add(0.5, None, 14, 1.0)
    assert answer is not None
    assert (answer.lost, answer.highest) == (0.5, 14)
