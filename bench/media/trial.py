"""One call of one contender with the far end, over one network, watched from outside from start to end."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

from bench.media.clip import HEIGHT, WIDTH
from bench.media.conditions import CLEAN
from bench.media.contenders import Contender, Seat, chromium, laptop, peer_page
from bench.media.ears import listening
from bench.media.line import Condition
from bench.media.relay import over, stringing
from bench.media.stage import FAR, PANEL, Stage
from bench.media.taken import Taken
from bench.media.weight import cpu_by_thread, named, weigh
from kiosk.media.fit import Size, fit
from tests.e2e.kit.sound import LAPTOP, PHONE

SPEAK_S: Final = 15.0
READY_S: Final = 30.0
JOIN_S: Final = 30.0
BOXES: Final = {"them": [0.0, 0.0, 1280.0, 720.0], "own": [1100.0, 600.0, 240.0, 135.0]}


@dataclass(frozen=True)
class Plan:
    """How one call goes: how long before what is measured begins, and how long that is."""

    condition: Condition
    seed: str
    settle_s: float
    measure_s: float
    painting: bool = True


async def run(stage: Stage, who: str, plan: Plan, boxes: dict[str, list[float]]) -> Taken:
    """Make the call. One that breaks says so in `trouble`."""
    taken = Taken(who, plan.condition, boxes=boxes)
    folder = Path(mkdtemp(prefix=f"{who}-", dir=stage.folder))
    try:
        async with contextlib.AsyncExitStack() as stack:
            await _play(stage, plan, taken, folder, stack)
    except (TimeoutError, ConnectionError, AssertionError, LookupError, OSError) as error:
        taken.trouble = f"{type(error).__name__}: {error}"
    return taken


async def _play(stage: Stage, plan: Plan, taken: Taken, folder: Path, stack: contextlib.AsyncExitStack) -> None:
    await stage.network.ask(stringing(plan.condition, plan.seed))
    far = await stack.enter_async_context(
        chromium(stage.desk, Seat("far", "far.html", FAR), stage.clip, folder, stage.far_env)
    )
    await far.line.until("ready", READY_S)
    near = await stack.enter_async_context(_contender(stage, plan, taken, folder))
    taken.started_at = near.started_at
    taken.ready_at = (await near.line.until("painted", READY_S))["at"]
    taken.near.words, taken.far.words = near.line.heard, far.line.heard
    taken.near.heard = await stack.enter_async_context(listening(LAPTOP, stage.sound.env))
    taken.far.heard = await stack.enter_async_context(listening(PHONE, stage.sound.env))
    await _watch(stage, taken)
    taken.called_at = time.time()
    await near.call(painting=plan.painting)
    signalling = asyncio.create_task(_signal(stage, near, far), name="signalling")
    try:
        await _measure(stage, plan, taken, near, far)
    finally:
        signalling.cancel()
        await asyncio.gather(signalling, return_exceptions=True)
        _keep(taken, await stage.onlooker.ask({"do": "tell"}))
        taken.packets = (await stage.network.ask({"do": "count"}))["counts"]


def _contender(
    stage: Stage, plan: Plan, taken: Taken, folder: Path
) -> contextlib.AbstractAsyncContextManager[Contender]:
    if taken.contender == "laptop":
        return laptop(folder, stage.clip, stage.near_env)
    seat = Seat("near", peer_page(taken.boxes, painting=plan.painting), PANEL)
    return chromium(stage.desk, seat, stage.clip, folder, stage.near_env)


async def _watch(stage: Stage, taken: Taken) -> None:
    near = {"display": stage.near_display, "box": taken.boxes["them"]}
    far = {"display": stage.far_display, "box": [0, 0, *FAR]}
    await stage.onlooker.ask({"do": "watch", "eyes": {"near": near, "far": far}, "sampled": ["far"]})


async def _signal(stage: Stage, near: Contender, far: Contender) -> None:
    """Carry every offer to the far end and its answer back, each by way of the network; also a later one's."""
    offers = answers = 0
    while True:
        await near.line.until("offer", None, after=offers)
        offers, offer = _next(near.line.heard, "offer", offers)
        session = str(offer.get("session", offers))
        await far.line.say({"type": "offer", "session": session, "sdp": over(offer["sdp"], stage.ports[1])})
        await far.line.until("answer", JOIN_S, after=answers)
        answers, answer = _next(far.line.heard, "answer", answers)
        await near.line.say({"type": "answer", "sdp": over(answer["sdp"], stage.ports[0])})


