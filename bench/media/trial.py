"""One call of one contender with the far end, over one network, watched from outside from start to end."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

from bench.cpu import tree_cpu_s
from bench.media.clip import HEIGHT, WIDTH
from bench.media.conditions import CLEAN
from bench.media.contenders import Contender, Seat, chromium, laptop, peer_page
from bench.media.desk import Line
from bench.media.ears import listening
from bench.media.line import Condition
from bench.media.relay import over, stringing
from bench.media.stage import FAR, PANEL, Stage
from bench.media.taken import Taken
from bench.media.weight import cpu_by_thread, named, weigh
from kiosk.media.fit import Size, fit
from tests.e2e.kit.sound import LAPTOP, PHONE

SPEAK_S: Final = 15.0
READY_S: Final = 60.0
JOIN_S: Final = 30.0
QUIET_PERCENT: Final = 8.0  # of a core, over a second
QUIET_WITHIN_S: Final = 15.0
BROKEN: Final = (TimeoutError, ConnectionError, AssertionError, LookupError, OSError)  # what ends a call, not the bench


@dataclass(frozen=True)
class Plan:
    """How one call goes: how long before what is measured begins, how long that is, and how many lines go and come."""

    condition: Condition
    seed: str
    settle_s: float
    measure_s: float
    painting: bool = True
    lines: int = 360  # of the contender's camera; 0 is one that shows nothing
    far_lines: int = 360


@dataclass
class Seated:
    """A contender and the far end, started and ready; several calls may be made between them, one after another."""

    who: str
    near: Contender
    far: Contender
    ready_at: float
    boxes: dict[str, list[float]]
    calls: int = field(default=0)


@contextlib.asynccontextmanager
async def seated(
    stage: Stage, who: str, boxes: dict[str, list[float]], *, listens: bool = False
) -> AsyncIterator[Seated]:
    """Start both, wait until they are ready, and stop them at the block's end."""
    folder = Path(mkdtemp(prefix=f"{who}-", dir=stage.folder))
    async with contextlib.AsyncExitStack() as stack:
        far_seat = Seat("far", "far.html", FAR, stage.far_browser)
        far = await stack.enter_async_context(chromium(stage.desk, far_seat, stage.clip, folder, stage.far_env))
        await far.line.until("ready", READY_S)
        if who == "laptop":
            env = {name: value for name, value in stage.near_env.items() if not (listens and name == "PULSE_SINK")}
            coming = laptop(folder, stage.clip, env, listens=listens)
        else:
            coming = chromium(stage.desk, Seat("near", peer_page(boxes), PANEL), stage.clip, folder, stage.near_env)
        near = await stack.enter_async_context(coming)
        painted = await near.line.until("painted", READY_S)
        await _quiet(near.pid)
        yield Seated(who, near, far, float(painted["at"]), boxes)


async def _quiet(pid: int) -> None:
    """Wait until a program has done what it does after its start, at most QUIET_WITHIN_S: people do not call sooner."""
    end = time.monotonic() + QUIET_WITHIN_S
    busy = QUIET_PERCENT
    while busy >= QUIET_PERCENT and time.monotonic() < end:
        before, began = tree_cpu_s(pid), time.monotonic()
        await asyncio.sleep(1)
        busy = 100 * (tree_cpu_s(pid) - before) / (time.monotonic() - began)


async def run(stage: Stage, pair: Seated, plan: Plan) -> Taken:
    """Make one call. One that breaks says so in `trouble`."""
    taken = Taken(pair.who, plan.condition, boxes=pair.boxes)
    if not pair.calls:  # only the first has the start of the program before it
        taken.started_at, taken.ready_at = pair.near.started_at, pair.ready_at
        taken.steps = {word["name"]: float(word["at"]) for word in pair.near.line.of("step")}
    pair.calls += 1
    try:
        await _call(stage, pair, plan, taken)
    except BROKEN as error:
        unless_cancelled(error)
        taken.trouble = f"{type(error).__name__}: {error}"
    return taken


