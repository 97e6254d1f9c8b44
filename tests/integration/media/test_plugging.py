"""Devices come and go on a real sound server while a call runs: sound follows, and the call goes on."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from kiosk.hearing import A_VOICE
from kiosk.media.pulse_line import QT_TRIES_AFTER_S
from tests.fakes.eventually import eventually
from tests.integration.media.listening import level_of, share_at
from tests.integration.media.sound_server import RATE, SoundServer, sound_server
from tests.integration.media.test_sound import LIMIT_S, Laptop
from tests.integration.media.visitor import GreenSquare, Tone, Visitor

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="the Debian package pulseaudio is not installed"),
]

BUILT_IN_HZ, HEADSET_HZ = 620, 1240
NOTICED_AWAY_S = QT_TRIES_AFTER_S - 0.4  # it is looked for by then, every 0.2 s for up to 0.2 s
LIPS = "module-null-sink sink_name=lips rate=48000 channels=1"  # at the headset's microphone


def spoken(hz: int) -> npt.NDArray[np.int16]:
    return (0.3 * 32768 * np.sin(2 * np.pi * hz * np.arange(60 * RATE) / RATE)).astype(np.int16)


async def heard_at(visitor: Visitor, hz: int) -> float:
    """When the visitor hears a tone, on the monotonic clock; 0 hertz is silence."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            newest = np.concatenate(list(visitor.heard)[-3:])
            if (level_of(newest) < 0.001) if hz == 0 else (level_of(newest) > 0.05 and share_at(newest, hz) > 0.5):
                return time.monotonic()
            await asyncio.sleep(0.01)


async def failed_before_it_is_heard(laptop: Laptop, visitor: Visitor) -> dict[str, Any] | None:
    """None once the visitor hears what is spoken, or how the session failed before."""
    heard = asyncio.create_task(heard_at(visitor, BUILT_IN_HZ))
    failed = asyncio.create_task(laptop.next("SessionFailed"))
    await asyncio.wait((heard, failed), return_when=asyncio.FIRST_COMPLETED)
    for each in (heard, failed):
        each.cancel()
    came, _ = await asyncio.gather(heard, failed, return_exceptions=True)
    return None if isinstance(came, float) else await failed


async def without_microphone(laptop: Laptop) -> dict[str, Any]:
    """The devices there are, once the meter has been told too that there is none; in whichever order."""
    found, is_told = None, False
    while found is None or not is_told:
        said = await laptop.next("DevicesFound", "HearsNow")
        if said["fact"] == "DevicesFound":
            found = said
        else:
            is_told = is_told or said["hearing"] == {"step": None}
    return found


@asynccontextmanager
async def a_call(server: SoundServer) -> AsyncIterator[tuple[Laptop, Visitor]]:
    laptop = await Laptop.start(server)
    await laptop.next("DevicesFound")
    visitor = Visitor(GreenSquare(160, 90), Tone())
    laptop.wish("connect", session="session-1", purpose="call")
    offer = await laptop.next("OfferMade")
    laptop.wish("answer", session="session-1", sdp=await visitor.answer(offer["sdp"]))
    await visitor.heard_enough.wait()
    yield laptop, visitor
    await visitor.close()
    assert (await laptop.close())["left"] == []


async def test_sound_follows_the_headset_in_and_out_within_a_second(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plugged: list[float] = []
    unplugged: list[float] = []
    async with (
        sound_server(LIPS) as server,
        server.speaking(spoken(BUILT_IN_HZ), tmp_path),
        server.speaking(spoken(HEADSET_HZ), tmp_path, "lips"),
        server.ear("speaker") as room,
        a_call(server) as (_laptop, visitor),
    ):
        await heard_at(visitor, BUILT_IN_HZ)
        while len(plugged) < 2 and (not plugged or max(*plugged, *unplugged) >= 1.0):  # the machine may be busy once
            ears = await server.load("module-null-sink", "sink_name=headset", "channels=1")
            async with server.ear("headset") as ear:
                lips = await server.load("module-remap-source", "master=lips.monitor", "source_name=boom")
                began = time.monotonic()
                await server.ask("set-default-sink", "headset")
                await server.ask("set-default-source", "boom")
                at = await asyncio.gather(ear.hears_it_at(), heard_at(visitor, HEADSET_HZ))
                await eventually(lambda: room.level < 100, 10, "the loudspeaker plays on beside the headset")
                plugged.append(max(at) - began)
            began = time.monotonic()
            await server.unload(ears)
            await server.unload(lips)
            at = await asyncio.gather(room.hears_it_at(), heard_at(visitor, BUILT_IN_HZ))
            unplugged.append(max(at) - began)
    with capsys.disabled():
        print(f"\n  seconds until both directions follow: plugged {plugged}, unplugged {unplugged}")  # noqa: T201
    assert min(plugged) < 1.0
    assert min(unplugged) < 1.0


async def test_without_a_microphone_the_call_goes_on_in_silence_until_there_is_one(tmp_path: Path) -> None:
    async with (
        sound_server() as server,
        server.speaking(spoken(BUILT_IN_HZ), tmp_path),
        a_call(server) as (laptop, visitor),
    ):
        await heard_at(visitor, BUILT_IN_HZ)
        await server.unload(await server.number_of("module-remap-source"))
        gone = await without_microphone(laptop)
        await heard_at(visitor, 0)
        await server.load("module-remap-source", "master=mouth.monitor", "source_name=microphone", "remix=no")
        back = await laptop.next("DevicesFound")
        await laptop.hears(lambda now: now is not None and (now["step"] or 0) > A_VOICE)
        await heard_at(visitor, BUILT_IN_HZ)
        measured = await laptop.next("Measured")
    assert (gone["microphone"], gone["speaker"]) == (False, True)
    assert (back["microphone"], back["speaker"]) == (True, True)
    assert measured["session"] == "session-1"


async def test_a_call_outlives_a_sound_server_that_starts_again(tmp_path: Path) -> None:
    async with sound_server() as server, a_call(server) as (laptop, visitor):
        began = time.monotonic()
        await server.stop()
        await server.start()
        away_s = time.monotonic() - began
        async with server.speaking(spoken(BUILT_IN_HZ), tmp_path):
            failed = await failed_before_it_is_heard(laptop, visitor)
        measured = None if failed else await laptop.next("Measured")
    if failed:  # Qt has looked for the server already, and found none
        assert (failed["text"], away_s > NOTICED_AWAY_S) == ("The sound server does not answer.", True)
    assert measured is None or measured["session"] == "session-1"
