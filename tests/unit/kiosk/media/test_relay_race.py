"""The first way that works wins, the best has a head start, and nothing that was opened is left open."""

import asyncio

import pytest

from kiosk.media.relay_race import NoneWorks, Race
from tests.fakes.eventually import eventually

AT_ONCE, NEVER = 0.0, 3600.0


class Ways:
    """Ways that work, fail or keep silent as a test says; keeps which were begun, cut short and let go of."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.cut: list[str] = []
        self.dropped: list[str] = []
        self.works: dict[str, asyncio.Event] = {}
        self.fails: set[str] = set()
        self.both = asyncio.Event()
        self.slow_to_stop: set[str] = set()
        self.stopping, self.stop = asyncio.Event(), asyncio.Event()

    async def attempt(self, way: str) -> str:
        self.begun.append(way)
        if len(self.begun) == 2:
            self.both.set()
        if way in self.fails:
            raise ConnectionRefusedError(way)
        try:
            await self.works.setdefault(way, asyncio.Event()).wait()
        except asyncio.CancelledError:
            self.cut.append(way)
            if way not in self.slow_to_stop:
                raise
            self.stopping.set()
            await self.stop.wait()
        return f"by {way}"

    def work(self, *ways: str) -> None:
        for way in ways:
            self.works.setdefault(way, asyncio.Event()).set()

    def race(self) -> Race[str, str]:
        return Race(self.attempt, self.dropped.append)


async def test_the_best_wins_before_another_is_begun() -> None:
    ways = Ways()
    ways.work("udp", "tcp")
    assert await ways.race().run([["udp"], ["tcp"]], head_start_s=NEVER) == ("udp", "by udp")
    assert ways.begun == ["udp"]


async def test_a_silent_way_holds_up_the_next_for_its_head_start_only() -> None:
    ways = Ways()
    ways.work("tls")
    assert await ways.race().run([["udp"], ["tcp"], ["tls"]], head_start_s=AT_ONCE) == ("tls", "by tls")
    assert ways.cut == ["udp", "tcp"]


async def test_a_way_that_fails_makes_way_at_once() -> None:
    ways = Ways()
    ways.fails = {"udp"}
    ways.work("tcp")
    assert await ways.race().run([["udp"], ["tcp"]], head_start_s=NEVER) == ("tcp", "by tcp")


async def test_where_two_work_at_once_the_better_wins_and_the_other_is_let_go_of() -> None:
    ways = Ways()
    ways.work("udp", "tcp")
    assert await ways.race().run([["udp", "tcp"]], head_start_s=NEVER) == ("udp", "by udp")
    assert ways.dropped == ["by tcp"]


async def test_where_none_works_each_says_why() -> None:
    ways = Ways()
    ways.fails = {"tcp"}
    with pytest.raises(NoneWorks) as none:
        await ways.race().run([["udp"], ["tcp"]], head_start_s=AT_ONCE, limit_s=0.01)
    assert [type(why) for why in none.value.why] == [TimeoutError, ConnectionRefusedError]
    assert ways.cut == ["udp"]


async def test_a_race_that_is_cut_short_leaves_nothing_running() -> None:
    ways = Ways()
    racing = asyncio.create_task(ways.race().run([["udp"], ["tcp"]], head_start_s=AT_ONCE))
    await ways.both.wait()
    racing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await racing
    assert sorted(ways.cut) == ["tcp", "udp"]


async def test_a_race_that_is_won_and_then_cut_short_keeps_nothing() -> None:
    ways = Ways()
    ways.slow_to_stop = {"udp"}
    racing = asyncio.create_task(ways.race().run([["udp"], ["tcp"]], head_start_s=AT_ONCE))
    await ways.both.wait()
    ways.work("tcp")
    await ways.stopping.wait()
    racing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await racing
    assert ways.dropped == ["by tcp"]
    ways.stop.set()
    await eventually(lambda: ways.dropped == ["by tcp", "by udp"], 5, "what worked too late is let go of")
