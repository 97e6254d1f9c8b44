"""The sequence: applied in order, proved each, never undone; then events first and a sweep second."""

from collections.abc import Callable

import pytest

from kiosk.lockdown.findings import STALE_AFTER_MS, Findings
from kiosk.lockdown.lockdown import Lockdown
from kiosk.policy.measures import MeasureName, Verdict
from tests.fakes.eventually import eventually
from tests.fakes.measures import FakeMeasure

USB, NETWORK, KERNEL = MeasureName.USB, MeasureName.NETWORK, MeasureName.KERNEL


class FakeWatch:
    """A watch the test speaks for."""

    def __init__(self, *, hears: bool = True) -> None:
        self.hears, self.is_open = hears, False
        self.poke: Callable[[MeasureName], None] = lambda _: None

    def open(self, poke: Callable[[MeasureName], None]) -> None:
        if not self.hears:
            raise OSError("no such bus")
        self.poke, self.is_open = poke, True

    def close(self) -> None:
        self.is_open = False


class Bench:
    """Three measures, a watch, and what was done in which order."""

    def __init__(self, *, apply: bool = True, hears: bool = True) -> None:
        self.order: list[str] = []
        self.told = self.now_ms = 0
        self.slow = ("nothing", 0)
        self.measures = {name: FakeMeasure(name, said=self._said) for name in (KERNEL, NETWORK, USB)}
        self.watch = FakeWatch(hears=hears)
        self.findings = Findings(self.measures.values(), lambda: self.now_ms)
        self.lockdown = Lockdown(list(self.measures.values()), [self.watch], self.findings, self._found, apply=apply)

    def _said(self, what: str) -> None:
        self.order.append(what)
        self.now_ms += self.slow[1] if what == self.slow[0] else 0

    def _found(self) -> None:
        self.told += 1

    def verdict(self, name: MeasureName) -> Verdict:
        return next(row.verdict for row in self.findings.rows() if row.name is name)


async def test_each_measure_is_applied_and_proved_before_the_next() -> None:
    bench = Bench()
    await bench.lockdown.engage()
    assert bench.order == [f"{what} {name}" for name in (KERNEL, NETWORK, USB) for what in ("apply", "look")]
    await bench.lockdown.close()


async def test_what_does_not_take_undoes_nothing_and_stops_nothing() -> None:
    bench = Bench()
    bench.measures[NETWORK].takes, bench.measures[NETWORK].verdict = False, Verdict.LOST
    await bench.lockdown.engage()
    assert [bench.verdict(name) for name in (KERNEL, NETWORK, USB)] == [Verdict.HOLDS, Verdict.LOST, Verdict.HOLDS]
    await bench.lockdown.close()


async def test_what_was_seen_is_as_old_as_the_look_and_not_as_the_slowest_one_beside_it() -> None:
    """A file of the kernel's that answers after minutes must not make the looks before it new again."""
    bench = Bench()
    bench.slow = ("look usb", STALE_AFTER_MS + 2001)
    await bench.lockdown.engage()
    assert [bench.verdict(name) for name in (KERNEL, NETWORK)] == [Verdict.LOST, Verdict.LOST]
    await bench.lockdown.close()


async def test_a_demo_is_looked_at_and_left_as_it_is() -> None:
    bench = Bench(apply=False)
    await bench.lockdown.engage()
    assert not [done for done in bench.order if done.startswith("apply")]
    await bench.lockdown.close()


@pytest.mark.parametrize("error", [PermissionError("no"), ValueError("odd"), RuntimeError("our bug")])
async def test_a_look_that_breaks_is_lost_and_says_why(error: Exception) -> None:
    bench = Bench()
    bench.measures[USB].breaks = error
    await bench.lockdown.engage()
    row = next(row for row in bench.findings.rows() if row.name is USB)
    assert row.is_lost
    assert type(error).__name__ in row.evidence
    await bench.lockdown.close()


async def test_an_event_is_looked_into_at_once_and_nothing_else_is() -> None:
    bench = Bench()
    await bench.lockdown.engage()
    bench.measures[USB].verdict = Verdict.LOST
    bench.watch.poke(USB)
    await eventually(lambda: bench.verdict(USB) is Verdict.LOST, 5.0, "usb is lost")
    assert bench.measures[USB].looks >= 2
    await bench.lockdown.close()
    assert not bench.watch.is_open


async def test_the_sweep_sees_what_no_event_told() -> None:
    bench = Bench()
    for measure in bench.measures.values():
        measure.every_s = 0.01
    await bench.lockdown.engage()
    bench.measures[KERNEL].verdict = Verdict.LOST
    await eventually(lambda: bench.verdict(KERNEL) is Verdict.LOST, 5.0, "the kernel's settings are lost")
    await bench.lockdown.close()


async def test_without_a_watch_that_hears_the_sweep_still_looks() -> None:
    bench = Bench(hears=False)
    await bench.lockdown.engage()
    assert bench.verdict(USB) is Verdict.HOLDS
    await bench.lockdown.close()


async def test_what_is_lost_later_is_applied_again_and_told_all_the_same() -> None:
    bench = Bench()
    await bench.lockdown.engage()
    bench.measures[USB].verdict = Verdict.LOST
    bench.order.clear()
    bench.lockdown.poke(USB)
    await eventually(lambda: bench.verdict(USB) is Verdict.LOST, 5.0, "usb is lost")
    assert bench.order == ["look usb", "apply usb"]
    await bench.lockdown.close()


async def test_each_look_is_told() -> None:
    bench = Bench()
    await bench.lockdown.engage()
    before = bench.told
    bench.lockdown.poke(USB)
    await eventually(lambda: bench.told > before, 5.0, "told again")
    await bench.lockdown.close()


async def test_a_poke_for_what_is_not_measured_here_is_nothing() -> None:
    bench = Bench()
    await bench.lockdown.engage()
    bench.lockdown.poke(MeasureName.POWER)
    await bench.lockdown.close()
    await bench.lockdown.close()
