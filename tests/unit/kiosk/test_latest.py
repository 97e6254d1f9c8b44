"""The box where two threads meet."""

from kiosk.latest import Latest


def test_the_newest_wins_and_is_taken_once() -> None:
    box: Latest[int] = Latest()
    box.put(1)
    box.put(2)
    assert box.take() == 2
    assert box.take() is None


def test_whoever_waits_is_woken_once_a_filling() -> None:
    box: Latest[int] = Latest()
    woken: list[int] = []
    box.on_new(lambda: woken.append(1))
    box.put(1)
    box.put(2)
    box.take()
    box.put(3)
    assert len(woken) == 2
