"""Whatever is done to the clock, aiortc and aioice see the time go on evenly."""

import time
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec, module_from_spec

import aioice.turn
import aiortc.clock
import aiortc.rtcrtpreceiver
import aiortc.rtcrtpsender
import pytest
from aiortc.rate import RateCounter

from kiosk.media import steady_time
from kiosk.media.steady_time import steady_aiortc
from kiosk.media.steady_time import steady_time as now


def test_it_is_the_time_of_day_at_first() -> None:
    """In a module that has just been loaded: this process may be older than the last setting of the machine's clock."""
    spec = find_spec(steady_time.__name__)
    assert spec is not None
    assert spec.loader is not None
    fresh = module_from_spec(spec)
    spec.loader.exec_module(fresh)
    assert abs(fresh.steady_datetime() - datetime.now(UTC)) < timedelta(seconds=5)
    assert abs(fresh.steady_time() - time.time()) < 5


@pytest.mark.parametrize("step_s", [3600.0, -3600.0, 365 * 86400.0])
def test_a_step_of_the_clock_is_not_seen(step_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    steady_aiortc()
    before = aiortc.clock.current_ms()
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + step_s)
    assert 0 <= aiortc.clock.current_ms() - before < 5000
    for module in (aiortc.rtcrtpreceiver, aiortc.rtcrtpsender, aioice.turn):
        assert vars(module)["time"].time is now


def test_an_hour_that_passes_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = now()
    monkeypatch.setattr(steady_time, "_BEGAN_S", steady_time._BEGAN_S - 3600)
    assert 3600 <= now() - before < 3605


def test_every_millisecond_of_a_step_would_cost_aiortcs_rate_counter_a_turn() -> None:
    counter = RateCounter(1000)
    counter.add(1, 0)
    began = time.process_time()
    counter.add(1, 600_000)
    step = time.process_time() - began
    began = time.process_time()
    counter.add(1, 600_033)
    assert time.process_time() - began < step / 100
