"""A flood of USB arrivals becomes few alerts."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.arrivals import LONGEST_NAME, MOST_NAMED, Arrivals, Gathering, safe_name


def told(times: list[float], until: float) -> list[tuple[float, Arrivals]]:
    """When what is told if devices arrive at these times."""
    gathering, found, left = Gathering(), [], sorted(times)
    while True:
        due = gathering.due_s
        if left and (due is None or left[0] <= due):
            now = left.pop(0)
            gathering.arrived(now, f"0781:5567 at 1-{int(now)}")
        elif due is not None and due <= until:
            if (arrivals := gathering.take(due)) is not None:
                found.append((due, arrivals))
        else:
            return found


def test_one_device_is_told_within_a_second_and_once() -> None:
    [(when, arrivals)] = told([10.0], until=1000)
    assert when <= 11.0
    assert arrivals.sentence() == "1 USB device was plugged in: 0781:5567 at 1-10"


def test_fifty_in_five_seconds_are_one_alert_and_one_summary() -> None:
    (when, first), (_, rest) = told([n / 10 for n in range(50)], until=1000)
    assert when <= 1.0
    assert first.count + rest.count == 50
    assert (first.is_flood, rest.is_flood) == (False, True)
    assert "more USB devices were plugged in within" in rest.sentence()


def test_a_device_after_a_quiet_time_is_told_at_once_again() -> None:
    times = [when for when, _ in told([0.0, 30.0, 60.0], until=1000)]
    assert [round(when - at, 2) for when, at in zip(times, (0, 30, 60), strict=True)] == [0.25, 0.25, 0.25]


def test_an_endless_flood_is_told_ever_more_seldom_and_never_forgotten() -> None:
    flood = [n / 2 for n in range(7200)]
    found = told(flood, until=5000)
    assert len(found) < 70
    assert sum(arrivals.count for _, arrivals in found) == len(flood)


@given(st.lists(st.floats(0, 500), max_size=80))
def test_every_arrival_is_told_exactly_once(times: list[float]) -> None:
    assert sum(arrivals.count for _, arrivals in told(times, until=10000)) == len(times)


@given(st.lists(st.text(), max_size=500))
def test_what_is_kept_of_a_flood_is_small_and_plain(names: list[str]) -> None:
    gathering = Gathering()
    for name in names:
        gathering.arrived(0, name)
    arrivals = gathering.take(1)
    assert (arrivals is None) == (not names)
    if arrivals is not None:
        assert len(arrivals.named) <= MOST_NAMED
        assert all(len(name) <= LONGEST_NAME and name.isascii() and name.isprintable() for name in arrivals.named)
        assert len(arrivals.sentence()) < 400


def test_a_devices_own_words_cannot_draw_or_turn_the_text() -> None:
    assert safe_name("0781:5567 at 1-2 \x1b[31mHELLO\u202e\n<b>") == "0781:5567 at 1-2 [31mHELLO <b>"


def test_what_the_kernel_could_not_tell_is_said() -> None:
    gathering = Gathering()
    gathering.missed(0)
    arrivals = gathering.take(1)
    assert arrivals is not None
    assert arrivals.sentence() == "the kernel could not tell of every device"
