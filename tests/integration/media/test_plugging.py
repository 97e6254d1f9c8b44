"""Devices come and go on a real sound server while a call runs: sound follows, and the call goes on."""

import asyncio
import shutil
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.integration.media.listening import clearest_share_at, level_of, share_at
from tests.integration.media.sound_server import RATE, SoundServer, sound_server
from tests.integration.media.test_sound import LIMIT_S, Laptop
from tests.integration.media.visitor import GreenSquare, Tone, Visitor

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="the Debian package pulseaudio is not installed"),
]

BUILT_IN_HZ, HEADSET_HZ = 620, 1240


def spoken(hz: int) -> npt.NDArray[np.int16]:
    return (0.3 * 32768 * np.sin(2 * np.pi * hz * np.arange(40 * RATE) / RATE)).astype(np.int16)


async def seconds_until_heard(visitor: Visitor, hz: int) -> float:
    """How long from now until the visitor hears a tone; 0 hertz is silence."""
    began = time.monotonic()
    async with asyncio.timeout(LIMIT_S):
        while True:
            newest = np.concatenate(list(visitor.heard)[-5:])
            if (level_of(newest) < 0.001) if hz == 0 else (level_of(newest) > 0.05 and share_at(newest, hz) > 0.5):
                return time.monotonic() - began
            await asyncio.sleep(0.02)


async def headset(server: SoundServer) -> list[str]:
    """Plug one in, as the new default."""
    ears = await server.load("module-null-sink", "sink_name=headset", "channels=1")
    lips = await server.load("module-remap-source", "master=lips.monitor", "source_name=boom")
    await server.ask("set-default-sink", "headset")
    await server.ask("set-default-source", "boom")
    return [ears, lips]


async def test_sound_follows_the_headset_in_and_out_and_the_call_goes_on(tmp_path: Path) -> None:
    async with sound_server() as server:
        await server.load("module-null-sink", "sink_name=lips", "channels=1")
        async with (
            server.speaking(spoken(BUILT_IN_HZ), tmp_path),
            server.speaking(spoken(HEADSET_HZ), tmp_path, "lips"),
        ):
            laptop = await Laptop.start(server)
            await laptop.next("DevicesFound")
            visitor = Visitor(GreenSquare(320, 180), Tone())
            laptop.wish("connect", session="session-1", purpose="call")
            offer = await laptop.next("OfferMade")
            laptop.wish("answer", session="session-1", sdp=await visitor.answer(offer["sdp"]))
            await visitor.heard_enough.wait()
            await seconds_until_heard(visitor, BUILT_IN_HZ)

            plugged = await headset(server)
            there = await asyncio.gather(
                server.seconds_until_it_plays("headset"), seconds_until_heard(visitor, HEADSET_HZ)
            )
            left_behind = level_of(await server.listen(0.3))
            for module in plugged:
                await server.unload(module)
            back = await asyncio.gather(
                server.seconds_until_it_plays("speaker"), seconds_until_heard(visitor, BUILT_IN_HZ)
            )

            await server.unload(await server.number_of("module-remap-source"))
            gone = await laptop.next("DevicesFound")
            silent = await seconds_until_heard(visitor, 0)
            await server.load("module-remap-source", "master=mouth.monitor", "source_name=microphone", "remix=no")
            again = await seconds_until_heard(visitor, BUILT_IN_HZ)
            found = await laptop.next("DevicesFound")
            measured = await laptop.next("Measured")
        await visitor.close()
        closed = await laptop.close()

    print(f"headset {there}, built in {back}, silent {silent:.2f}, again {again:.2f}")
    assert max(*there, *back, silent, again) < 1.0
    assert left_behind < 0.001
    assert (gone["microphone"], gone["speaker"]) == (False, True)
    assert (found["microphone"], found["speaker"]) == (True, True)
    assert measured["session"] == "session-1"
    assert closed["left"] == []
