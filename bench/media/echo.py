"""How much of the far end's voice comes back to it: a real call in a virtual room, with an echo canceller and without.

In the room the microphone hears the loudspeaker 20 ms late and at half its strength, and nobody speaks but the far end.
What is compared is what the far end hears, so all that the laptop does to its sound counts.
"""

import asyncio
import contextlib
import math
import os
import sys
from collections.abc import AsyncIterator
from typing import Final

import numpy as np

from bench.media.ears import RATE, Samples, listening
from bench.media.stage import Stage
from bench.media.trial import connected
from kiosk.media.pulse_words import CANCELLER
from tests.e2e.kit.clips import write_tone
from tests.e2e.kit.sound import LAPTOP, PHONE

LEARN_S: Final = 8.0  # what a canceller may take to learn the room
LISTEN_S: Final = 5.0
HUSH_S: Final = 1.0
ROOM: Final = ("module-loopback", f"source={LAPTOP}.monitor", "sink=micsrc", "latency_msec=20")
HALF_DB: Final = "-6dB"  # half as strong
CHOSEN: Final = ("source_name=echo-cancel-source", "sink_name=echo-cancel-sink")
AUDIBLE: Final = 10.0  # times what is left of the echo: so loud somebody in the room must be, else nothing was proved
SILENT: Final = 1.0  # of 32767: less cannot be told from nothing


async def attenuation_db(stage: Stage) -> float | None:
    """By how much the canceller weakens the echo at the far end's ear; None where there was no call, or no echo.

    A microphone that is dead weakens the echo too: None as well where somebody in the room is not heard either.
    """
    try:
        async with _loaded(stage, ROOM):
            await _pactl(stage, "set-sink-volume", "micsrc", HALF_DB)
            without, _ = await _echo(stage)
            async with _loaded(stage, product_canceller()), _chosen(stage, "echo-cancel-sink", "echo-cancel-source"):
                cancelled, spoken = await _echo(stage)
    except (TimeoutError, ConnectionError, AssertionError) as error:
        print(f"  echo: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return None
    finally:
        await _pactl(stage, "set-sink-volume", "micsrc", "100%")
    print(f"  echo: {without:.0f} without, {cancelled:.1f} with; somebody: {spoken:.0f}", file=sys.stderr, flush=True)
    return decibels(without, cancelled) if spoken >= AUDIBLE * max(cancelled, SILENT) else None


def product_canceller() -> tuple[str, ...]:
    """The module that the laptop itself loads, with the laptop's own arguments, under names that can be chosen."""
    return ("module-echo-cancel", CANCELLER, f"source_master=mic sink_master={LAPTOP}", *CHOSEN)


def decibels(without: float, cancelled: float) -> float | None:
    """The ratio of two levels; None where even the first is silence."""
    return 20 * math.log10(without / max(cancelled, SILENT)) if without > SILENT else None


def level(samples: Samples) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) if samples.size else 0.0


async def _echo(stage: Stage) -> tuple[float, float]:
    """How loud the far end hears itself, and then, once it is silent, somebody in the room."""
    voice = write_tone(stage.folder / "somebody.wav", 700)
    async with connected(stage, listens=True) as (_near, far):
        await asyncio.sleep(LEARN_S)
        async with listening(PHONE, stage.sound.env) as heard:
            await asyncio.sleep(LISTEN_S)
        await far.line.say({"type": "hush"})
        await asyncio.sleep(HUSH_S)
        async with stage.sound.speaking(voice), listening(PHONE, stage.sound.env) as spoken:
            await asyncio.sleep(LISTEN_S)
    return level(heard.samples()[RATE // 2 :]), level(spoken.samples()[RATE // 2 :])


@contextlib.asynccontextmanager
async def _loaded(stage: Stage, module: tuple[str, ...]) -> AsyncIterator[None]:
    number = await _pactl(stage, "load-module", *module)
    try:
        yield
    finally:
        await _pactl(stage, "unload-module", number)


@contextlib.asynccontextmanager
async def _chosen(stage: Stage, sink: str, source: str) -> AsyncIterator[None]:
    """For as long as the block lasts, the sound server's default is another."""
    await _pactl(stage, "set-default-sink", sink)
    await _pactl(stage, "set-default-source", source)
    try:
        yield
    finally:
        await _pactl(stage, "set-default-sink", LAPTOP)
        await _pactl(stage, "set-default-source", "mic")


async def _pactl(stage: Stage, *command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        "pactl", *command, stdout=asyncio.subprocess.PIPE, env={**os.environ, **stage.sound.env}
    )
    async with asyncio.timeout(10):
        said, _ = await process.communicate()
    assert process.returncode == 0, command
    return said.decode().strip()
