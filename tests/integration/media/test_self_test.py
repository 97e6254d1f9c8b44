"""The laptop hears itself through a real sound server, and asks a real relay over UDP and TCP. Nothing goes out."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.eventually import eventually
from tests.integration.media.sound_server import SoundServer, sound_server
from tests.integration.media.test_sound import Laptop

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="the Debian package pulseaudio is not installed"),
    pytest.mark.skipif(shutil.which("turnserver") is None, reason="the Debian package coturn is not installed"),
]
START_S = 10.0


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def coturn(folder: Path, *more: str) -> AsyncIterator[int]:
    """A relay for one user, on a port of this machine's own address; it ends with the test."""
    port, log = free_port(), folder / "turn.log"
    words = (
        *("-n", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}", "--lt-cred-mech"),
        *(
            "--user=laptop-1:secret",
            "--realm=visits",
            "--no-tls",
            "--no-dtls",
            "--no-cli",
            "--verbose",
            "--log-file=stdout",
        ),
        *(f"--pidfile={folder}/turn.pid", *more),
    )
    with log.open("wb") as out:
        relay = await asyncio.create_subprocess_exec("turnserver", *words, stdout=out, stderr=out)
    try:
        await eventually(lambda: f"127.0.0.1:{port}" in log.read_text(), START_S, "coturn listens")
        yield port
    finally:
        relay.terminate()
        await relay.wait()


def relay_at(port: int, credential: str = "secret") -> list[dict[str, Any]]:
    urls = [f"turn:127.0.0.1:{port}?transport={transport}" for transport in ("udp", "tcp")]
    return [{"urls": urls, "username": "laptop-1", "credential": credential}]


async def found_by(
    laptop: Laptop, check: str, relays: list[dict[str, Any]], *, devices: bool = True
) -> dict[str, tuple[str | None, str]]:
    """What the laptop found of itself, by the name of each check."""
    laptop.wish("test", check=check, ice_servers=relays, devices=devices)
    fact = await laptop.next("SelfTested")
    assert fact["check"] == check
    return {each["check"]: (each["trouble"], each["found"]) for each in fact["found"]}


async def near_its_loudspeaker(server: SoundServer) -> None:
    """From now on the microphone hears what the loudspeaker plays, a moment later and more softly."""
    await server.run(
        "pactl", "load-module", "module-loopback", "source=speaker.monitor", "sink=mouth", "latency_msec=60"
    )
    await server.run("pactl", "set-sink-volume", "mouth", "50%")


async def test_it_hears_its_own_loudspeaker_and_finds_its_relay_and_shuts_everything(tmp_path: Path) -> None:
    async with sound_server() as server, coturn(tmp_path) as port:
        laptop = await Laptop.start(server)
        await laptop.next("DevicesFound")
        deaf = await found_by(laptop, "session-1", relay_at(port, "wrong"))
        await near_its_loudspeaker(server)
        well = await found_by(laptop, "session-2", relay_at(port))
        laptop.wish("disconnect")
        await laptop.next("DevicesShut")
        closed = await laptop.close()
    assert deaf["microphone"][0] == "sound_dead"
    assert (deaf["relay_udp"][0], deaf["relay_tcp"][0]) == ("relay_udp_shut", "relay_tcp_shut")
    assert well["microphone"][0] is None, well
    assert well["camera"][0] is None, well
    assert (well["relay_udp"][0], well["relay_tcp"][0]) == (None, None)
    assert f"port {port}, " in well["relay_tcp"][1]
    assert closed["left"] == []


async def test_a_relay_without_udp_is_found_by_tcp_and_a_test_can_be_stopped(tmp_path: Path) -> None:
    async with sound_server() as server, coturn(tmp_path, "--no-udp") as port:
        laptop = await Laptop.start(server)
        await laptop.next("DevicesFound")
        laptop.wish("test", check="session-1", ice_servers=relay_at(port))
        laptop.wish("disconnect")
        await laptop.next("DevicesShut")
        found = await found_by(laptop, "session-2", relay_at(port), devices=False)
        closed = await laptop.close()
    assert (found["relay_udp"][0], found["relay_tcp"][0]) == ("relay_udp_shut", None)
    assert closed["left"] == []
