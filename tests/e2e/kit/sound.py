"""A real sound server with virtual devices: two loudspeakers to listen at, a microphone to speak into."""

import asyncio
import contextlib
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

RATE: Final = 48_000
START_S: Final = 20.0
LOOK_EVERY_S: Final = 0.05
LAPTOP: Final = "speaker"
PHONE: Final = "phone"
Samples = npt.NDArray[np.int16]


class SoundServer:
    """One PulseAudio on a private socket."""

    def __init__(self, folder: Path) -> None:
        self.env = {"PULSE_SERVER": f"unix:{folder / 'pulse.sock'}", "XDG_RUNTIME_DIR": str(folder)}
        self.phone_env = {**self.env, "PULSE_SINK": PHONE}

    async def hear(self, seconds: float, loudspeaker: str = LAPTOP) -> Samples:
        """What a loudspeaker plays from now on, for so long."""
        raw = ["--raw", f"--rate={RATE}", "--channels=1", "--format=s16le"]
        process = await asyncio.create_subprocess_exec(
            "parec",
            f"--device={loudspeaker}.monitor",
            *raw,
            stdout=asyncio.subprocess.PIPE,
            env={**_path(), **self.env},
        )
        assert process.stdout is not None
        heard = await asyncio.wait_for(process.stdout.readexactly(int(seconds * RATE) * 2), seconds + 10)
        process.terminate()
        await process.wait()
        return np.frombuffer(heard, np.int16)

    @contextlib.asynccontextmanager
    async def speaking(self, wav: Path) -> AsyncIterator[None]:
        """Somebody plays `wav` into the microphone."""
        process = await asyncio.create_subprocess_exec(
            "paplay", "--device=micsrc", str(wav), env={**_path(), **self.env}
        )
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


@contextlib.contextmanager
def sound_server(folder: Path) -> Iterator[SoundServer]:
    """A PulseAudio with null sinks, in `folder`."""
    server = SoundServer(folder)
    modules = (
        f"module-native-protocol-unix socket={folder / 'pulse.sock'} auth-anonymous=1",
        f"module-null-sink sink_name={LAPTOP} rate=48000 channels=2",
        f"module-null-sink sink_name={PHONE} rate=48000 channels=2",
        "module-null-sink sink_name=micsrc rate=48000 channels=1",
        "module-remap-source source_name=mic master=micsrc.monitor",
    )
    command = ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no", "--disable-shm=yes"]
    command += [f"--load={module}" for module in modules]
    env = {**_path(), **server.env, "HOME": str(folder)}
    log = folder / "pulse.log"
    with log.open("wb") as out, subprocess.Popen(command, env=env, stderr=out) as pulse:
        try:
            _wait_until_it_answers(pulse, log, env)
            for choice in (("set-default-source", "mic"), ("set-default-sink", LAPTOP)):
                subprocess.run(["pactl", *choice], env=env, check=True, timeout=START_S)
            yield server
        finally:
            pulse.terminate()


def _wait_until_it_answers(pulse: "subprocess.Popen[bytes]", log: Path, env: dict[str, str]) -> None:
    end = time.monotonic() + START_S
    while subprocess.run(["pactl", "info"], env=env, capture_output=True, check=False, timeout=START_S).returncode != 0:
        if pulse.poll() is not None or time.monotonic() > end:
            raise AssertionError(f"no sound server within {START_S} s: {log.read_text(errors='replace')}")
        time.sleep(LOOK_EVERY_S)


def _path() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin"}
