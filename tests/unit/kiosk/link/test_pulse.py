"""How well a line answers, as moments pass."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.link.pulse import LONGEST_SILENCE_MS, Pulse


def test_a_line_is_clean_until_a_ping_waits_for_longer_than_a_second() -> None:
    pulse = Pulse(10)
    pulse.asked(10)
    assert pulse.is_clean(11)
    assert not pulse.is_clean(11.01)


def test_a_late_answer_leaves_the_line_slow_until_the_next_is_quick() -> None:
    pulse = Pulse(0)
    pulse.asked(0)
    pulse.answered(1.5)
    assert not pulse.is_clean(1.5)
    pulse.asked(2)
    assert not pulse.is_clean(2)
    pulse.answered(2.2)
    assert pulse.is_clean(2.2)


def test_a_ping_that_waits_keeps_its_own_time_when_another_goes_out() -> None:
    pulse = Pulse(0)
    pulse.asked(0)
    pulse.asked(1)
    assert not pulse.is_clean(1.5)


def test_anything_heard_ends_the_silence_and_is_no_answer() -> None:
    pulse = Pulse(0)
    pulse.asked(0)
    pulse.heard(2)
    assert (pulse.silent_ms(2.5), pulse.is_clean(2.5), pulse.is_lost(5, in_call=True)) == (500, False, False)
    assert pulse.is_lost(5.01, in_call=True)
    assert not pulse.is_lost(8.5, in_call=False)
    assert pulse.is_lost(8.51, in_call=False)


def test_an_answer_nobody_asked_for_changes_nothing() -> None:
    pulse = Pulse(0)
    pulse.answered(1)
    assert pulse.is_clean(1)


@given(st.lists(st.tuples(st.sampled_from(["asked", "answered", "heard"]), st.floats(0, 1e6)), max_size=20))
def test_a_silence_fits_its_message_whatever_happens(events: list[tuple[str, float]]) -> None:
    pulse, now = Pulse(0), 0.0
    for name, later in events:
        now += later
        getattr(pulse, name)(now)
        assert 0 <= pulse.silent_ms(now + later) <= LONGEST_SILENCE_MS
