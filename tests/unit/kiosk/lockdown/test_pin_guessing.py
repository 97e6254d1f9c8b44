"""However a guesser uses the one door, its files and the power button: few PINs are really tried."""

import asyncio
import contextlib
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.errors import Refused
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.officers import PINS, Desk, roster

NUMBERS = st.sampled_from(["A1", "B2", "OLD", "NOBODY", "NONE2"])
GUESSES = st.tuples(st.just("guess"), st.lists(NUMBERS, min_size=1, max_size=3))  # at the same time
RESTS = st.tuples(st.just("rest"), st.integers(0, 1000))
RESTARTS = st.tuples(st.just("restart"), st.just(0))
SET_CLOCKS = st.tuples(st.just("set the clock"), st.integers(-10_000, 10_000))
LOG_INS = st.tuples(st.just("log in"), st.just(0))
ACTS = st.lists(st.one_of(GUESSES, GUESSES, RESTS, RESTARTS, SET_CLOCKS, LOG_INS), max_size=40)


@dataclass
class Guesser:
    """Knows A1's PIN and wants another; `waits` is whether it comes back as soon as it may."""

    folder: Path
    waits: bool
    clock: FakeClock = field(default_factory=FakeClock)
    passed_s: int = 0
    tried: int = 0
    logged_in: int = 0

    async def do(self, acts: list[tuple[str, object]]) -> None:
        desk = Desk(self.folder, self.clock)
        for what, how in acts:
            if what == "restart":
                await self._leave(desk)
                self.clock = FakeClock()
                desk = Desk(self.folder, self.clock)
            elif what == "rest" and isinstance(how, int):
                self._pass(how)
            elif what == "set the clock" and isinstance(how, int):
                self.clock.set_wall(NOON + timedelta(days=how))
            elif what == "log in":
                await self._log_in(desk)
            elif isinstance(how, list):
                await self._guess(desk, how)
        await self._leave(desk)

    async def _guess(self, desk: Desk, numbers: list[str]) -> None:
        before = len(desk.fits.made)
        await asyncio.gather(*(desk.check.check(number, "000001") for number in numbers), return_exceptions=True)
        if self.waits and len(desk.fits.made) == before:
            self._pass(900)

    async def _log_in(self, desk: Desk) -> None:
        with contextlib.suppress(Refused):
            await desk.check.check("A1", PINS["A1"])
            self.logged_in += 1

    def _pass(self, seconds: int) -> None:
        self.passed_s += seconds
        self.clock.advance(seconds)

    async def _leave(self, desk: Desk) -> None:
        self.tried += len(desk.fits.made)
        await desk.check.close()


@pytest.mark.slow
@given(ACTS, st.booleans())
@settings(max_examples=60, deadline=None)
def test_at_most_ten_guesses_and_four_an_hour_reach_a_verifier(acts: list[tuple[str, object]], waits: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        roster(Path(folder))
        guesser = Guesser(Path(folder), waits)
        asyncio.run(guesser.do(acts))
    assert guesser.tried - guesser.logged_in <= 10 + guesser.passed_s / 900
