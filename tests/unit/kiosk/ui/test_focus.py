"""The focus goes round in a fixed order."""

from kiosk.ui.focus import neighbour

KEYS = ("leave", "end_now", "hold")


def test_it_goes_round_both_ways() -> None:
    assert neighbour(KEYS, "leave", 1) == "end_now"
    assert neighbour(KEYS, "hold", 1) == "leave"
    assert neighbour(KEYS, "leave", -1) == "hold"


def test_without_a_focus_it_begins_at_the_end_it_comes_from() -> None:
    assert neighbour(KEYS, None, 1) == "leave"
    assert neighbour(KEYS, None, -1) == "hold"


def test_without_keys_there_is_no_neighbour() -> None:
    assert neighbour((), "leave", 1) is None