def unless_cancelled(error: BaseException) -> None:
    """Go on after this error. Raises CancelledError where it only came of the bench being stopped."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError from error


async def _call(stage: Stage, pair: Seated, plan: Plan, taken: Taken) -> None:
    near, far = pair.near, pair.far
    marks = len(near.line.heard), len(far.line.heard)
    await stage.network.ask(stringing(plan.condition, plan.seed))
    try:
        async with listening(LAPTOP, stage.sound.env) as here, listening(PHONE, stage.sound.env) as there:
            taken.near.heard, taken.far.heard = here, there
            await _watch(stage, taken)
            taken.called_at = time.time()
            async with _signalling(stage, near, far):
                await far.line.say({"type": "camera", "lines": plan.far_lines})
                await near.call(painting=plan.painting, lines=plan.lines)
                await _unless_it_fails(near.line, marks[0], _measure(stage, plan, taken, near, far))
    finally:
        taken.joined_ms = next((word["ms"] for word in near.line.of("joined")[-1:]), {})
        taken.near.words, taken.far.words = near.line.heard[marks[0] :], far.line.heard[marks[1] :]
        _keep(taken, await stage.onlooker.ask({"do": "tell"}))
        taken.packets = (await stage.network.ask({"do": "count"}))["counts"]


async def _unless_it_fails(line: Line, mark: int, work: Coroutine[Any, Any, None]) -> None:
    """Do the work. Raises ConnectionError as soon as the contender says that its call has failed."""
    working = asyncio.create_task(work, name="measure a call")
    failing = asyncio.create_task(line.until("failed", None, after=mark), name="hear that a call fails")
    try:
        await asyncio.wait({working, failing}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ConnectionError(f"the call failed: {failing.result()['text']}")
        working.result()
    finally:
        for task in (working, failing):
            task.cancel()
        await asyncio.gather(working, failing, return_exceptions=True)


async def _watch(stage: Stage, taken: Taken) -> None:
    near = {"display": stage.near_display, "box": taken.boxes["them"]}
    far = {"display": stage.far_display, "box": [0, 0, *FAR]}
    await stage.onlooker.ask({"do": "watch", "eyes": {"near": near, "far": far}, "sampled": ["far"]})


@contextlib.asynccontextmanager
async def _signalling(stage: Stage, near: Contender, far: Contender) -> AsyncIterator[None]:
    """For as long as the block lasts, whatever is offered is answered. It goes past the network, for both alike."""
    marks = len(near.line.heard), len(far.line.heard)
    task = asyncio.create_task(_signal(stage, near, far, *marks), name="signalling")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _signal(stage: Stage, near: Contender, far: Contender, offers: int, answers: int) -> None:
    """Carry every offer to the far end, by a flow of its own; and whatever is answered, to whom it answers."""
    ports: dict[str, list[int]] = {}

    async def offer(after: int) -> None:
        while True:
            after, word = await _next(near.line, "offer", after)
            session = str(word.get("session", after))
            ports[session] = (await stage.network.ask({"do": "flow"}))["ports"]
            sdp = over(word["sdp"], ports[session][1])
            await far.line.say({"type": "offer", "session": session, "renews": word.get("renews"), "sdp": sdp})

    async def answer(after: int) -> None:
        while True:
            after, word = await _next(far.line, "answer", after)
            if word["session"] in ports:
                sdp = over(word["sdp"], ports[word["session"]][0])
                await near.line.say({"type": "answer", "session": word["session"], "sdp": sdp})

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(offer(offers))
        tasks.create_task(answer(answers))


async def _next(line: Line, kind: str, after: int) -> tuple[int, dict[str, Any]]:
    word = await line.until(kind, None, after=after)
    index = next(index for index in range(after, len(line.heard)) if line.heard[index] is word)
    return index + 1, word


async def _measure(stage: Stage, plan: Plan, taken: Taken, near: Contender, far: Contender) -> None:
    await far.line.until("size", JOIN_S, after=len(far.line.heard))  # a picture has come
    for end in (far, near):  # at both ends of the stretch, for its clock may drift; the laptop tells by itself
        await end.line.say({"type": "speak"})
    await asyncio.sleep(plan.settle_s)
    taken.began_at, threads = time.time(), cpu_by_thread(near.pid)
    taken.weights.append((taken.began_at, weigh(near.pid)))
    await near.line.say({"type": "count"})
    if plan.condition.cut_s:
        await _cut(stage, plan, taken)
    await asyncio.sleep(max(0.0, taken.began_at + plan.measure_s - time.time()))
    taken.ended_at = time.time()
    taken.weights.append((taken.ended_at, weigh(near.pid)))
    spent = cpu_by_thread(near.pid)
    marks = len(near.line.heard), len(far.line.heard)
    for end in (far, near):
        await end.line.say({"type": "count"})
        await end.line.say({"type": "speak"})  # only now: it would cost a browser processor time
    await far.line.until("own-sound", SPEAK_S, after=marks[1])
    if taken.contender == "laptop":
        await near.line.until("threads", SPEAK_S, after=marks[0])
    else:
        await near.line.until("own-sound", SPEAK_S, after=marks[0])
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
    async with seated(stage, "laptop", {}, listens=listens) as pair:
        await stage.network.ask(stringing(CLEAN, "1"))
        async with _signalling(stage, pair.near, pair.far):
            await pair.far.line.say({"type": "camera", "lines": Plan.far_lines})
            await pair.near.call()
            await pair.far.line.until("size", JOIN_S)
            yield pair.near, pair.far


@contextlib.asynccontextmanager
async def laptop_boxes(stage: Stage) -> AsyncIterator[dict[str, list[float]]]:
    """Where the laptop draws its two pictures in a call, asked of itself."""
    folder = Path(mkdtemp(prefix="boxes-", dir=stage.folder))
    async with laptop(folder, stage.clip, stage.near_env) as near:
        await near.line.until("painted", READY_S)
        await near.call()
        word = await near.line.until("boxes", READY_S)
        yield {"them": fitted(word["them"]), "own": word["own"]}


def fitted(view: list[float]) -> list[float]:
    """Where a picture of the clip's shape stands in the laptop's view of it: at the top, in the middle."""
    left, top, width, height = (int(side) for side in view)
    size = fit(Size(WIDTH, HEIGHT), Size(width, height))
    return [left + (width - size.width) // 2, top, size.width, size.height]
