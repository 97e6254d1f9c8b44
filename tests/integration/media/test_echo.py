"""A real echo canceller in a virtual room: the loudspeaker is heard by the microphone, 20 ms late and weaker."""

import asyncio
import shutil
import sys

import pytest

from tests.integration.media.sound_server import SoundServer, sound_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="the Debian package pulseaudio is not installed"),
]

ROOM = "module-loopback source=speaker.monitor sink=mouth latency_msec=20"
LIMIT_S = 60.0


async def found(server: SoundServer, *arguments: str) -> dict[str, str]:
    """What `prove_echo` finds, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.media.echo_process", *arguments, env=server.environment, stdout=-1
    )
    async with asyncio.timeout(LIMIT_S):
        said, _ = await process.communicate()
    return dict(word.split("=") for word in said.decode().split())


async def test_the_laptops_server_is_asked_for_a_canceller_that_is_found_and_proved(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with sound_server(ROOM) as server:
        await server.run("pactl", "set-sink-volume", "mouth", "50%")
        without = await found(server)
        proved = await found(server, "ours")
    with capsys.disabled():
        print(f"\n  without: {without}\n  with: {proved}")  # noqa: T201
    assert without["echo"] == "no_canceller"
    assert proved["echo"] == "proved"
    assert float(proved["attenuation_db"]) >= 25


async def test_what_only_calls_itself_a_canceller_is_not_believed(capsys: pytest.CaptureFixture[str]) -> None:
    async with sound_server(ROOM) as server:
        await server.load("module-remap-source", "master=microphone", "source_name=echo-cancel-source")
        await server.load("module-remap-sink", "master=speaker", "sink_name=echo-cancel-sink")
        believed = await found(server)
    with capsys.disabled():
        print(f"\n  a canceller by name alone: {believed}")  # noqa: T201
    assert believed["echo"] == "not_cancelled"
    assert abs(float(believed["attenuation_db"])) < 2
