"""Real sound through a real sound server, both ways: what is spoken is heard there, what is sent there plays here."""

import asyncio
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.integration.media.listening import clearest_share_at, level_of
from tests.integration.media.sound_server import RATE, SoundServer, sound_server
from tests.integration.media.visitor import TONE_HZ, GreenSquare, Tone, Visitor

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="the Debian package pulseaudio is not installed"),
]

SPOKEN_HZ = 620
LIMIT_S = 60.0


class Laptop:
    """The other end of `laptop_process`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._wishes, self._facts = process, process.stdin, process.stdout

    @classmethod
    async def start(cls, server: SoundServer) -> "Laptop":
        """In the server's environment."""
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.integration.media.laptop_process",
                env=server.environment,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=1 << 20,
            )
        )

    def wish(self, wish: str, **more: Any) -> None:
        """Ask for something."""
        self._wishes.write(json.dumps({"wish": wish, **more}).encode() + b"\n")

    async def next(self, *names: str) -> dict[str, Any]:
        """The next fact of such a name."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                said: dict[str, Any] = json.loads(await self._facts.readline())
                if said["fact"] in names:
                    return said

    async def hears(self, wanted: Callable[[dict[str, Any] | None], bool]) -> None:
        """Until the meter is told what is wanted."""
        while not wanted((await self.next("HearsNow"))["hearing"]):
            pass

    async def close(self) -> dict[str, Any]:
        """End the process; what it says last."""
        self._wishes.close()
        closed = await self.next("Closed")
        assert await self._process.wait() == 0
        return closed


def is_settled(measured: dict[str, Any]) -> bool:
    """Whether enough was sent, and the microphone, of which a moment is told, heard what is spoken at 0.3 of full."""
    return measured["sent_audio_ms"] >= 3000 and -20 < (measured["microphone_dbfs"] or -90) < -10


async def test_sound_goes_both_ways_through_real_devices(tmp_path: Path) -> None:
    spoken = (0.3 * 32768 * np.sin(2 * np.pi * SPOKEN_HZ * np.arange(60 * RATE) / RATE)).astype(np.int16)
    async with sound_server() as server, server.speaking(spoken, tmp_path):
        laptop = await Laptop.start(server)
        found = await laptop.next("DevicesFound")
        visitor = Visitor(GreenSquare(320, 180), Tone())
        laptop.wish("connect", session="session-1", purpose="call")
        offer = await laptop.next("OfferMade")
        laptop.wish("answer", session="session-1", sdp=await visitor.answer(offer["sdp"]))
        await laptop.next("Measured")
        await visitor.heard_enough.wait()
        played = await server.listen(2)
        heard = visitor.sound()
        measured = await laptop.next("Measured")
        async with asyncio.timeout(LIMIT_S):
            while not is_settled(measured):  # reports wait in line; the early ones are of the first moments
                measured = await laptop.next("Measured")
        laptop.wish("disconnect")
        await laptop.hears(lambda now: now is None)
        laptop.wish("connect", session="session-2", purpose="preview")
        await laptop.next("OfferMade")
        silent = await server.listen(0.5)
        await visitor.close()
        closed = await laptop.close()

    assert found["microphone"]
    assert found["speaker"]
    assert clearest_share_at(heard, SPOKEN_HZ) > 0.9
    assert level_of(heard) > 0.1
    assert clearest_share_at(played, TONE_HZ) > 0.9
    assert level_of(played) > 0.05
    assert 0.1 < measured["received_audio_rms"] < 0.18
    assert measured["sent_audio_rms"] > 0.1
    assert 10 < measured["speaker_latency_ms"] < 200
    assert level_of(silent) < 0.001
    assert closed["left"] == []


async def test_a_sound_server_that_dies_ends_the_session() -> None:
    async with sound_server() as server:
        laptop = await Laptop.start(server)
        visitor = Visitor(GreenSquare(320, 180), Tone())
        laptop.wish("connect", session="session-1", purpose="call")
        offer = await laptop.next("OfferMade")
        laptop.wish("answer", session="session-1", sdp=await visitor.answer(offer["sdp"]))
        await visitor.heard_enough.wait()
        await server.stop()
        failed = await laptop.next("SessionFailed")
        await visitor.close()
        closed = await laptop.close()

    assert failed["text"] == "The sound server does not answer."
    assert closed["left"] == []