def _next(heard: list[dict[str, Any]], kind: str, after: int) -> tuple[int, dict[str, Any]]:
    index = next(index for index in range(after, len(heard)) if heard[index]["type"] == kind)
    return index + 1, heard[index]


async def _measure(stage: Stage, plan: Plan, taken: Taken, near: Contender, far: Contender) -> None:
    await far.line.until("size", JOIN_S)  # a picture has come
    await far.line.say({"type": "speak"})  # the far end is not weighed, and its clock may drift
    await asyncio.sleep(plan.settle_s)
    taken.began_at, threads = time.time(), cpu_by_thread(near.pid)
    taken.weights.append((taken.began_at, weigh(near.pid)))
    await far.line.say({"type": "count"})
    await near.line.say({"type": "count"})
    if plan.condition.cut_s:
        await _cut(stage, plan, taken)
    await asyncio.sleep(max(0.0, taken.began_at + plan.measure_s - time.time()))
    taken.ended_at = time.time()
    taken.weights.append((taken.ended_at, weigh(near.pid)))
    spent = cpu_by_thread(near.pid)
    counted = len(far.line.heard)
    for end in (far, near):
        await end.line.say({"type": "count"})
        await end.line.say({"type": "speak"})  # only now: it would cost a browser processor time
    await far.line.until("counted", after=counted)
    await far.line.until("own-sound", SPEAK_S, after=counted)
    await near.line.until("own-voice" if taken.contender == "laptop" else "own-sound", SPEAK_S)
    taken.threads = named(spent, threads, near.line.of("threads"))


async def _cut(stage: Stage, plan: Plan, taken: Taken) -> None:
    """A second in, nothing comes through for so long."""
    await asyncio.sleep(1)
    await stage.network.ask({"do": "cut"})
    await asyncio.sleep(plan.condition.cut_s)
    await stage.network.ask({"do": "mend"})
    taken.mended_at = time.time()


def _keep(taken: Taken, told: dict[str, Any]) -> None:
    for name, side in (("near", taken.near), ("far", taken.far)):
        side.seen = [(at, number) for at, number in told["seen"].get(name, [])]
        side.samples = Path(told["samples"][name]) if name in told["samples"] else None


@contextlib.asynccontextmanager
async def connected(stage: Stage, *, listens: bool = False) -> AsyncIterator[tuple[Contender, Contender]]:
    """The laptop in a call with the far end on a clean line, for as long as the block lasts: both ends.

    One that `listens` has the sound server's own choice of microphone and loudspeaker.
    """
    folder = Path(mkdtemp(prefix="long-", dir=stage.folder))
    async with contextlib.AsyncExitStack() as stack:
        await stage.network.ask(stringing(CLEAN, "1"))
        seat = Seat("far", "far.html", FAR)
        far = await stack.enter_async_context(chromium(stage.desk, seat, stage.clip, folder, stage.far_env))
        await far.line.until("ready", READY_S)
        env = {name: value for name, value in stage.near_env.items() if not (listens and name == "PULSE_SINK")}
        near = await stack.enter_async_context(laptop(folder, stage.clip, env, listens=listens))
        await near.line.until("painted", READY_S)
        await near.call(painting=True)
        signalling = asyncio.create_task(_signal(stage, near, far), name="signalling")
        try:
            await far.line.until("size", JOIN_S)
            yield near, far
        finally:
            signalling.cancel()
            await asyncio.gather(signalling, return_exceptions=True)


@contextlib.asynccontextmanager
async def laptop_boxes(stage: Stage) -> AsyncIterator[dict[str, list[float]]]:
    """Where the laptop draws its two pictures in a call, asked of itself."""
    folder = Path(mkdtemp(prefix="boxes-", dir=stage.folder))
    async with laptop(folder, stage.clip, stage.near_env) as near:
        await near.line.until("painted", READY_S)
        await near.call(painting=True)
        word = await near.line.until("boxes", READY_S)
        yield {"them": fitted(word["them"]), "own": word["own"]}


def fitted(view: list[float]) -> list[float]:
    """Where a picture of the clip's shape stands in the laptop's view of it: at the top, in the middle."""
    left, top, width, height = (int(side) for side in view)
    size = fit(Size(WIDTH, HEIGHT), Size(width, height))
    return [left + (width - size.width) // 2, top, size.width, size.height]
