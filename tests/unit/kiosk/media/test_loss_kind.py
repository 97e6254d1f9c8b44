"""What a line loses whatever is sent, and what a full line loses, over lines that are calculated."""

import random

import pytest

from kiosk.media.loss_kind import TESTABLE_BPS, TESTED, LossKind

RATE, PACKETS = 1_000_000, 50
ENOUGH = 0.1  # beyond the everyday: then it is tested


def outcome_of(kind: LossKind, lost: float, arrived: float, lost_then: float, arrived_then: float) -> float | None:
    """What comes of a test that begins once so much is lost, and of the line as it is then."""
    while kind.hear(lost, PACKETS, arrived) <= ENOUGH or not kind.may_test(RATE):
        pass
    kind.test(RATE)
    while kind.is_tested:
        kind.hear(lost_then, PACKETS, arrived_then)
        if (rate := kind.blameless()) is not None:
            return rate
    return None


@pytest.mark.parametrize("lost", [0.12, 0.2, 0.3])
def test_what_is_lost_whatever_is_sent_is_everyday_and_the_rate_comes_back(lost: float) -> None:
    kind = LossKind()
    assert outcome_of(kind, lost, (1 - lost) * RATE, lost, (1 - lost) * TESTED * RATE) == RATE
    assert kind.everyday == pytest.approx(lost)
    assert kind.hear(lost, PACKETS, RATE) <= 0.01


def test_a_line_that_was_too_full_loses_nothing_then_and_the_rate_was_to_blame() -> None:
    kind = LossKind()
    assert outcome_of(kind, 0.2, 0.8 * RATE, 0.0, TESTED * RATE) is None
    assert kind.everyday == 0


def test_a_line_that_is_still_too_full_carries_as_much_as_before_and_the_rate_was_to_blame() -> None:
    kind, capacity = LossKind(), 0.5 * RATE
    assert outcome_of(kind, 0.5, capacity, 1 - capacity / (TESTED * RATE), capacity) is None
    assert kind.everyday == 0


def test_nobody_believes_a_line_that_loses_half() -> None:
    assert outcome_of(LossKind(), 0.5, 0.5 * RATE, 0.5, 0.5 * TESTED * RATE) is None


def test_everyday_loss_that_is_over_must_be_learned_anew() -> None:
    kind = LossKind()
    outcome_of(kind, 0.2, 0.8 * RATE, 0.2, 0.8 * TESTED * RATE)
    for _report in range(60):
        kind.hear(0.0, PACKETS, RATE)
    assert kind.everyday < 0.01
    assert outcome_of(kind, 0.3, 0.7 * RATE, 0.0, TESTED * RATE) is None


def test_of_so_few_packets_a_single_report_means_nothing() -> None:
    kind = LossKind()
    assert kind.hear(0.3, 10, RATE) < ENOUGH
    assert not kind.may_test(RATE)


def test_a_rate_that_is_low_already_is_not_tested() -> None:
    kind = LossKind()
    for _report in range(10):
        kind.hear(0.25, PACKETS, TESTABLE_BPS)
    assert not kind.may_test(TESTABLE_BPS)
    assert kind.may_test(TESTABLE_BPS + 1)


def test_a_queue_explains_what_was_lost() -> None:
    kind = LossKind()
    for _report in range(10):
        kind.hear(0.3, PACKETS, RATE)
    kind.test(RATE)
    kind.call_off()
    assert not kind.is_tested
    assert kind.hear(0.0, PACKETS, RATE) == 0


def test_bursts_by_chance_on_a_line_that_loses_a_fifth_seldom_count_as_more() -> None:
    chance, kind = random.Random(1), LossKind()
    outcome_of(kind, 0.2, 0.8 * RATE, 0.2, 0.8 * TESTED * RATE)
    excess = [kind.hear(sum(chance.random() < 0.2 for _ in range(20)) / 20, 20, 0.8 * RATE) for _report in range(200)]
    assert sum(each > ENOUGH for each in excess) <= 4


def test_no_more_is_everyday_than_was_when_it_was_learned_and_less_by_chance_unlearns_little() -> None:
    kind = LossKind()
    outcome_of(kind, 0.2, 0.8 * RATE, 0.2, 0.8 * TESTED * RATE)
    for lost in (0.1, 0.3) * 20:
        kind.hear(lost, PACKETS, RATE)
        assert 0.15 < kind.everyday <= 0.2
    for _report in range(40):
        kind.hear(0.35, PACKETS, RATE)
    assert kind.everyday == pytest.approx(0.2)
